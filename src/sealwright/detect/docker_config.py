"""A log-in to a container registry.

`docker login` writes `~/.docker/config.json`, podman `auth.json`, and Kubernetes keeps the same text in pull secrets.
Its `auth` is `user:password` under base64, which anyone can decode.

Finds: `auth`, `password`, `identitytoken` and `registrytoken` of every registry under `auths`, and of the older
`.dockercfg`, which has no `auths`; in JSON or YAML of any name, in values for charts, and inside strings, also under
base64.

Leaves alone: log-ins that a helper keeps (`credHelpers`, `credsStore`), placeholders, also under base64 and beside a
user's name, templates.

Bad:

    {"auths": {"registry.example.com": {"auth": "c2hvcDpWcTdYUkUwUEZtajNOcU5r"}}}

Good:

    {"auths": {"registry.example.com": {}}, "credsStore": "secretservice"}

Fix: seal the pull secret (`kubectl create secret docker-registry --dry-run=client -o yaml | sealwright seal`), or let
the nodes' own identity pull the images. Revoke the registry's token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.credentials.values import SHORTEST, is_generic, looks_random
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.objects import below, objects, shows
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.nodes import text_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.detect.trail import Trail
    from sealwright.manifest.nodes import Node

RULE = "docker-config"

_AUTHS = "auths"
_TOKENS = ("password", "identitytoken", "registrytoken")
_SHORTEST_TOKEN = 16
_HOST = Pattern(
    r"(?:https?://)?(?:localhost|[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}|[\w.\-]{1,80}(?=:))(?::\d{1,5})?(?:/[\w./\-]{0,100})?\Z"
)


def find(view: View) -> Iterator[Hit]:
    """Log-ins in clear in every configuration of a client for container registries."""
    for placed in objects(view, "auth", *_TOKENS):
        host = placed.trail.key if placed.trail is not None else ""
        listed = placed.trail is not None and placed.trail.parent is not None and placed.trail.parent.key == _AUTHS
        if not listed and not _HOST.match(host):
            continue
        for name, trail, value, confidence in _credentials(placed.node, placed.trail, view, listed=listed):
            message = f"`{name}` for {shown(host)} stands in clear"
            yield placed.hit(trail, Span(value.start, value.end), message, confidence)


def _credentials(
    login: Node, way: Trail | None, view: View, *, listed: bool
) -> Iterator[tuple[str, Trail | None, Node, Confidence]]:
    """What one registry's entry holds. Where it does not stand under `auths`, only what can be nothing else counts."""
    for trail, value in below(login, way, view.budget, "auth"):
        confidence = _judged(text_of(value))
        if confidence is not None and shows(value) and (listed or confidence is Confidence.CERTAIN):
            yield "auth", trail, value, confidence
            listed = True
    for name in _TOKENS if listed else ():
        for trail, value in below(login, way, view.budget, name):
            text = text_of(value)
            if len(text) >= SHORTEST and not is_generic(text) and shows(value):
                yield name, trail, value, Confidence.CERTAIN


def _judged(auth: str) -> Confidence | None:
    """Certain for base64 of `user:password`; likely for what is no base64 but looks like a token."""
    compact = auth.strip().rstrip("=")
    decoded = from_base64(compact + "=" * (-len(compact) % 4))
    plain = to_text(decoded) if decoded else None
    if plain is None or ":" not in plain:
        return Confidence.LIKELY if len(auth) >= _SHORTEST_TOKEN and looks_random(auth) else None
    password = plain.partition(":")[2].rstrip("\0\r\n")
    if len(password) < SHORTEST or is_placeholder(password) or is_placeholder(plain) or is_generic(password):
        return None
    return Confidence.CERTAIN
