"""A private key stands in the repository.

Finds: PEM private keys (PKCS#1, PKCS#8, EC, DSA, OpenSSH, PGP) and age identities in any text file, also inside
quotes, in block scalars and under base64; keys protected by a passphrase with lower severity.

Leaves alone: public keys and certificates, the words without a whole key after them (documentation), and keys inside a
Secret's value that another rule reports already.

Bad:

    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASC...

Good:

    -----BEGIN CERTIFICATE-----
    MIIDGzCCAgOgAwIBAgIUKc9d48gR84Oo...

Fix: make a new key, keep it outside of Git, and retire this one: it is known to whoever has read the repository.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.decode import from_base64
from sealwright.finding import Confidence, Severity, Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View

RULE = "private-key"

_LABEL = r"\s+((?:[A-Z0-9]+\s+){0,3})PRIVATE\s+KEY(?:\s+BLOCK)?-----"
_NEWLINE = r"(?:\\{1,8}[rn]|[\r\n])"
_BREAK = rf"(?:{_NEWLINE}|[ \t\"'+,])"
# A header ends where its line does and nowhere else, so that there is one way only to read any text.
_PEM = Pattern(
    rf"-----BEGIN{_LABEL}"
    rf"(?:{_BREAK}{{1,80}}[A-Za-z][A-Za-z0-9-]{{1,20}}: [^\\\r\n]{{0,120}}(?={_NEWLINE})){{0,6}}"
    rf"{_BREAK}{{1,200}}([A-Za-z0-9+/=]{{24,}})"
)
_END = Pattern(rf"-----END{_LABEL}")
_ELIDED = Pattern(r"(?:^|\\n)[ \t#>]*(?:\.{3,}|\[\.\.\.\]|\u2026)", re.MULTILINE)
"""A line of dots in the middle: documentation shows what a key looks like."""
_AGE = Pattern(r"AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{58,}")
_ENCODED = Pattern(
    r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,}={0,2}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/]+={0,2}(?=[ \t]*(?:[\r\n]|\Z)))*"
)
_LONGEST = 20_000
"""Characters from the first line of a PEM key to its last; RSA-16384 needs 13,000."""


def find(view: View) -> Iterator[Hit]:
    """Private keys anywhere in the text. The words are looked for first: expressions take long to compile."""
    text = view.source.text
    if "PRIVATE" in text:
        yield from _in_pem(text)
    if "AGE-SECRET-KEY-" in text:
        yield from (_hit(match.start(), match.end(), protected=False) for match in _AGE.finditer(text))
    if "LS0tLS1CRUdJTi" in text:
        yield from _in_base64(text)


def _in_pem(text: str) -> Iterator[Hit]:
    for match in _PEM.finditer(text):
        following = text.find("-----BEGIN", match.end(), match.end() + _LONGEST)
        end = _END.search(text, match.end(), following if following >= 0 else match.end() + _LONGEST)
        if end is not None and _ELIDED.search(text, match.start(), end.end()):
            continue
        protected = "ENCRYPTED" in text[match.start() : match.start(2)]
        yield _hit(match.start(), end.end() if end else match.end(), protected=protected)


def _in_base64(text: str) -> Iterator[Hit]:
    for match in _ENCODED.finditer(text):
        encoded = "".join(match.group().split())
        decoded = from_base64(encoded[: len(encoded) // 4 * 4]) or b""
        if b"PRIVATE KEY" in decoded:
            yield _hit(match.start(), match.end(), protected=b"ENCRYPTED" in decoded)


def _hit(start: int, end: int, *, protected: bool) -> Hit:
    message = "a private key protected by a passphrase only" if protected else "a private key in clear"
    severity = Severity.MEDIUM if protected else Severity.HIGH
    return Hit(Span(start, end), message, severity=severity, confidence=Confidence.LIKELY)
