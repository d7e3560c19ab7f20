"""What a value seems to be, by its key and by the type of its Secret: the value itself is not looked at.

The words are those of CycloneDX for related cryptographic material, as far as names can tell them apart.
Source: core/v1 `SecretType`; CycloneDX 1.6, `relatedCryptoMaterialProperties.type`.
"""

from __future__ import annotations

from sealwright.patterns import Pattern

_BY_TYPE = {
    ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"): "credential",
    ("kubernetes.io/dockercfg", ".dockercfg"): "credential",
    ("kubernetes.io/basic-auth", "password"): "password",
    ("kubernetes.io/ssh-auth", "ssh-privatekey"): "private-key",
    ("kubernetes.io/tls", "tls.crt"): "certificate",
    ("kubernetes.io/tls", "tls.key"): "private-key",
    ("bootstrap.kubernetes.io/token", "token-id"): "other",
}
_BY_NAME = (
    ("other", Pattern(r"(?:^|[._-])(?:user|username|login|host|hostname|port|region|email|database|bucket|name)$")),
    ("public-key", Pattern(r"\.pub$|public[._-]?key|(?:^|[._-])(?:pubkey|known_hosts|jwks)$")),
    (
        "private-key",
        Pattern(
            r"private[._-]?key|privkey|^(?:id_)?(?:rsa|dsa|ecdsa|ed25519)$|(?:tls|server|client|ca|ssl|ssh|identity)"
            r"[._-]?key$|\.(?:key|agekey|p12|pfx|jks|keystore)$|^(?:identity|keystore)$|-key\.pem$"
        ),
    ),
    (
        "certificate",
        Pattern(r"\.(?:crt|cert|cer|pem|ca)$|certificate|(?:^|[._-])(?:cert|ca|cacert|truststore|ca-bundle)$"),
    ),
    ("password", Pattern(r"passwords?$|passwd|passphrase|(?:^|[._-])(?:pass|pwd|pw|pin)$|password")),
    ("token", Pattern(r"token|(?:^|[._-])(?:jwt|pat|bearer)$")),
    ("credential", Pattern(r"credential|(?:^|[._-])(?:auth|htpasswd|kubeconfig|dsn)$|connection|client[._-]?secret")),
    ("credential", Pattern(r"(?:^|[._-])(?:url|uri)$|dockerc(?:onfigjson|fg)$|webhook")),
    ("key", Pattern(r"key$|(?:^|[._-])keys?(?:[._-]|$)|salt$|encryption")),
    ("credential", Pattern(r"secret")),
)
_HUMP = Pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST = 253


def material_of(key: str, type_: str = "") -> str:
    """password, token, private-key, public-key, certificate, key, credential, or other."""
    known = _BY_TYPE.get((type_, key))
    if known is not None:
        return known
    name = _HUMP.sub("-", key[:_LONGEST]).lower()
    return next((material for material, pattern in _BY_NAME if pattern.search(name)), "other")
