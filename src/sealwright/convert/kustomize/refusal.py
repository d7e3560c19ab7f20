"""Why something about a kustomization cannot be converted: data, since the rest of a run goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ConvertError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source

_LONGEST_NAME = 253


class Refusal(NamedTuple):
    """`path`, `line` and `column` say where; `name` is the Secret's, '' where none is known. No text holds a value."""

    path: str
    line: int
    column: int
    name: str
    message: str
    hint: str

    def error(self) -> ConvertError:
        """The same as an error."""
        what = f"Secret {self.name}: " if self.name else ""
        return ConvertError(f"{what}{self.message}", hint=self.hint, place=f"{self.path}:{self.line}:{self.column}")


class Refused(Exception):  # noqa: N818 - a signal inside of this package
    """Something cannot be read in one way only; `node` is where, None for the whole entry."""

    def __init__(self, message: str, hint: str, node: Node | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.node = node

    def at(self, source: Source, entry: Node, name: str) -> Refusal:
        """The refusal for an entry of a source."""
        line, column = source.position((self.node or entry).start)
        return Refusal(source.path, line, column, name[:_LONGEST_NAME], self.message, self.hint)

    def without_node(self) -> Refused:
        """The same, about the entry as a whole."""
        return Refused(self.message, self.hint)


@contextmanager
def placed(node: Node) -> Iterator[None]:
    """What is refused inside without a place is refused at the node."""
    try:
        yield
    except Refused as refused:
        raise Refused(refused.message, refused.hint, refused.node or node) from None
