"""A URL carries a password or a token.

Finds: `scheme://user:password@host` in any field or text of a manifest, in dotenv files, values and scripts: databases,
queues, proxies, Git and chart repositories; percent-encoded passwords; lists of hosts; properties of JDBC URLs
(`?password=...`, `;password=...`); a token in place of the user. In documentation and code only what looks random, in
tests of code as a possibility.

Leaves alone: references and substitutions (`postgres://app:$(PASSWORD)@db`), words such as `password` and `changeme`, a
user alone (`git@github.com`, `ssh://git@...`), addresses of mail, the public part of a Sentry DSN, links that expire.

Bad:

    kind: ConfigMap
    data:
      REDIS_URL: redis://default:hunter2@redis:6379/0

Good:

    kind: ConfigMap
    data:
      REDIS_URL: redis://default:$(REDIS_PASSWORD)@redis:6379/0

Fix: keep user, host and password apart, the password in a Secret; Kubernetes puts them together again in `env`
(`$(REDIS_PASSWORD)`), and Flux and Argo CD take a `secretRef` beside the URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.credentials.urls import url_credentials
from sealwright.detect.genre import Genre, genre_of
from sealwright.detect.trail import shown
from sealwright.detect.whereabouts import scalars
from sealwright.finding import Confidence, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.whereabouts import Held

RULE = "url-credentials"
_NEEDLES = ("://", ":\\/\\/", "jdbc:oracle:")

_SCHEMAS = frozenset({"CustomResourceDefinition"})
"""Kinds whose strings are documentation."""


def find(view: View) -> Iterator[Hit]:
    """URLs with credentials: in the scalars of manifests, in the text of other files."""
    text = view.source.text
    if not view.hidden and not any(needle in text for needle in _NEEDLES):
        return
    genre = genre_of(view)
    if genre is not Genre.MANIFEST:
        for found in url_credentials(text, strict=genre is not Genre.SETTINGS):
            confidence = Confidence.POSSIBLE if genre is Genre.TESTS else found.confidence
            yield Hit(found.span, "a URL holds a credential in clear", confidence=confidence)
    elif view.hidden or any(True for _ in url_credentials(text)):
        for held in scalars(view):
            if ":" in held.scalar.value:
                yield from _in_scalar(held, view)


def _in_scalar(held: Held, view: View) -> Iterator[Hit]:
    scalar, owner = held.scalar, held.owner
    raw = view.source.text[scalar.start : scalar.end]
    read = 0
    for found in url_credentials(scalar.value, strict=owner.kind in _SCHEMAS):
        url = scalar.value[found.span.start : found.span.end]
        at = raw.find(url, read)
        if at < 0 or url == scalar.value.strip():  # escaped in quotes, or nothing but the URL
            span = Span(scalar.start, scalar.end)
        else:
            span = Span(scalar.start + at, scalar.start + at + len(url))
            read = at + 1
        where = f"`{shown(held.trail.key)}`" if held.trail is not None and held.trail.key else "a list"
        message = f"{owner if owner.kind else 'This file'} keeps a credential in a URL in {where}"
        yield Hit(span, message, owner, str(held.trail or ""), confidence=found.confidence)
