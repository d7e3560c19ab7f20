"""Which values of a Secret are in clear. Shared by the detectors that meet Secrets in different places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.public import is_public, is_public_field
from sealwright.detect.sops import sops_metadata
from sealwright.finding import Confidence, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import BINARY_TAG, Mapping, Scalar, entries, resolve, text_of, walk
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.template import is_filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

DATA = "data"
STRING_DATA = "stringData"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def secret_hits(view: View, field: str, remark: str = "") -> Iterator[Hit]:
    """A hit for every value in clear under `field` of every Secret that stands by itself, SOPS documents excepted."""
    for document in view.documents:
        if sops_metadata(document) is None:
            for resource in resources(document):
                if is_core(resource.ref, "Secret"):
                    yield from hits_in(resource, field, remark)


def hits_in(resource: Resource, field: str, remark: str = "") -> Iterator[Hit]:
    """A hit for every value in clear under `field` of one Secret."""
    confidence = Confidence.CERTAIN if resource.document.form in {Form.YAML, Form.JSON} else Confidence.LIKELY
    for value in exposed_values(resource.node, field):
        message = f"{resource.ref} keeps `{value.key}` in clear{remark}"
        path = ".".join(part for part in (resource.outer, field, value.key) if part)
        yield Hit(value.span, message, resource.ref, path, confidence=confidence)


class ExposedValue(NamedTuple):
    """A value in clear: its key in the Secret and where the text stands (through an alias: at the anchor)."""

    key: str
    span: Span


def exposed_values(secret: Mapping, field: str) -> Iterator[ExposedValue]:
    """Every value under `field` (`data` or `stringData`) that is neither empty nor public nor a placeholder.

    Duplicate fields and keys are all looked at: which one counts differs between parsers, and Git holds both.
    """
    if _is_deleted(secret):
        return
    for name, _, value in entries(secret):
        if name == field:
            yield from _under(value, field, "")


def _under(node: Node, field: str, key: str) -> Iterator[ExposedValue]:
    target = resolve(node)
    if isinstance(target, Mapping) and not key:
        for name, _, value in entries(target):
            yield from _under(value, field, name or "(empty key)")
        return
    # A collection where a string belongs is refused by the API server, but its text is in Git all the same.
    for leaf in walk(target):
        if isinstance(leaf, Scalar) and is_exposed(leaf, field, key):
            yield ExposedValue(key, Span(leaf.start, leaf.end))


def is_exposed(scalar: Scalar, field: str, key: str) -> bool:
    """Whether one scalar under `data` or `stringData` shows something that is worth hiding."""
    text = scalar.value
    if is_filled(text) or (not scalar.style and text in _NULLS):
        return False
    if scalar.tag == BINARY_TAG:
        return bool(text.strip())
    if is_placeholder(text):
        return False
    if field == DATA:
        decoded = from_base64(text)
        if decoded is not None:
            shown = to_text(decoded)
            if shown is None:
                return bool(decoded)
            text = shown
            if is_placeholder(text):
                return False
    return not is_public(text) and not is_public_field(key, text)


def _is_deleted(secret: Mapping) -> bool:
    """A strategic-merge patch that deletes the Secret (`$patch: delete`) puts no value anywhere."""
    return any(name == "$patch" and text_of(value) == "delete" for name, _, value in entries(secret))
