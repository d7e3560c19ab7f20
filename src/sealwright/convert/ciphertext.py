"""Other ciphertext in the place of an item's old one: the scalar alone changes, in the style in which it is written.

Nothing else of the file is touched, and `replaced` proves it: both texts are read, and their nodes compared one by one,
with styles, tags and anchors.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import BINARY_TAG, Alias, Scalar, walk
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit, apply_edits
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

_BLOCK = Pattern(r"[|>][^\r\n]*(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))*")
"""The header of a block scalar, and blank lines below it."""
_LINE = Pattern(r"([ \t]*)([^\r\n]*)(\r\n|\r|\n|)")


class Replacement(NamedTuple):
    """`text` is the new base64 text of the item that `node` holds the old one of."""

    node: Scalar
    text: str


def ciphertext_edit(source: Source, node: Scalar, text: str) -> Edit:
    """The edit that gives a scalar another base64 text: plain, quoted and block scalars, YAML and JSON.

    A literal block keeps the width of its lines. Comments, tags and anchors stand outside of what is edited, or stay.
    Raises SealingError for `!!binary`, which would be base64 of base64.
    """
    if node.tag == BINARY_TAG:
        line = source.position(node.start).line
        hint = "write the item as a plain string"
        raise SealingError("an item has the tag `!!binary`", hint=hint, place=f"{source.path}:{line}")
    if node.style in {"'", '"'}:
        return Edit(node.start, node.end, f"{node.style}{text}{node.style}")
    if node.style in {"|", ">"}:
        return _block_edit(source.text, node, text)
    return Edit(node.start, node.end, text)


def replaced(source: Source, documents: Sequence[Document], replacements: Iterable[Replacement]) -> str:
    """The text of `source` with every replacement made, proved to differ in nothing else.

    `documents` are those of `source`; several replacements of one node (reached through aliases) must say the same.
    Raises SealingError where the layout cannot be kept; nothing was written then.
    """
    wanted = {id(replacement.node): replacement for replacement in replacements}
    edits = [ciphertext_edit(source, node, text) for node, text in wanted.values()]
    text = apply_edits(source.text, edits)
    again = Source(source.path, text, encoding=source.encoding, mark=source.mark)
    texts = {number: replacement.text for number, replacement in wanted.items()}
    if not _same(documents, read_documents(again), texts):
        hint = "nothing was written. Write the item on one line, `key: value`; please report the layout"
        message = "the layout of this file cannot be kept while its ciphertext is replaced"
        raise SealingError(message, hint=hint, place=source.path)
    return text


def _block_edit(text: str, node: Scalar, new: str) -> Edit:
    """Only the lines below the header change; folded blocks get one line, since their line ends mean spaces."""
    header = _BLOCK.match(text, node.start, node.end)
    start = header.end() if header else node.end
    line = _LINE.match(text, start, node.end)
    if header is None or line is None:  # an empty block: nothing that was ever sealed
        return Edit(node.start, node.end, new)
    indentation, shown, newline = line.groups()
    width = len(shown) if newline and node.style == "|" else len(new)
    lines = [f"{indentation}{new[at : at + width]}" for at in range(0, len(new), max(width, 1))]
    return Edit(start, node.end, newline.join(lines))


def _same(before: Iterable[Document], after: Iterable[Document], texts: Mapping[int, str]) -> bool:
    """Whether both say the same, but for the scalars in `texts` (by id), which must hold those."""
    twins: dict[int, int] = {}
    for old, new in zip_longest(before, after):
        if old is None or new is None or (old.form, bool(old.flaw)) != (new.form, bool(new.flaw)):
            return False
        if not all(_twins(a, b, texts, twins) for a, b in zip_longest(_nodes(old), _nodes(new))):
            return False
    return True


def _nodes(document: Document) -> Iterator[Node]:
    return walk(document.root) if document.root is not None else iter(())


def _twins(old: Node | None, new: Node | None, texts: Mapping[int, str], twins: dict[int, int]) -> bool:
    if old is None or new is None or type(old) is not type(new) or (old.tag, old.anchor) != (new.tag, new.anchor):
        return False
    twins[id(old)] = id(new)
    if isinstance(old, Alias) and isinstance(new, Alias):
        return twins.get(id(old.target)) == id(new.target)
    if not isinstance(old, Scalar) or not isinstance(new, Scalar):
        return getattr(old, "flow", None) == getattr(new, "flow", None)
    if old.style != new.style:
        return False
    wanted = texts.get(id(old))
    return old.value == new.value if wanted is None else _reads_as(new.value, wanted)


def _reads_as(value: str, wanted: str) -> bool:
    """Whether the controller reads the same bytes: it skips line ends."""
    try:
        return bool(value) and decode(value) == decode(wanted)
    except BadBase64:
        return False
