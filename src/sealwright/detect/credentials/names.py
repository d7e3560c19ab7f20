"""What the name of a value promises: a password, a token, or nothing of the kind.

A name is taken apart into words (`postgresPassword`, `POSTGRES_PASSWORD`, `postgres.password` are the same two). The
last word that means a credential decides, together with what follows it: `passwordFile` is a path, `tokenExpiry` a
time, `secretName` a reference.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sealwright.detect.prefilter.credential_names import KEYS
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence


class Promise(IntEnum):
    """How much a name promises. Ordered."""

    NOTHING = 0
    WEAK = 1
    """`token`, `secret`, `auth`: often a reference, so that the value must look like a credential."""
    STRONG = 2
    """`password` and its like: whatever stands there is one, short and simple values included."""


_WORD = Pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST = 200

_STRONG = frozenset(
    {"password", "passwd", "passwrd", "passphrase", "passcode", "pwd", "pw", "pass", "adminpass"}
    | {"rootpass", "dbpass", "userpass", "authpass", "smtppass", "pgpass", "redispass", "secretaccesskey"}
    | {"mypass", "requirepass", "masterauth", "storepass", "keypass", "ldappass", "mysqlpass", "ftppass"}
)
_STRONG_ENDS = ("password", "passwd", "passphrase", "passwort", "secretaccesskey")
_WEAK = frozenset(
    {"token", "secret", "authorization", "credential", "credentials", "creds", "cred", "apikey"} | {"authtoken"}
)
_WEAK_ENDS = (
    "userkey",
    "token",
    "secret",
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "credential",
    "credentials",
)
_NOT_ENDS = frozenset({"tokens", "secrets", "passwords"})
_KEYS = frozenset(key.decode("ascii") for key in KEYS)
# Between `key` and a strong meaning: `secret access key`, `aws secret key`.
_STRONG_KEYS = (("secret", "access", "key"), ("account", "key"), ("encryption", "key"), ("private", "key"))
# Before `secret` or `token`: the name of an object, a digest of it, a switch.
_REFERRED = frozenset(
    {"existing", "checksum", "hash", "digest", "image", "pull", "certificates", "certificate", "tls"}
    | {"ca", "automount", "page", "next", "max", "min"}
)
_COOKIES = (("cookie", "secret"), ("client", "secret"), ("app", "secret"), ("shared", "secret"), ("jwt", "secret"))

# Words behind the credential that leave it what it is.
_NEUTRAL = frozenset(
    {"value", "values", "data", "text", "string", "plain", "plaintext", "raw", "base64", "b64"}
    | {"encoded", "default", "current", "old", "new", "previous", "prev", "next", "backup", "primary"}
    | {"secondary", "prod", "production", "stage", "staging", "dev", "test", "qa", "live", "main", "root"}
    | {"admin", "user", "app", "db", "master", "replica", "unencrypted", "decrypted", "clear", "cleartext"}
    | {"literal", "inline", "v", "value1", "hash", "bcrypt", "base"}
)


_MOST = 10_000
_known: dict[str, Promise] = {}
"""What names that were asked for promise: manifests use the same few again and again."""


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word.lower() for word in _WORD.findall(name[:_LONGEST])]


def promise_of(name: str) -> Promise:
    """What a value of this name may be expected to be."""
    name = name[:_LONGEST]
    known = _known.get(name)
    if known is None:
        known = _read(name)
        if len(_known) < _MOST:
            _known[name] = known
    return known


def _read(name: str) -> Promise:
    words = words_of(name)
    while words and (words[-1] in _NEUTRAL or words[-1].isdigit()) and len(words) > 1:
        words.pop()
    return _promise(words) if words else Promise.NOTHING


def _promise(words: Sequence[str]) -> Promise:
    last = words[-1]
    if last in _NOT_ENDS:
        return Promise.NOTHING
    if last in _STRONG or last.endswith(_STRONG_ENDS):
        return Promise.NOTHING if _is_count(words) else Promise.STRONG
    if last == "key":
        return _promise_of_key(words)
    if tuple(words[-2:]) in _COOKIES or last.endswith(("clientsecret", "appsecret")):
        return Promise.STRONG
    if last in _WEAK or last.endswith(_WEAK_ENDS):
        return Promise.NOTHING if not _REFERRED.isdisjoint(words[:-1]) else Promise.WEAK
    return Promise.NOTHING


def _promise_of_key(words: Sequence[str]) -> Promise:
    if any(tuple(words[-len(form) :]) == form for form in _STRONG_KEYS):
        return Promise.WEAK if words[-2:] == ["private", "key"] else Promise.STRONG
    return Promise.WEAK if len(words) > 1 and words[-2] in _KEYS else Promise.NOTHING


def _is_count(words: Sequence[str]) -> bool:
    """`minPassword`, `use_password`, `no-password`: a setting about passwords."""
    return len(words) > 1 and words[-2] in {
        "min",
        "max",
        "use",
        "no",
        "require",
        "requires",
        "enable",
        "disable",
        "has",
        "needs",
        "allow",
        "existing",
        "generate",
        "random",
        "forgot",
        "reset",
        "change",
    }
