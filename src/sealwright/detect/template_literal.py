"""A template writes a credential into what it renders: a literal inside an action.

Finds: literals that become a Secret's value (`{{ "..." | b64enc }}`, `{{ .Values.password | default "..." | quote }}`,
`coalesce`, `ternary`, `or`, `printf`; Jinja's `default('...')`), and literals that look made by a machine under any
other name that promises a credential, also in variables (`$password := "..."`).

Leaves alone: names and messages (`include`, `required`, `lookup`, `index`, formats), placeholders, generated values
(`randAlphaNum`); words such as `admin` and `password` are told as `possible`.

Bad:

    kind: Secret
    metadata:
      name: {{ .Release.Name }}
    data:
      password: {{ .Values.password | default "Tr0ub4dor&3" | b64enc }}

Good:

    kind: Secret
    metadata:
      name: {{ .Release.Name }}
    data:
      password: {{ required "set a password" .Values.password | b64enc }}

Fix: take the value out of the chart; let `required` ask for it, or take an existing Secret by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.nodes import FILL, Mapping, Scalar, entries, resolve
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.template_action import Literal
    from sealwright.manifest.resource import Resource

RULE = "template-literal"

_NAMED = Pattern(
    r"""([A-Za-z_][\w.\-]{0,100})["']?[ \t]{0,20}[:=][ \t]{0,20}(?:[|>][-+]?[ \t]{0,4}\n[ \t]{0,40})?["']?\Z"""
)
_LISTED = Pattern(
    r"""name["']?[ \t]{0,8}:[ \t]{0,8}["']?([A-Za-z_][\w.\-]{0,100})["']?,?[ \t]{0,8}(?:\r?\n)?[ \t]{0,80}"""
    r"""["']?value["']?[ \t]{0,8}:[ \t]{0,8}["']?\Z"""
)
_BEFORE = 200


def find(view: View) -> Iterator[Hit]:
    """Literals that actions print as a Secret's value, or under a name that promises a credential."""
    text = view.source.text
    if ("{{" not in text and "{%" not in text) or family_of(view.source.path, text) is not Family.MANIFEST:
        return
    from sealwright.manifest.template import actions

    places = list(actions(text))
    found = {hit.span: hit for hit in _in_secrets(view, places)}
    for hit in _by_name(text, places):
        found.setdefault(hit.span, hit)
    yield from found.values()


def _in_secrets(view: View, places: list[tuple[int, int]]) -> Iterator[Hit]:
    from bisect import bisect_left

    from sealwright.detect.secret_values import DATA, STRING_DATA, is_secret, key_shown
    from sealwright.manifest.resource import resources

    starts = [start for start, _ in places]
    for document in view.documents:
        for resource in resources(document):
            if not is_secret(resource, view.budget):
                continue
            for field in (DATA, STRING_DATA):
                for key, scalar in _values(resource, field, view):
                    first = bisect_left(starts, scalar.start)
                    last = bisect_left(starts, scalar.end)
                    for place in places[first:last]:
                        yield from _in_value(view.source.text, place, resource, field, key_shown(key))


def _values(resource: Resource, field: str, view: View) -> Iterator[tuple[str, Scalar]]:
    for name, _, node in entries(resource.node):
        view.budget.visit()
        target = resolve(node)
        if name == field and isinstance(target, Mapping):
            for key, _, value in entries(target):
                view.budget.visit()
                leaf = resolve(value)
                if isinstance(leaf, Scalar):
                    yield key, leaf


def _in_value(text: str, place: tuple[int, int], resource: Resource, field: str, key: str) -> Iterator[Hit]:
    from sealwright.detect.template_action import printed

    for literal in printed(text, *place).literals:
        confidence = _judged(literal, key)
        if confidence is not None:
            message = f"{resource.ref} gets `{key}` from a literal in its template"
            yield Hit(literal.span, message, resource.ref, f"{field}.{key}", confidence=confidence)


def _judged(literal: Literal, key: str) -> Confidence | None:
    """A literal as a Secret's value. A fallback must look like a credential, or be called one."""
    from sealwright.detect.credentials.names import Promise, promise_of
    from sealwright.detect.credentials.values import SHORTEST, is_generic, is_something_else, looks_random
    from sealwright.detect.mixed import shows_credential

    value = _decoded(literal.text.strip())
    if len(value) < SHORTEST or is_something_else(value):
        return None
    if FILL in value:
        return Confidence.LIKELY if shows_credential(value) else None
    if looks_random(value) or "PRIVATE KEY-----" in value:
        return Confidence.LIKELY
    promise = promise_of(key)
    if value.isalpha() or value.isdigit() or is_generic(value):
        return Confidence.POSSIBLE if promise is not Promise.NOTHING else None
    return None if literal.fallback and promise is not Promise.STRONG else Confidence.LIKELY


def _decoded(text: str) -> str:
    """What base64 stands for, where it stands for text."""
    from sealwright.detect.decode import from_base64, to_text

    plain = to_text(from_base64(text) or b"") or ""
    return plain.strip() if plain.strip().isprintable() and plain.strip() else text


def _by_name(text: str, places: list[tuple[int, int]]) -> Iterator[Hit]:
    """Literals that look made by a machine, by the name that stands before their action."""
    from sealwright.detect.credentials.names import Promise, promise_of
    from sealwright.detect.credentials.samples import looks_real
    from sealwright.detect.credentials.values import is_something_else
    from sealwright.detect.template_action import printed

    after = 0
    for start, end in places:
        found = printed(text, start, end)
        if found.literals:
            name = found.name or _name_before(text, max(start - _BEFORE, after), start)
            if promise_of(name) is not Promise.NOTHING:
                for literal in found.literals:
                    if looks_real(literal.text) and not is_something_else(literal.text):
                        yield _named(name, literal.span)
        after = end


def _name_before(text: str, start: int, end: int) -> str:
    match = _LISTED.search(text, start, end) or _NAMED.search(text, start, end)
    return match.group(1) if match is not None else ""


def _named(name: str, span: Span) -> Hit:
    message = f"this template gives `{shown(name)}` a literal"
    return Hit(span, message, field=shown(name), confidence=Confidence.LIKELY)
