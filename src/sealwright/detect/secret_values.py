"""Which values of a Secret are in clear. Shared by the detectors that meet Secrets in different places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.public import is_public, is_public_field
from sealwright.detect.sops import sops_metadata
from sealwright.detect.trail import walk_trails
from sealwright.finding import Confidence, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import BINARY_TAG, FILL, Mapping, Scalar, entries, resolve, text_of
from sealwright.manifest.resource import is_core, resources
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

DATA = "data"
STRING_DATA = "stringData"
_KIND = "Secret"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_VALID_KEY = Pattern(rf"[-._a-zA-Z0-9{FILL}]{{1,253}}\Z")
_SHORTEST_MISSPELT = 10
_INVALID_KEY = "(invalid key)"
_SEPARATOR = Pattern(r"[:=]\s*(?=\S)")


def secret_hits(view: View, field: str, remark: str = "") -> Iterator[Hit]:
    """A hit for every value in clear under `field` of every Secret that stands by itself, SOPS documents excepted."""
    for document in view.documents:
        if sops_metadata(document) is None:
            for resource in resources(document):
                if is_secret(resource, view.budget):
                    yield from hits_in(resource, field, view.budget, remark)
                elif resource.ref.kind.lower() == _KIND.lower() and is_core(resource.ref, resource.ref.kind):
                    yield from _misspelt(resource, field, view.budget)


def _misspelt(resource: Resource, field: str, budget: Budget) -> Iterator[Hit]:
    """`kind: secret` is refused by the API server, but what it holds is in Git; short values are made-up ones there."""
    for hit in hits_in(resource, field, budget, " (and the kind must be spelled `Secret`)"):
        if hit.span.end - hit.span.start >= _SHORTEST_MISSPELT:
            yield hit._replace(confidence=Confidence.LIKELY)


def is_secret(resource: Resource, budget: Budget) -> bool:
    """Whether it is a core/v1 Secret, by any of its `kind` entries: which duplicate counts differs between parsers."""
    return is_core(resource.ref, _KIND) or (
        is_core(resource.ref, resource.ref.kind) and says_secret(resource.node, budget)
    )


def says_secret(node: Mapping, budget: Budget) -> bool:
    """Whether one of the mapping's `kind` entries says Secret, `!!binary` spelling included."""
    for name, _, value in entries(node):
        budget.visit()
        if name == "kind" and _spelled(value) == _KIND:
            return True
    return False


def hits_in(resource: Resource, field: str, budget: Budget, remark: str = "") -> Iterator[Hit]:
    """A hit for every value in clear under `field` of one Secret."""
    ref = resource.ref if resource.ref.kind == _KIND else resource.ref._replace(kind=_KIND)
    for value in exposed_values(resource.node, field, budget):
        message = f"{ref} keeps `{value.key or field}` in clear{remark}"
        path = ".".join(part for part in (resource.outer, field, value.key) if part)
        yield Hit(value.span, message, ref, path, confidence=_confidence(resource.document, value.span))


def _confidence(document: Document, span: Span) -> Confidence:
    """How sure a value in a Secret is one. In a template whole files of configuration stand there as well."""
    if document.form in {Form.YAML, Form.JSON}:
        return Confidence.CERTAIN
    text = document.source.text[span.start : span.end]
    if document.flaw or "\n" not in text:
        return Confidence.LIKELY
    from sealwright.detect.mixed import shows_credential

    return Confidence.LIKELY if shows_credential(text) else Confidence.POSSIBLE


class ExposedValue(NamedTuple):
    """A value in clear: its key in the Secret and where the text stands (through an alias: at the anchor)."""

    key: str
    span: Span


def exposed_values(secret: Mapping, field: str, budget: Budget) -> Iterator[ExposedValue]:
    """Every value under `field` (`data` or `stringData`) that is neither empty nor public nor a placeholder.

    Duplicate fields and keys are all looked at: which one counts differs between parsers, and Git holds both.
    Raises TooMuch where aliases repeat values without end.
    """
    if _is_deleted(secret, budget):
        return
    seen: set[int] = set()
    for name, _, value in entries(secret):
        budget.visit()
        target = resolve(value)
        if name != field or id(target) in seen:
            continue
        seen.add(id(target))
        if isinstance(target, Mapping):
            yield from _entries(target, field, budget)
        else:
            yield from _leaves(target, field, "", budget)


def _entries(values: Mapping, field: str, budget: Budget) -> Iterator[ExposedValue]:
    for name, key, value in entries(values):
        budget.visit()
        target = resolve(value)
        if key_shown(name) != name and isinstance(target, Scalar) and not target.value and _SEPARATOR.search(name):
            yield ExposedValue(_INVALID_KEY, Span(key.start, key.end))  # `{password:hunter2}`: a key to YAML
        else:
            yield from _leaves(target, field, key_shown(name), budget)


def key_shown(key: str) -> str:
    """A key as people may see it. What is no valid key may be a value that slipped in there."""
    return key if _VALID_KEY.match(key) else _INVALID_KEY


def _leaves(node: Node, field: str, key: str, budget: Budget) -> Iterator[ExposedValue]:
    """The node if it is a scalar. A collection is refused by the API server, but its text is in Git all the same."""
    for _, leaf in walk_trails(node):
        budget.visit()
        target = resolve(leaf)
        if isinstance(target, Scalar) and is_exposed(target, field, key):
            yield ExposedValue(key, Span(target.start, target.end))


def is_exposed(scalar: Scalar, field: str, key: str) -> bool:
    """Whether one scalar under `data` or `stringData` shows something that is worth hiding."""
    text = scalar.value
    if not scalar.style and text in _NULLS:
        return False
    if scalar.tag == BINARY_TAG:
        plain = _text_of_binary(text)
        if plain is None:
            return bool(text.strip())
        text = plain
    if is_placeholder(text):
        return False
    if FILL in text:  # what a template leaves of its literal text: mostly configuration
        from sealwright.detect.mixed import shows_credential

        return shows_credential(text, key)
    if field == DATA:
        decoded = from_base64(text)
        if decoded is not None:
            shown = to_text(decoded)
            if shown is None:
                return True
            text = shown
            if is_placeholder(text):
                return False
    return not is_public(text) and not is_public_field(key, text)


def _text_of_binary(text: str) -> str | None:
    decoded = from_base64("".join(text.split()))
    return None if decoded is None else to_text(decoded)


def _spelled(node: Node) -> str:
    target = resolve(node)
    if isinstance(target, Scalar) and target.tag == BINARY_TAG:
        return _text_of_binary(target.value) or ""
    return text_of(target)


def _is_deleted(secret: Mapping, budget: Budget) -> bool:
    """A strategic-merge patch that deletes the Secret (`$patch: delete`) puts no value anywhere."""
    for name, _, value in entries(secret):
        budget.visit()
        if name == "$patch" and text_of(value) == "delete":
            return True
    return False
