"""A token of a known service stands in clear.

Many services give their tokens a beginning of their own, so that they can be told from any other text.

Finds: tokens of GitHub, GitLab, AWS, Azure, Google, Slack, Stripe, Vault and some seventy other services, webhooks with
a secret in their path, and signed JSON web tokens; anywhere in a manifest, comments included, in dotenv files, scripts,
Terraform and code. An AWS key has two parts: its id alone is possible only, with the secret beside it both are likely.
A checksum that is right makes a token certain; in documentation and tests any other is possible only.

Leaves alone: samples (`AKIAIOSFODNN7EXAMPLE`, `xxxxxxxx`, `12345678`, the token of jwt.io), what other rules report
already, and formats that only a name tells from any other text (Datadog, Hetzner), which the rules for names find.

Bad:

    kind: Deployment
    metadata:
      annotations:
        # one letter is an escape, so that this page itself is no leak to other scanners
        example.com/pull: "ghp\\x5fVq7XRE0PFmj3NqNkT9nIb27IAKK9EbPx2c4d"

Good:

    kind: Deployment
    metadata:
      annotations:
        example.com/pull: "secret:github"

Fix: revoke the token at the service, which cannot be undone by a commit; keep the new one in a sealed Secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.credentials.values import looks_random
from sealwright.detect.genre import Genre, genre_of
from sealwright.detect.prefilter.tokens import holds_token
from sealwright.detect.token_checks import has_checksum, is_encoded_web_token, is_sample, is_web_token
from sealwright.detect.token_formats import FORMATS
from sealwright.detect.whereabouts import holder_of, scalars
from sealwright.finding import Confidence, Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.token_formats import TokenFormat
    from sealwright.detect.whereabouts import Held

RULE = "known-token"

_AWS_SECRET = Pattern(r"(?<![A-Za-z0-9+/=_\-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")
_HEXADECIMAL = Pattern(r"[0-9a-f]+|[0-9A-F]+")
_AWS = "aws"
_NEAR = 300
"""Characters between an AWS access key and its secret: a few lines."""


def find(view: View) -> Iterator[Hit]:
    """Tokens by their own format: anywhere in the text, and in scalars that spell them with escapes."""
    text = view.source.text
    genre = genre_of(view)
    for row, span, confidence in _in_text(text, genre):
        held = holder_of(view, span) if genre is Genre.MANIFEST else None
        whole = held is not None and text[span.start : span.end] == held.scalar.value.strip()
        yield _hit(row, Span(held.scalar.start, held.scalar.end) if held and whole else span, confidence, held)
    if genre is Genre.MANIFEST and view.hidden:
        escaped = [held for held in scalars(view) if _is_escaped(held, text)]
        if _may_hold("\n".join(held.scalar.value for held in escaped)):
            for held in escaped:
                for row, _, confidence in _in_text(held.scalar.value, genre):
                    yield _hit(row, Span(held.scalar.start, held.scalar.end), confidence, held)


def _is_escaped(held: Held, text: str) -> bool:
    return held.scalar.style == '"' and "\\" in text[held.scalar.start : held.scalar.end]


def _may_hold(text: str) -> bool:
    """The byte test, which is much faster than to look for every beginning by itself."""
    return holds_token(text.encode("utf-8", "surrogatepass"))


def _in_text(text: str, genre: Genre) -> Iterator[tuple[TokenFormat, Span, Confidence]]:
    taken: set[int] = set()
    if not _may_hold(text):
        return
    for row in FORMATS:
        for match in _matches(row, text):
            if match.start() in taken or is_sample(match.group()):
                continue
            taken.add(match.start())
            confidence = _confidence(row, match, genre)
            secrets = _aws_secrets(match) if row.check == _AWS else []
            if row.check == _AWS and not secrets:
                confidence = Confidence.POSSIBLE
            if confidence is not None:
                yield row, Span(match.start(), match.end()), confidence
                yield from ((row, secret, confidence) for secret in secrets)


def _matches(row: TokenFormat, text: str) -> Iterator[re.Match[str]]:
    """Around the anchors only: to run every expression over a long text would take long."""
    for anchor in row.anchors:
        at = text.find(anchor)
        while at >= 0:
            end = at + len(anchor)
            for lead in row.leads:
                match = row.expression.match(text, at - lead) if lead <= at else None
                if match is not None:
                    yield match
                    end = max(end, match.end())
                    break
            at = text.find(anchor, end)


def _confidence(row: TokenFormat, match: re.Match[str], genre: Genre) -> Confidence | None:
    token = match.group()
    if (row.check == "jwt" and not is_web_token(token)) or (row.check == "jwt64" and not is_encoded_web_token(token)):
        return None
    if row.check == "crc" and has_checksum(token):
        return Confidence.CERTAIN
    return Confidence.POSSIBLE if genre in {Genre.PROSE, Genre.TESTS} else Confidence.LIKELY


def _aws_secrets(match: re.Match[str]) -> list[Span]:
    """Where the secret to an access key stands: forty characters of base64 within a few lines, the nearest."""
    text, start, end = match.string, match.start(), match.end()
    near = [
        found
        for found in _AWS_SECRET.finditer(text, max(0, start - _NEAR), min(len(text), end + _NEAR))
        if looks_random(found.group()) and not is_sample(found.group()) and not _HEXADECIMAL.fullmatch(found.group())
    ]
    near.sort(key=lambda found: min(abs(found.start() - end), abs(start - found.end())))
    return [Span(found.start(), found.end()) for found in near[:1]]


def _hit(row: TokenFormat, span: Span, confidence: Confidence, held: Held | None) -> Hit:
    if held is None:
        return Hit(span, f"{row.name} in clear", severity=row.severity, confidence=confidence)
    name = f"{held.owner} holds {row.name} in clear" if held.owner.kind else f"{row.name} in clear"
    return Hit(span, name, held.owner, str(held.trail or ""), row.severity, confidence)
