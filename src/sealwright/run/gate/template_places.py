"""Where in a template of a chart an object comes from: by its kind, and by what its name says between the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Span
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import entries, text_of
from sealwright.manifest.resource import resources
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.finding import ResourceRef
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source

_ACTION = "{{}}"
"""Stands in a name for what an action inserts."""
_LINES = Pattern(r"^[ \t]*(?:-[ \t]+)?(kind:[ \t]+[\"']?([A-Za-z0-9]+)[\"']?)[ \t]*(?:#[^\n]*)?\r?$", 8)  # re.MULTILINE


def kind_in_template(source: Source, ref: ResourceRef) -> Span:
    """Where the template says the kind of the rendered object; its beginning where that could be several places."""
    found = [resource for document in read_documents(source) for resource in resources(document)]
    close = [each for each in found if each.ref.kind == ref.kind and _may_be_called(ref.name, each.ref.name)]
    if len(close) == 1:
        return _kind_of(close[0])
    lines = [match.span(1) for match in _LINES.finditer(source.text) if match.group(2) == ref.kind]
    return Span(*lines[0]) if len(lines) == 1 and not close else Span(0, 0)


def _may_be_called(name: str, written: str) -> bool:
    """Whether a template of a name gives this one: what stands between its actions is in it, in order."""
    first, *rest = written.split(_ACTION)
    if not rest:
        return name == written
    if not name.startswith(first) or not name.endswith(rest[-1]) or len(name) < len(first) + len(rest[-1]):
        return False
    middle = name[len(first) : len(name) - len(rest[-1])]
    at = 0
    for part in rest[:-1]:
        at = middle.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _kind_of(resource: Resource) -> Span:
    for name, key, value in entries(resource.node):
        if name == "kind" and text_of(value) == resource.ref.kind:
            return Span(key.start, value.end)
    return Span(resource.node.start, resource.node.start)
