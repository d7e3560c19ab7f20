"""SealedSecrets as sealers write them, told by their lines: most files hold one and nothing else, and need no parser.

It answers only where there is one way to read every line and nothing to object to, and then gives exactly what the
documents of the file would give (`sealed_items`, `origins`, and nothing for `run.refusals`). An anchor, a field
or a name out of the ordinary, and it gives nothing; the file is parsed like any other then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, Position, ResourceRef
from sealwright.patterns import Pattern
from sealwright.sealing.scope import Scope, scope_of
from sealwright.verify.origins import stem_of
from sealwright.verify.sealed_items import API_VERSION, KIND, SealedItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.manifest.source import Source
    from sealwright.verify.sealed_items import Malformed
    from sealwright.verify.usual_json import Object

_BLANK = r"(?: *(?:#[ -z]*)?\n)*"
"""Blank lines and comments, without braces: they would make a template of it."""
_END = rf"(?: +#[ -z]*)?\n{_BLANK}"
_WORDS = r"(?!(?i:null|true|false|yes|no|on|off|y|n)[ \n])"
"""What is no string to YAML, of all that begins with a letter."""
_NAME = _WORDS + r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
_PLAIN = _WORDS + r"[A-Za-z][A-Za-z0-9._/-]*"
_TEXT = rf'(?:{_PLAIN}|"[A-Za-z0-9 ._/-]*")'
_KEY = r"[A-Za-z0-9._][A-Za-z0-9._-]{0,252}"
_ITEM = rf"    (?!(?:null|Null|NULL):){_KEY}: A[A-Za-z0-9+/]*={{0,2}}{_END}"
_TYPE = rf"(?:    type: ({_PLAIN}){_END})?"
_ASKED = {
    "kubernetes.io/dockerconfigjson": frozenset({".dockerconfigjson"}),
    "kubernetes.io/tls": frozenset({"tls.crt", "tls.key"}),
}
"""The keys that the most frequent types ask for; what others do, their own reader knows (`convert.advice.types`)."""
_MOST_ITEMS = 1000
_MOST_CHARACTERS = 1024 * 1024
"""Of one object's items; whether more are too many is asked elsewhere."""
_HEAD = f"kind: {KIND}\nmetadata:\n"


def _metadata(indent: str) -> str:
    """The lines of the metadata, in any order, as one group."""
    texts = rf"{indent}(?:labels|annotations):{_END}(?:{indent}  [A-Za-z][A-Za-z0-9._/-]{{0,316}}: {_TEXT}{_END})+"
    return rf"((?:{indent}name(?:space)?: {_NAME}{_END}|{indent}creationTimestamp: null{_END}|{texts})+)"


_OBJECT = Pattern(
    rf"{_BLANK}(?:---\n{_BLANK})?apiVersion: {API_VERSION.replace('.', '[.]')}\n{_HEAD}{_BLANK}{_metadata('  ')}"
    rf"spec:{_END}  encryptedData:{_END}((?:{_ITEM}){{1,{_MOST_ITEMS}}})"
    rf"(?:  template:{_END}(?:    data: null{_END})?{_TYPE}"
    rf"(?:    metadata:{_END}{_metadata('      ')})?{_TYPE})?(?=---\n|\Z)"
)


class Contents(NamedTuple):
    """The items of one document, and every object that they may have been sealed as."""

    items: list[SealedItem | Malformed]
    origins: list[ResourceRef]


class _Fields(NamedTuple):
    """Of metadata; what is not there is empty."""

    name: str
    namespace: str
    annotations: dict[str, str]


def usual(source: Source) -> list[Contents]:
    """What is in a text that holds SealedSecrets of the usual form and nothing else, each a document; [] for others."""
    text = source.text
    found: list[Contents] = []
    at, line = 0, 1
    if text.startswith("{"):
        from sealwright.verify.usual_json import usual_objects

        return [_together(objects) for objects in usual_objects(source)]
    if _HEAD not in text:
        return []  # and the expression need not be compiled
    while at < len(text):
        match = _OBJECT.match(text, at)
        own = _fields(match.group(1), 2) if match is not None else None
        if match is None or own is None:
            return []
        template = None
        if match.group(4) is not None and (template := _fields(match.group(4), 6)) is None:
            return []
        start, end = match.span(2)
        if end - start > _MOST_CHARACTERS:
            return []
        line += text.count("\n", at, start)
        found.append(_object(source, own, template, text[start : end - 1].split("\n"), line))
        if not all(has_its_keys(kind, found[-1].items) for kind in (match.group(3), match.group(5)) if kind):
            return []
        line += text.count("\n", start, match.end())
        at = match.end()
    return found


def has_its_keys(kind: str, items: Iterable[SealedItem | Malformed]) -> bool:
    """Whether a Secret of this type is known to have all the keys that it needs, if these are its items."""
    if not kind.startswith("kubernetes.io/"):
        return True
    return kind in _ASKED and _ASKED[kind] <= {item.name for item in items if isinstance(item, SealedItem)}


def _together(objects: list[Object]) -> Contents:
    """What the objects of one document hold: all items, and all origins."""
    items = [item for found in objects for item in found.items]
    return Contents(items, [ref for found in objects for ref in found.origins])


def _fields(lines: str, indent: int) -> _Fields | None:
    """The fields in these lines; None where one stands there twice."""
    found: dict[str, str] = {}
    annotations: dict[str, str] = {}
    field = ""
    for line in lines.split("\n"):
        name, _, value = _bare(line)[indent:].partition(": ")
        if name.startswith(" "):
            if field == "annotations:":
                annotations[name[2:]] = value.strip('"')
        elif name:
            field = name
            if field in found:
                return None
            found[field] = value
    return _Fields(found.get("name", ""), found.get("namespace", ""), annotations)


def _bare(line: str) -> str:
    """Without a comment, of which nothing that is read here holds the sign."""
    return line.partition("#")[0].rstrip(" ") if "#" in line else line.rstrip(" ")


def _object(source: Source, own: _Fields, template: _Fields | None, lines: list[str], line: int) -> Contents:
    """The object whose items are in `lines`, the first of which has the number `line` in the file."""
    path = source.path
    ref = ResourceRef(API_VERSION, KIND, own.namespace, own.name)
    origins = [ref] if ref.name else []
    origin = None
    if template is not None:
        origin = ResourceRef("", "Secret", template.namespace or own.namespace, template.name or own.name)
        origins += (origin, ResourceRef("", "Secret", own.namespace, stem_of(path)))
    scope = scope_of(own.annotations) if own.annotations else Scope.STRICT
    items: list[SealedItem | Malformed] = []
    for number, text in enumerate(map(_bare, lines), line):
        name, _, value = text[4:].partition(": ")
        if not name:
            continue
        column = len(text) - len(value) + 1
        place = Location(path, Position(number, column), Position(number, len(text) + 1))
        items.append(SealedItem(ref, scope, name, place, value, "", origin))
    return Contents(items, origins)
