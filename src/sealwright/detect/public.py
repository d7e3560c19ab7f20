"""Material that is public by nature: certificates, public keys, host keys. Sources: RFC 7468, OpenSSH sshd(8)."""

from __future__ import annotations

from sealwright.patterns import Pattern

# The body holds no dash, so that a search never goes further than the next boundary.
_BLOCK = Pattern(
    r"-----BEGIN ([A-Z0-9 ]{1,60})-----(?:\s*[A-Z][A-Za-z]{1,20}: [^\r\n-]{0,120}(?=[\r\n]))*"
    r"[A-Za-z0-9+/=\s]*-----END \1-----"
)
_PUBLIC_LABELS = frozenset(
    {
        "CERTIFICATE",
        "TRUSTED CERTIFICATE",
        "X509 CERTIFICATE",
        "CERTIFICATE REQUEST",
        "NEW CERTIFICATE REQUEST",
        "X509 CRL",
        "PUBLIC KEY",
        "RSA PUBLIC KEY",
        "DH PARAMETERS",
        "EC PARAMETERS",
        "SSH2 PUBLIC KEY",
        "PGP PUBLIC KEY BLOCK",
    }
)
# Before the key: host names, or options of authorized_keys, or @cert-authority and its hosts.
_SSH_LINE = Pattern(
    r"(?:[^\"\s]+ |(?:[^\"\s]*\"[^\"]*\"){1,9}[^\"\s]* |@\S+ \S+ )?"
    r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-[a-z0-9@.\-]+) AAAA[A-Za-z0-9+/=]{16,}(?: .*)?\Z"
)
_LABEL = Pattern(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\Z")


def is_public(text: str) -> bool:
    """Whether the text consists of public PEM blocks (with the comments openssl writes) or SSH public key lines."""
    if "-----BEGIN " in text:
        labels = [match.group(1) for match in _BLOCK.finditer(text)]
        if not labels or any(label not in _PUBLIC_LABELS for label in labels):
            return False
        rest = _BLOCK.sub("", text)
        return "PRIVATE" not in rest and all(_is_remark(line) for line in rest.splitlines())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return bool(lines) and all(_SSH_LINE.match(line.strip()) for line in lines)


def is_public_field(key: str, text: str) -> bool:
    """Fields of a Secret that are public by their name: the namespace beside a service account's or CA's material."""
    return key == "namespace" and _LABEL.match(text.strip()) is not None


def _is_remark(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith(
        ("#", "subject=", "issuer=", "Bag Attributes", "friendlyName", "localKeyID")
    )
