"""One block of HCL parsed by python-hcl2, and its expressions as nodes with spans.

Only lark's own tree is used: python-hcl2 8 has no lines in what its `loads` gives, and its strings keep their quotes.
The parser is imported here, when a block is to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.manifest.limits import Unparsable
from sealwright.manifest.nodes import Mapping, Scalar, Sequence
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from sealwright.manifest.nodes import Node

Tree: TypeAlias = Any
"""A `lark.Tree`; lark is python-hcl2's dependency, not ours."""
LONGEST = 400_000
"""Characters of one block: more than any person writes."""
_BEFORE_ARROW = Pattern(r"\r?\n[ \t]*(?==>)")
_HEREDOC = Pattern(r"<<(-?)[ \t]*([A-Za-z][\w.-]*)[ \t]*\r?\n")


class Code(NamedTuple):
    """A part of the syntax tree, by how much its positions are shifted in the file's text, and that text."""

    tree: Tree
    base: int
    text: str

    @property
    def start(self) -> int:
        """Offset in the file's text."""
        return int(self.base + self.tree.meta.start_pos)

    @property
    def end(self) -> int:
        """Offset in the file's text, one past the last character."""
        return int(self.base + self.tree.meta.end_pos)

    def inner(self, tree: Tree) -> Code:
        """A part of this part."""
        return Code(tree, self.base, self.text)


def parse_body(text: str, start: int, end: int) -> Code:
    """The body of what stands between two offsets: a block's content, or the attributes of a file of values.

    Raises Unparsable, whose offset is into `text`.
    """
    if end - start > LONGEST:
        raise Unparsable("a block that is too long to be read", start)
    try:
        tree = _parsed(text, start, end)
    except Unparsable:
        # python-hcl2 knows no line end before the arrow of a `for`, though the language allows one there.
        joined = _BEFORE_ARROW.sub(lambda match: " " * len(match.group()), text[start:end])
        if joined == text[start:end]:
            raise
        tree = _parsed(text[:start] + joined, start, end)
    return Code(tree.children[0], start, text)


def _parsed(text: str, start: int, end: int) -> Tree:
    from hcl2.api import parses_to_tree

    try:
        return parses_to_tree(text[start:end])
    except Exception as error:  # noqa: BLE001 - lark's, which is python-hcl2's dependency and not ours
        at = getattr(getattr(error, "token", None), "start_pos", None)
        at = getattr(error, "pos_in_stream", None) if at is None else at
        offset = start + (at if isinstance(at, int) and at >= 0 else 0)
        raise Unparsable("this is not HCL as Terraform reads it", min(offset, end)) from None


def parts(tree: Tree) -> list[Tree]:
    """The children that mean something: no tokens, no line ends, no comments."""
    return [child for child in tree.children if hasattr(child, "data") and child.data != "new_line_or_comment"]


def bare(tree: Tree) -> Tree:
    """The expression without the brackets and wrappers around it."""
    while tree.data == "expr_term":
        inner = parts(tree)
        if len(inner) != 1:
            break
        tree = inner[0]
    return tree


def word(tree: Tree) -> str:
    """The text of an identifier, a keyword or a literal word."""
    return str(tree.children[0])


def entries_of(body: Code) -> Iterator[tuple[str, Code, Code | None]]:
    """(name, its place, value) of every attribute, and (type, its place, None) of every block, in order.

    For a block the place is the block itself: its first part is its type.
    """
    for child in parts(body.tree):
        name, *rest = parts(child)
        if child.data == "attribute":
            yield word(name), body.inner(name), body.inner(rest[-1])
        elif child.data == "block":
            yield word(name), body.inner(child), None


def node_of(code: Code) -> Node:
    """The expression as a node: lists and objects as such, JSON in a here-document too, all else as one scalar."""
    tree = bare(code.tree)
    here = code.inner(tree)
    if tree.data == "function_call":
        name, *arguments = parts(tree)
        if word(name) == "jsonencode" and arguments:
            return node_of(code.inner(parts(arguments[0])[0]))
    elif tree.data == "object":
        mapping = Mapping(here.start, flow=True)
        mapping.end = here.end
        mapping.entries.extend(_entry(code.inner(element)) for element in parts(tree))
        return mapping
    elif tree.data == "tuple":
        sequence = Sequence(here.start, flow=True)
        sequence.end = here.end
        sequence.items.extend(node_of(code.inner(item)) for item in parts(tree))
        return sequence
    elif tree.data in {"heredoc_template", "heredoc_template_trim"}:
        found = json_at(code.text, *heredoc_body(here))
        if found is not None:
            return found
    return Scalar(here.start, here.end, "", '"')


def _entry(element: Code) -> tuple[Node, Node]:
    key, value = parts(element.tree)
    place = element.inner(key)
    return Scalar(place.start, place.end, _key_text(key), '"'), node_of(element.inner(value))


def _key_text(key: Tree) -> str:
    inner = parts(key)
    tree = bare(inner[0]) if inner else key
    if tree.data == "string":
        return "".join(str(token) for token in tree.scan_values(lambda _: True))[1:-1]
    return str(next(iter(tree.scan_values(lambda _: True)), ""))


def heredoc_body(code: Code) -> tuple[int, int]:
    """Offsets of what stands between the marker's line and the line that closes it."""
    opening = _HEREDOC.match(code.text, code.start, code.end)
    first = opening.end() if opening else code.start
    stripped = code.text[first : code.end].rstrip()
    return first, first + stripped.rfind("\n") + 1


def json_at(text: str, start: int, end: int) -> Node | None:
    """The JSON object or list that is all there is between two offsets; None where that is something else."""
    if not text[start:end].lstrip().startswith(("{", "[")):
        return None
    from sealwright.manifest.json_text import compose_json

    try:
        found = compose_json(text[start:end], start)
    except Unparsable:
        return None
    return found[0] if len(found) == 1 else None
