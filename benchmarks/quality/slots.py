"""What stands in a case's slots: secrets made up while the program runs, and the public material around them.

No secret is stored: a value is drawn from a seeded generator. The same seed gives the same values on every machine.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

ALPHABETS = ("alphanumeric", "special", "weak", "numeric", "passphrase")
"""Kinds of passwords. `special`: letters, digits and one of `!#-_%`, where expressions often end."""

_LOWER = "abcdefghijkmnopqrstuvwxyz"
_LETTERS = _LOWER + _LOWER.upper()
_DIGITS = "23456789"
_ALNUM = _LETTERS + _DIGITS
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WORDS = (
    *("maple", "otter", "violet", "kettle", "harbor", "candle", "marble", "pepper", "saddle", "walnut"),
    *("copper", "meadow", "pigeon", "ribbon", "tunnel", "velvet", "anchor", "basket", "canyon", "dagger"),
    *("ferret", "goblin", "hammer", "island", "jungle", "ladder", "magnet", "napkin", "oyster", "pocket"),
    *("rocket", "salmon"),
)

NAMES: dict[str, tuple[str, ...]] = {
    "name": ("db", "app", "shop-api", "payments", "web-01", "x-conf", "billing", "inventory"),
    "ns": ("shop", "prod", "team-a", "kube-system", "default", "apps"),
    "user": ("shop", "svc_app", "admin", "root", "bot", "reader"),
    "cred": ("cred", "passwd", "pin", "value", "dsn_pw", "zz", "RAILS_MASTER", "license.lic", "k", "api-token"),
    "pw-camel": ("password", "adminPassword", "postgresPassword", "rootPassword", "dbPassword", "userPassword"),
    "pw-env": ("DB_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASS", "ADMIN_PASSWD", "SMTP_PASSWORD", "PGPASSWORD"),
    "pw-dotted": ("spring.datasource.password", "db.password", "smtp.password", "redis.pass", "app.admin.password"),
    "pw-snake": ("db_password", "smtp_auth_password", "admin_passwd", "password", "keystore_password"),
    "pw-kebab": ("admin-password", "postgres-password", "password", "redis-password", "smtp-pass"),
    "tok-camel": ("apiToken", "accessToken", "clientSecret", "apiKey", "secretKey", "authToken"),
    "tok-env": ("API_TOKEN", "CLIENT_SECRET", "SECRET_KEY", "API_KEY", "AUTH_TOKEN", "ACCESS_TOKEN"),
}
"""Names around the secrets, which mean nothing to the cluster. The first is what the case as written says."""


def password(rng: Random, alphabet: str) -> str:
    """One made-up password of that alphabet."""
    if alphabet == "passphrase":
        return " ".join(rng.sample(_WORDS, 4))
    if alphabet == "numeric":
        return "".join(rng.choice(_DIGITS) for _ in range(rng.choice((6, 8, 10))))
    if alphabet == "weak":
        return f"{rng.choice(_WORDS)}{rng.choice(('1', '7', '12', '23', '99', '!'))}"
    parts = [_mixed(rng, 8), _mixed(rng, 8)]
    return (rng.choice("!#-_%") if alphabet == "special" else "").join(parts)


def _mixed(rng: Random, length: int) -> str:
    """Letters and digits, some of each, a letter first."""
    middle = [rng.choice(_DIGITS), rng.choice(_LOWER), rng.choice(_LOWER.upper())]
    middle += [rng.choice(_ALNUM) for _ in range(length - 4)]
    rng.shuffle(middle)
    return rng.choice(_LETTERS) + "".join(middle)


def _drawn(alphabet: str, length: int) -> Callable[[Random, str], str]:
    return lambda rng, _: "".join(rng.choice(alphabet) for _ in range(length))


def _without_spaces(rng: Random, alphabet: str) -> str:
    return password(rng, "special" if alphabet == "passphrase" else alphabet)


def _strong(rng: Random, alphabet: str) -> str:
    return password(rng, "alphanumeric" if alphabet == "alphanumeric" else "special")


def _in_url(rng: Random, alphabet: str) -> str:
    return password(rng, alphabet).replace("#", "-").replace("%", "_").replace(" ", "")


def _alphanumeric(rng: Random, alphabet: str) -> str:  # noqa: ARG001 - all kinds have one signature
    return _mixed(rng, 20)


def _token(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    return _mixed(rng, 36)


def _bytes(rng: Random, count: int) -> str:
    return base64.b64encode(rng.randbytes(count)).decode("ascii")


def _github(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    """The last six characters are a checksum of the others, as GitHub documents it."""
    body = "".join(rng.choice(_BASE62) for _ in range(30))
    number, digits = binascii.crc32(body.encode("ascii")), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return "gh" + "p_" + body + digits


def _jwt(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")

    claims = {"sub": f"svc-{rng.randrange(10**6)}", "iss": "https://issuer.acme.io", "iat": 1700000000}
    header = {"alg": "HS256", "typ": "JWT"}
    return ".".join((part(json.dumps(header).encode()), part(json.dumps(claims).encode()), part(rng.randbytes(32))))


def _armoured(label: str, beginning: str, count: int, width: int = 64) -> Callable[[Random, str], str]:
    def make(rng: Random, _: str) -> str:
        body = beginning + _bytes(rng, count)
        lines = [body[at : at + width] for at in range(0, len(body), width)]
        return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"))

    return make


def _age_key(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    return "AGE-SECRET-" + "KEY-1" + "".join(rng.choice("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L") for _ in range(58))


def _htpasswd(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    return f"admin:$apr1${_drawn(_ALNUM, 8)(rng, '')}${_drawn(_ALNUM, 22)(rng, '')}"


def _basic(rng: Random, alphabet: str) -> str:  # noqa: ARG001
    return base64.b64encode(f"bot:{_mixed(rng, 20)}".encode()).decode("ascii")


SECRETS: dict[str, Callable[[Random, str], str]] = {
    "password": password,
    "pass": _without_spaces,
    "strong": _strong,
    "urlpass": _in_url,
    "alnum": _alphanumeric,
    "token": _token,
    "hex": _drawn("0123456789abcdef", 32),
    "key32": lambda rng, _: _bytes(rng, 32),
    "bytes": lambda rng, _: _bytes(rng, 45),
    "keystore": lambda rng, _: _bytes(rng, 18000),
    "github": _github,
    "gitlab": lambda rng, _: "glp" + "at-" + _mixed(rng, 20),
    "slack-hook": lambda rng, _: (
        f"T{_drawn(_BASE62[:36], 10)(rng, '')}/B{_drawn(_BASE62[:36], 10)(rng, '')}/{_mixed(rng, 24)}"
    ),
    "aws-id": lambda rng, _: "AK" + "IA" + "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16)),
    "aws-secret": lambda rng, _: "".join(rng.choice(_BASE64) for _ in range(40)),
    "jwt": _jwt,
    "private-key": _armoured("PRIVATE KEY", "MIIEvQIBADAN" + "BgkqhkiG9w0BAQEFAASC", 900),
    "rsa-key": _armoured("RSA PRIVATE KEY", "MIIEowIBAAKCAQEA", 900),
    "ssh-key": _armoured(
        "OPENSSH PRIVATE KEY", base64.b64encode(b"openssh-key-v1\0\0\0\0\4none").decode("ascii").rstrip("="), 300, 70
    ),
    "age-key": _age_key,
    "htpasswd": _htpasswd,
    "basic": _basic,
    "join-token": lambda rng, _: f"{_drawn(_LOWER + _DIGITS, 6)(rng, '')}.{_drawn(_LOWER + _DIGITS, 16)(rng, '')}",
}
"""Kinds of secrets. Where one stands, a finding is expected."""

_RECIPIENT = "023456789acdefghjklmnpqrstuvwxyz"
FILLERS: dict[str, Callable[[Random, str], str]] = {
    "tab": lambda _, __: "\t",
    "space": lambda _, __: " ",
    "less": lambda _, __: "<",
    "more": lambda _, __: ">",
    "cipher": lambda rng, _: "Ag" + _bytes(rng, 420),
    "sops": lambda rng, _: (
        f"ENC[AES256_GCM,data:{_bytes(rng, 16)},iv:{_bytes(rng, 32)},tag:{_bytes(rng, 16)},type:str]"
    ),
    "recipient": lambda rng, _: "age1" + _drawn(_RECIPIENT, 58)(rng, ""),
    "age-file": _armoured("AGE ENCRYPTED FILE", "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0", 150),
    "pgp-message": _armoured("PGP MESSAGE", "hQIMA", 200),
    "certificate": _armoured("CERTIFICATE", "MIIDGzCCAgOgAwIBAgIU", 700),
    "public-key": _armoured("PUBLIC KEY", "MIIBIjANBgkq" + "hkiG9w0BAQEFAAOCAQ8A", 270),
    "ssh-public": lambda rng, _: "AAAAC3NzaC1l" + "ZDI1NTE5AAAAI" + _drawn(_ALNUM, 43)(rng, ""),
    "uuid": lambda rng, _: "-".join(_drawn("0123456789abcdef", size)(rng, "") for size in (8, 4, 4, 4, 12)),
    "sha256": _drawn("0123456789abcdef", 64),
    "sha1": _drawn("0123456789abcdef", 40),
    "sri": lambda rng, _: f"sha512-{_bytes(rng, 64)}",
    "fingerprint": _drawn("0123456789ABCDEF", 40),
    "short-id": _drawn(_ALNUM, 9),
    "png": lambda rng, _: "iVBORw0KGgoAAAANSUhEUgAA" + _bytes(rng, 300),
    "git-crypt": lambda rng, _: "\0GITCRYPT\0" + "".join(chr(rng.randrange(0x80, 0x100)) for _ in range(400)),
    **{kind: (lambda rng, _, words=words: rng.choice(words)) for kind, words in NAMES.items()},  # type: ignore[misc]
}
"""Kinds that are no secret."""
