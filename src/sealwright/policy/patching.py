"""One operation of JSON Patch as edits of the text: what is not touched keeps every byte, comments included.

Whoever applies the edits reads the result again and compares it with `patched`: what cannot be done cleanly here
(anchors on the way, a value over several lines) is refused, and the rest has to prove itself. Source: RFC 6902.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sealwright.manifest.nodes import Alias, Mapping, Scalar, Sequence, last_end
from sealwright.manifest.values import effective
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.source import Source
    from sealwright.policy.subject import DocumentPath

APPEND = "-"
"""As the last step of a path: behind the last item of a list."""


class Unfixable(Exception):  # noqa: N818 - a signal to the caller, who names the place
    """Why the text cannot be changed by itself."""


def pointer(blamed: DocumentPath, path: str) -> DocumentPath:
    """The path that a fix names: from the object for `/a/b`, from what is blamed for `.`, `./a` and `../b`."""
    if path.startswith("/"):
        return tuple(map(_step, path[1:].split("/")))
    steps = list(blamed)
    for word in path.split("/"):
        if word == "..":
            if not steps:
                raise Unfixable("the rule does not say where")
            steps.pop()
        elif word != ".":
            steps.append(_step(word))
    return tuple(steps)


def _step(text: str) -> str:
    return text.replace("~1", "/").replace("~0", "~")


def patched(value: Any, operation: str, path: DocumentPath, new: Any) -> Any:
    """A copy of the object as it must be afterwards. What is missing on the way is added."""
    value = json.loads(json.dumps(value))
    holder, last = value, path[-1]
    for step, following in pairwise(path):
        if isinstance(holder, dict) and step not in holder:
            holder[step] = [] if following == APPEND else {}
        holder = holder[int(step) if isinstance(holder, list) else step]
    if operation == "remove":
        del holder[int(last) if isinstance(holder, list) else last]
        return _without_empty(value, path[:-1])
    if last == APPEND:
        holder.append(new)
    else:
        holder[int(last) if isinstance(holder, list) else last] = new
    return value


def _without_empty(value: Any, path: DocumentPath) -> Any:
    """What held nothing else goes, too, as it does in the text."""
    holders = [value]
    for step in path:
        holders.append(holders[-1][int(step) if isinstance(holders[-1], list) else step])
    for at in range(len(path), 0, -1):
        if holders[at] not in ({}, []):
            break
        del holders[at - 1][path[at - 1]]
    return value


def patch_edit(source: Source, root: Mapping, operation: str, path: DocumentPath, new: Any) -> Edit:
    """The one edit that does it. Raises Unfixable."""
    nodes = _along(root, path)
    if operation == "remove":
        if len(nodes) <= len(path):
            raise Unfixable("it is not there")
        return _removed(source, nodes, path)
    if len(nodes) > len(path):
        target = nodes[-1]
        if not isinstance(target, Scalar) or target.style in {"|", ">"} or target.anchor or target.end == target.start:
            raise Unfixable("what stands there is more than a word")
        return Edit(target.start, target.end, _word(new, target.style))
    return _added(source, nodes[-1], path[len(nodes) - 1 :], new)


def _along(root: Mapping, path: DocumentPath) -> list[Node]:
    """The nodes from the root, as far as they are there. What is shared with other places is not changed."""
    nodes: list[Node] = [root]
    for step in path:
        node = nodes[-1]
        if isinstance(node, Mapping):
            if node.merges:
                raise Unfixable("it is merged with another mapping")
            entry = effective(node).get(str(step))
            found = entry[1] if entry is not None else None
        elif isinstance(node, Sequence):
            at = int(step) if str(step).isdigit() else len(node.items)
            found = node.items[at] if at < len(node.items) else None
        else:
            found = None
        if found is None:
            break
        if isinstance(found, Alias) or found.anchor:
            raise Unfixable("it stands in several places at once (an anchor)")
        nodes.append(found)
    return nodes


def _added(source: Source, holder: Node, rest: DocumentPath, new: Any) -> Edit:
    value = new
    for step in reversed(rest[1:]):
        value = [value] if step == APPEND else {str(step): value}
    text = source.text
    if isinstance(holder, Mapping):
        entry = {str(rest[0]): value}
        if holder.flow:
            return _into_braces(holder, "}", json.dumps(entry)[1:-1] if _is_json(holder, text) else _flow(entry)[1:-1])
        column = holder.start - source.line_start(holder.start)
        return _behind(source, holder, _block(entry, column, _newline(text)))
    if isinstance(holder, Sequence) and rest == (APPEND,):
        if holder.flow:
            return _into_braces(holder, "]", _word(value, ""))
        line = source.line_start(holder.items[0].start)
        hyphen = text.rfind("-", line, holder.items[0].start)
        if hyphen < 0:
            raise Unfixable("its items do not stand behind their hyphens")
        column = hyphen - line
        return _behind(source, holder, f"{' ' * column}- {_word(value, '')}{_newline(text)}")
    raise Unfixable("what should hold it is neither a mapping nor a list")


def _into_braces(holder: Mapping | Sequence, closing: str, entry: str) -> Edit:
    empty = not (holder.entries if isinstance(holder, Mapping) else holder.items)
    if empty:
        return Edit(holder.start, holder.end, f"{{{entry}}}" if closing == "}" else f"[{entry}]")
    end = last_end(holder)
    return Edit(end, end, f", {entry}")


def _behind(source: Source, holder: Mapping | Sequence, lines: str) -> Edit:
    """New lines behind the last one of a collection in block style."""
    text, end = source.text, last_end(holder)
    newline = text.find("\n", end)
    if newline < 0:
        return Edit(len(text), len(text), _newline(text) + lines.rstrip("\r\n"))
    return Edit(newline + 1, newline + 1, lines)


def _removed(source: Source, nodes: list[Node], path: DocumentPath) -> Edit:
    text = source.text
    while len(nodes) > 2 and _size(nodes[-2]) == 1:  # what would hold nothing any more goes as a whole
        nodes, path = nodes[:-1], path[:-1]
    holder, gone = nodes[-2], nodes[-1]
    if isinstance(holder, Mapping):
        starts = [(key.start, value) for key, value in holder.entries]
    elif isinstance(holder, Sequence):
        starts = [(item.start, item) for item in holder.items]
    else:
        raise Unfixable("it is not there")
    at = next((index for index, (_, node) in enumerate(starts) if node is gone), -1)
    if at < 0 or _size(holder) == 1:
        raise Unfixable("nothing would be left")
    start, end = starts[at][0], max(gone.end, starts[at][0])
    if holder.flow:
        if at + 1 < len(starts):
            return Edit(start, starts[at + 1][0], "")
        return Edit(max(starts[at - 1][1].end, starts[at - 1][0]), end, "")
    line = source.line_start(start)
    if text[line:start].strip(" \t") not in {"", "-"} or (isinstance(holder, Mapping) and text[line:start].strip()):
        if at + 1 < len(starts) and isinstance(holder, Mapping):
            return Edit(start, starts[at + 1][0], "")  # the first key behind a hyphen: the next one takes its place
        raise Unfixable("it shares its line with something else")
    newline = text.find("\n", end)
    return Edit(line, len(text) if newline < 0 else newline + 1, "")


def _size(node: Node) -> int:
    if isinstance(node, Mapping):
        return len(node.entries)
    return len(node.items) if isinstance(node, Sequence) else 0


def _is_json(holder: Mapping, text: str) -> bool:
    return bool(holder.entries) and text[holder.entries[0][0].start] == '"'


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _block(value: dict[str, Any], column: int, newline: str) -> str:
    pad, lines = " " * column, []
    for key, item in value.items():
        if isinstance(item, dict):
            lines.append(f"{pad}{_word(key, '')}:{newline}{_block(item, column + 2, newline)}")
        elif isinstance(item, list):
            items = "".join(f"{pad}  - {_word(each, '')}{newline}" for each in item)
            lines.append(f"{pad}{_word(key, '')}:{newline}{items}")
        else:
            lines.append(f"{pad}{_word(key, '')}: {_word(item, '')}{newline}")
    return "".join(lines)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(key, '')}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _word(value, "")


def _word(value: Any, style: str) -> str:
    """A scalar; strings in quotes where they would not be strings without, or in those that stood there."""
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and "'" not in value:
        return f"'{value}'"
    from sealwright.manifest.scalars import kind_of

    plain = value.replace("-", "a").replace(".", "a").replace("/", "a").isalnum() and value[0].isalpha()
    if plain and not style and kind_of(Scalar(0, len(value), value)) == "string":
        return value
    return json.dumps(value)
