"""SealedSecrets in JSON as sealers write them, told by an expression: one, several in a row, or a List of them.

As `verify.usual` for YAML, and under the same law: exactly what the parsed documents would give, or nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import ResourceRef, Span
from sealwright.patterns import Pattern
from sealwright.sealing.scope import Scope, scope_of
from sealwright.verify.origins import stem_of
from sealwright.verify.sealed_items import API_VERSION, KIND, SealedItem
from sealwright.verify.usual import has_its_keys

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from sealwright.manifest.source import Source
    from sealwright.verify.sealed_items import Malformed

_S = r"[ \t\r\n]*"
_FLAT = r"\{[^{}]*\}"
_METADATA = rf"(\{{[^{{}}]*(?:{_FLAT}[^{{}}]*){{0,2}}\}})"
_TEMPLATE = rf"(\{{[^{{}}]*(?:\{{[^{{}}]*(?:{_FLAT}[^{{}}]*){{0,2}}\}}[^{{}}]*)?\}})"
_KEY = r"[A-Za-z0-9._][A-Za-z0-9._-]{0,252}"
_VALUE = '"A[A-Za-z0-9+/]*={0,2}"'
_ITEM = rf'"{_KEY}"{_S}:{_S}{_VALUE}{_S}'
_MOST_ITEMS = 1000
_MOST_CHARACTERS = 1024 * 1024
"""Of one object's items; whether more are too many is asked elsewhere."""
_MOST_SIGNS = 500_000
"""Quotes and braces of a text, at least as many as it has nodes: the parser's own limit is far away then."""


def _member(name: str, value: str) -> str:
    return rf'"{name}"{_S}:{_S}{value}{_S}'


_WHAT = (_member("apiVersion", f'"{API_VERSION}"'.replace(".", "[.]")), _member("kind", f'"{KIND}"'))
_OBJECT = Pattern(
    rf"{_S}\{{{_S}(?:{_WHAT[0]},{_S}{_WHAT[1]}|{_WHAT[1]},{_S}{_WHAT[0]}),{_S}{_member('metadata', _METADATA)},{_S}"
    rf'"spec"{_S}:{_S}\{{{_S}(?:{_member("template", _TEMPLATE)},{_S})?"encryptedData"{_S}:{_S}'
    rf"\{{{_S}({_ITEM}(?:,{_S}{_ITEM}){{0,{_MOST_ITEMS}}})\}}{_S}(?:,{_S}{_member('template', _TEMPLATE)})?\}}{_S}"
    rf"(?:,{_S}{_member('status', rf'{{{_S}}}')})?\}}{_S}"
)
_ITEMS = Pattern(rf'"({_KEY})"{_S}:{_S}({_VALUE})')
_LIST_MEMBER = rf'"(?:apiVersion|kind|metadata)"{_S}:{_S}(?:"[^"]*"|{_FLAT}){_S}'
_LIST = Pattern(rf'{_S}\{{{_S}(?:{_LIST_MEMBER},{_S})*"items"{_S}:{_S}\[')
_LIST_END = Pattern(rf"\]{_S}(?:,{_S}{_LIST_MEMBER})*\}}{_S}\Z")
_NAME = Pattern(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


class _UnusualError(Exception):
    """It is left to the parser."""


class Object(NamedTuple):
    """One SealedSecret: its items, and what they may have been sealed as."""

    items: list[SealedItem | Malformed]
    origins: list[ResourceRef]


def usual_objects(source: Source) -> list[list[Object]]:
    """The objects of every document of a text that holds usual SealedSecrets and nothing else; [] for others."""
    text = source.text
    signs = text.count('"') + text.count("{")
    if signs > _MOST_SIGNS or not text.isascii() or "\\" in text or "$" in text or "%" in text:
        return []
    try:
        listed = _LIST.match(text)
        return [_listed(source, listed)] if listed is not None else [[found] for found, _ in _in_a_row(source, 0)]
    except (_UnusualError, ValueError, RecursionError):
        return []


def _in_a_row(source: Source, at: int) -> Iterator[tuple[Object, int]]:
    """Every object from an offset to the end, and where each ends."""
    while at < len(source.text):
        found = _object(source, at)
        yield found
        at = found[1]


def _listed(source: Source, head: re.Match[str]) -> list[Object]:
    """The items of the List that begins with `head`."""
    text, at = source.text, head.end()
    found: list[Object] = []
    while not found or text.startswith(",", at):
        one, at = _object(source, at + bool(found))
        found.append(one)
    if _LIST_END.match(text, at) is None:
        raise _UnusualError
    fields = _fields(head.group() + text[at:])
    metadata = fields.get("metadata", {})
    texts = isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())
    if not texts or fields.get("kind") != "List" or fields.get("apiVersion") != "v1":
        raise _UnusualError
    return found


def _object(source: Source, at: int) -> tuple[Object, int]:
    """The object that begins at an offset, and where it ends, behind the blanks."""
    match = _OBJECT.match(source.text, at)
    if match is None or match.end(3) - match.start(3) > _MOST_CHARACTERS or (match.group(2) and match.group(4)):
        raise _UnusualError
    own = _metadata(_fields(match.group(1)))
    ref = ResourceRef(API_VERSION, KIND, own.get("namespace", ""), own.get("name", ""))
    written = _fields(match.group(2) or match.group(4) or "{}")
    template = _template(written)
    origins = [ref] if ref.name else []
    origin = None
    if template is not None:
        origin = ResourceRef("", "Secret", template.get("namespace", ref.namespace), template.get("name", ref.name))
        origins += (origin, ResourceRef("", "Secret", ref.namespace, stem_of(source.path)))
    annotations = own.get("annotations")
    scope = scope_of(annotations) if annotations else Scope.STRICT
    items: list[SealedItem | Malformed] = []
    for item in _ITEMS.finditer(source.text, match.start(3), match.end(3)):
        name, value = item.groups()
        items.append(SealedItem(ref, scope, name, source.location(Span(*item.span(2))), value[1:-1], "", origin))
    if not has_its_keys(written.get("type", ""), items):
        raise _UnusualError
    return Object(items, origins), match.end()


def _template(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The metadata of a template, None without any."""
    for field, value in fields.items():
        fine = isinstance(value, str) if field == "type" else field == "metadata" or (field == "data" and value is None)
        if not fine:
            raise _UnusualError
    return _metadata(fields["metadata"]) if "metadata" in fields else None


def _metadata(fields: object) -> dict[str, Any]:
    """Itself, where there is nothing in it that needs a second look."""
    if not isinstance(fields, dict):
        raise _UnusualError
    for field, value in fields.items():
        if field in {"name", "namespace"}:
            fine = isinstance(value, str) and _NAME.fullmatch(value) is not None
        elif field in {"labels", "annotations"}:
            fine = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        else:
            fine = field == "creationTimestamp" and value is None
        if not fine:
            raise _UnusualError
    return fields


def _fields(text: str) -> dict[str, Any]:
    """An object's; none of them twice, nor in what is in it."""
    found: dict[str, Any] = json.loads(text, object_pairs_hook=_unique)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _UnusualError
    return found
