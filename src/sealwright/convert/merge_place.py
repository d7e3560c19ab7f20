"""Ways through an object's text by the names of its fields, for edits: what is reached is what is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.layout import Unmovable
from sealwright.convert.mapping_edits import Manner, added, filled, is_empty
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import Mapping, Scalar, text_of
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.mapping_edits import Entries
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource


class Place:
    """One object and the manner of its text. Raises Unmovable for aliases, merge keys and keys that stand twice."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        source = resource.document.source
        self.manner = Manner(source, resource.node, is_json=resource.document.form is Form.JSON)

    def entry(self, *path: str) -> tuple[Scalar, Node] | None:
        """The key and the value at the end of the path; None where one of its fields is missing."""
        node: Node = self.resource.node
        found: tuple[Scalar, Node] | None = None
        for depth, name in enumerate(path):
            if not isinstance(node, Mapping):
                if is_empty(node):
                    return None
                raise Unmovable(f"`{path[depth - 1]}` that is not a mapping of its own")
            if node.merges:
                raise Unmovable(f"a merge key beside `{name}`")
            entries = [(key, value) for key, value in node.entries if text_of(key) == name]
            if not entries:
                return None
            key, node = entries[0]
            if len(entries) > 1 or not isinstance(key, Scalar) or key.anchor or key.tag:
                raise Unmovable(f"a second `{name}`, or an anchor on it,")
            found = key, node
        return found

    def put(self, path: tuple[str, ...], entries: Entries) -> Iterator[Edit]:
        """The edits that put entries into the mapping at the path, which is made where it is missing."""
        found = self.entry(*path) if path else None
        if path and found is None:
            yield from self.put(path[:-1], {path[-1]: entries})
            return
        node = found[1] if found else self.resource.node
        if isinstance(node, Mapping) and node.entries:
            yield from added(self.manner, node, entries)
        elif found is None or not is_empty(node):
            raise Unmovable(f"`{path[-1] if path else ''}` that is not a mapping of its own")
        elif self._is_in_braces(path):
            yield Edit(node.start, node.end, f"{{{self.manner.flow(entries)}}}")
        else:
            key = found[0]
            column = key.start - self.manner.source.line_start(key.start)
            yield from filled(self.manner, key, node, column, entries)

    def _is_in_braces(self, path: tuple[str, ...]) -> bool:
        found = self.entry(*path[:-1]) if len(path) > 1 else None
        parent = found[1] if found else self.resource.node
        return isinstance(parent, Mapping) and parent.flow
