"""Values in which substitutions stand beside literal text: `postgres://app:${PASSWORD}@db/app`.

Such a value is harmless only where the literal part has a shape that holds no secret:

* nothing but punctuation;
* an address: a URL whose password is substituted, or that has none, without long tokens in its path;
* a name that begins with the substitution: `${CLUSTER}-postgresql.svc:5432`, lower-case words and ports only;
* assignments (`host=db password=${PASSWORD}`, JSON and INI files alike) in which everything literal belongs to a name
  that is known to be no secret;
* the name of an authentication scheme: `Bearer ${TOKEN}`.

Everything else is reported: `hunter2-${SUFFIX}` shows half of a password.
"""

from __future__ import annotations

import re

from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

_SCHEME = Pattern(rf"(?:Bearer|Basic|Token|ApiKey|Digest)[ ]+{FILL}\Z", re.IGNORECASE)
_NAME = Pattern(rf"{FILL}(?:{FILL}|[-._/:][a-z]{{1,16}}(?![A-Za-z0-9])|:[0-9]{{1,5}}(?![A-Za-z0-9])|[-._/:])*\Z")
_URL = Pattern(
    rf"(?:jdbc:)?(?:[a-z][a-z0-9+.\-]{{0,30}}|{FILL})://"
    # A user may be literal beside a substituted password; alone it may be a token, unless it is a word such as `git`.
    rf"(?:[^\s/@:?#]{{0,100}}:{FILL}+@|[a-z{FILL}]{{1,16}}@)?"
    r"(?P<address>[^\s@]*)\Z",
    re.IGNORECASE,
)
_TOKEN = Pattern(r"(?<![A-Za-z0-9_\-])(?=[A-Za-z_\-]{0,200}[0-9])[A-Za-z0-9_\-]{16,}")
_LITERAL_CREDENTIAL = Pattern(
    rf"(?:pass|pwd|token|secret|key|sig|auth|cred)[A-Za-z0-9_.\-]{{0,40}}=(?!{FILL})[^&\s]", re.IGNORECASE
)
_HARMLESS = (
    r"(?:db|data|database|redis|postgres|pg|mysql|smtp|mail|server|spring[\w.]{0,40}|cluster)?[-_.]?"
    r"(?:host|hostname|port|user|username|db|dbname|database|server|addr|address|endpoint|region|schema|sslmode|ssl|tls"
    r"|driver|protocol|scheme|type|timeout|email|from|version|enabled|log[-_]?level|name|namespace|environment|env)"
)
_URL_PASSWORD = Pattern(rf"://[^\s/@:{FILL}]{{0,100}}:[^\s/@{FILL}]{{3,200}}@")
_PASSPHRASE = Pattern(r"[A-Za-z][0-9]{1,4}[A-Za-z]|\A[a-z]{2,16}(?: [a-z]{2,16}){3,10}\Z")
"""Digits among letters, or four words and more."""
_ASSIGNMENT = Pattern(
    rf"""
    # anything that is substituted; a name that may be literal; a name above others; a [section]
    (?<![\w.\-/])["']?[\w.\-/]{{1,100}}["']?[ \t]*[:=][ \t]*["']?{FILL}+["']?(?=[\s,;&}}\]]|\Z)
  | (?<![\w.\-/])["']?{_HARMLESS}["']?[ \t]*[:=][ \t]*["']?[\w.\-:/@]{{1,80}}["']?(?=[\s,;&}}\]]|\Z)
  | (?<![\w.\-/])["']?[\w.\-/:]{{1,100}}["']?[ \t]*:[ \t]*(?=[\r\n{{\[])
  | ^[ \t]*\[[\w .\-]{{1,60}}\][ \t]*$
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def is_harmless_mixture(text: str) -> bool:
    """Whether the literal part of a text can hold no secret; every substitution in it stands as one or more FILLs."""
    return (
        not _says_something(text)
        or _SCHEME.match(text) is not None
        or _NAME.match(text) is not None
        or _is_address(text)
        or not _says_something(_ASSIGNMENT.sub(_without_assignment, text))
    )


def shows_credential(text: str, key: str = "") -> bool:
    """Whether what a template leaves as it is shows a credential, by its name or by its looks; FILLs as above."""
    from sealwright.detect.credentials.assignments import assignments
    from sealwright.detect.credentials.names import Promise, promise_of
    from sealwright.detect.credentials.values import looks_random

    if "PRIVATE KEY-----" in text or _URL_PASSWORD.search(text):
        return True
    if any(FILL not in text[found.span.start : found.span.end] for found in assignments(text)):
        return True
    if "\n" in text.strip():
        return False  # a whole file of configuration
    literal = text.strip().replace(FILL, "")
    return promise_of(key) is Promise.STRONG or looks_random(literal) or _PASSPHRASE.search(literal) is not None


def _without_assignment(match: re.Match[str]) -> str:
    """Nothing is left of an assignment, except where a harmless name has a value that looks like a token."""
    return match.group() if _TOKEN.search(match.group()) else " "


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _is_address(text: str) -> bool:
    match = _URL.match(text)
    if match is None:
        return False
    address = match.group("address")
    _, _, beyond = address.partition("/")
    return _TOKEN.search(beyond) is None and _LITERAL_CREDENTIAL.search(address) is None
