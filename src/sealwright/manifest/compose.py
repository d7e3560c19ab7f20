"""YAML events to nodes, without recursion and within bounds.

libyaml's parser is used where PyYAML was built with it, PyYAML's own otherwise. Both read YAML 1.1; what Kubernetes
reads (sigs.k8s.io/yaml over go-yaml) is close to that. Differences that matter here are levelled out in this module.
Sources: YAML 1.1 and 1.2.2 specifications; libyaml 0.2.5 `scanner.c`, `parser.c`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from sealwright.manifest.limits import MAX_DEPTH, MAX_MERGED, MAX_NODES, LimitExceeded, Unparsable
from sealwright.manifest.nodes import (
    BINARY_TAG,
    MERGE_KEY,
    Alias,
    Mapping,
    Node,
    Scalar,
    Sequence,
    entries,
    is_merge_key,
    last_end,
    text_of,
)
from sealwright.manifest.scalars import STRING_TAG, text_of_binary
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBYAML: bool = yaml.__with_libyaml__
"""Whether PyYAML was built with libyaml."""

_SAYS_WHAT = frozenset({"kind", "apiVersion"})
_TAG = Pattern(r"!<[^>\s]*>|!\S*")
_FLOW_TAG = Pattern(r"!<[^>\s]*>|![^\s,\[\]{}]*")
_SEPARATION = Pattern(r"\s*(?:(?<=\s)#[^\r\n]*\s*)*")
_BLANK = " \t\r\n\x85\u2028\u2029"
_MARK = "\ufeff"

_NESTING = "nesting level"
"""What libyaml says where it goes no deeper."""

# Only our own words reach people: PyYAML's may quote the text, and the text may be a secret (`*hunter2` is an alias).
_REASONS = (
    ("found a tab character", "a tab cannot indent YAML (replace it by spaces)"),
    (
        "cannot start any token",
        "a character that cannot stand here (a tab cannot indent YAML; quote values that start with @, ` or %)",
    ),
    ("undefined alias", "an alias without its anchor (quote a value that starts with *)"),
    ("found duplicate anchor", "the same anchor twice"),
    ("special characters are not allowed", "a control character"),
    ("control characters are not allowed", "a control character"),
    ("mapping values are not allowed", "a second `:` in one line (quote the value), or wrong indentation"),
    ("could not find expected ':'", "a key without its `:`"),
    ("did not find expected key", "wrong indentation, or a key without its `:`"),
    ("expected <block end>", "wrong indentation"),
    ("did not find expected '-' indicator", "a list item without its `-`, or wrong indentation"),
    ("unexpected end of stream", "a quote that is never closed"),
    ("unexpected document indicator", "a quote that is never closed before the next document"),
    ("expected ',' or", "a `,` or a closing bracket is missing"),
    ("did not find expected ',' or", "a `,` or a closing bracket is missing"),
    ("did not find expected node content", "a value is missing, or brackets that do not close"),
    ("unknown escape character", "an unknown escape after a backslash"),
    ("hexdecimal", "an escape with the wrong number of digits"),
    ("invalid Unicode", "an escape that is no character"),
    (_NESTING, "collections nested too deeply"),
    ("undefined tag handle", "a tag whose handle is not declared"),
    ("block sequence entries are not allowed", "a list item where none can stand"),
    ("indentation", "wrong indentation of a block scalar"),
)


def compose(text: str, base: int = 0, *, libyaml: bool | None = None) -> Node | None:
    """The root node of the one document in `text` (None: an empty one), spans shifted by `base`.

    `libyaml` chooses the parser; None is the better one of those that are here.

    Raises Unparsable for what is not YAML and for a second document, LimitExceeded for more than `MAX_NODES` nodes,
    `MAX_DEPTH` levels or `MAX_MERGED` merged entries.
    """
    body = text.lstrip(_MARK) if text.startswith(_MARK) else text  # libyaml drops a leading mark without counting it
    dropped = len(text) - len(body)
    try:
        return _compose(body, base + dropped, libyaml=LIBYAML if libyaml is None else libyaml)
    except Unparsable as error:
        raise type(error)(error.reason, min(error.offset + dropped, len(text))) from None


def _compose(text: str, base: int, *, libyaml: bool) -> Node | None:
    try:
        return _Composer(text, base).compose(_events(text, libyaml=libyaml))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        kind = LimitExceeded if _NESTING in str(error.problem) else Unparsable
        raise kind(_reason(str(error.problem)), mark.index if mark else 0) from None
    except yaml.reader.ReaderError as error:
        raise Unparsable("a control character", _offset(text, error.position, libyaml=libyaml)) from None
    except (RecursionError, ValueError, yaml.YAMLError):
        # PyYAML's own parser: an escape beyond Unicode, a version with thousands of digits.
        raise Unparsable("an escape that is no character, or a number that is too long", 0) from None


def _offset(text: str, position: object, *, libyaml: bool) -> int:
    """A reader's position in code points; libyaml counts bytes of UTF-8."""
    if not isinstance(position, int):
        return 0
    return len(text.encode("utf-8")[:position].decode("utf-8", "ignore")) if libyaml else position


def _events(text: str, *, libyaml: bool) -> Iterator[Any]:
    if libyaml:
        return iter(yaml.cyaml.CParser(text).get_event, None)  # type: ignore[attr-defined]  # absent from the stubs
    return yaml.parse(text, Loader=yaml.SafeLoader)  # type: ignore[arg-type, unused-ignore]  # the stubs want a C loader


def _reason(problem: str) -> str:
    return next((ours for theirs, ours in _REASONS if theirs in problem), "it is not well-formed YAML")


class _Composer:
    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._tagged = "!" in text
        self._anchors: dict[str, Node] = {}
        self._open: list[Mapping | Sequence] = []
        self._keys: list[Node | None] = []
        self._merging: list[Mapping] = []
        self._root: Node | None = None
        self._count = 0

    def compose(self, events: Iterator[Any]) -> Node | None:
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._add(self._scalar(event))
            elif kind is yaml.MappingStartEvent:
                flow, tag, anchor = bool(event.flow_style), event.tag or "", event.anchor or ""
                self._enter(Mapping(self._start(event), flow=flow, tag=tag, anchor=anchor))
            elif kind is yaml.SequenceStartEvent:
                flow, tag, anchor = bool(event.flow_style), event.tag or "", event.anchor or ""
                self._enter(Sequence(self._start(event), flow=flow, tag=tag, anchor=anchor))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._leave(event.end_mark.index)
            elif kind is yaml.AliasEvent:
                self._add(self._alias(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:  # after U+2028, say, which ends a line for YAML 1.1 only
                    raise Unparsable("a second document where none can begin", event.start_mark.index)
        self._check_merges()
        return self._root

    def _start(self, event: Any) -> int:
        """Where a collection's content begins: its event starts at its tag or anchor, and ends where it opens."""
        end: int = event.end_mark.index
        before = self._text[end - 1 : end]
        if event.flow_style:
            # A pair inside `[a: b]` is a mapping without braces: it begins where its event does.
            return self._base + (end - 1 if before in {"{", "[", "?"} and end > event.start_mark.index else end)
        # The event of a list at its key's indentation ends after the first dash.
        return self._base + (end - 1 if before == "-" and end > event.start_mark.index else end)

    def _scalar(self, event: Any) -> Scalar:
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        value: str = event.value
        if event.tag is not None or event.anchor is not None:
            start = self._after_properties(start, end, len(event.anchor or ""))
        style = event.style or ""
        if style in {"|", ">"}:
            end = start + len(self._text[start:end].rstrip(_BLANK))
        elif style == '"' and any("\ud800" <= char <= "\udfff" for char in ("" if value.isascii() else value)):
            raise Unparsable("an escape that is no character", start)
        return Scalar(self._base + start, self._base + end, value, style, event.tag or "", event.anchor or "")

    def _after_properties(self, start: int, end: int, anchor: int) -> int:
        """Where the content begins behind a tag, an anchor and comments; `anchor` is the length of its name."""
        tag = _FLOW_TAG if self._open and self._open[-1].flow else _TAG
        while start < end and self._text[start] in "&!":
            found = tag.match(self._text, start, end)
            start = found.end() if found else start + 1 + anchor
            space = _SEPARATION.match(self._text, start, end)
            start = space.end() if space else start
        return start

    def _alias(self, event: Any) -> Alias:
        target = self._anchors.get(event.anchor)
        if target is None:
            raise Unparsable("an alias without its anchor (quote a value that starts with *)", event.start_mark.index)
        return Alias(self._base + event.start_mark.index, self._base + event.end_mark.index, target)

    def _enter(self, node: Mapping | Sequence) -> None:
        self._add(node)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > MAX_DEPTH:
            raise LimitExceeded("collections nested too deeply", node.start - self._base)

    def _leave(self, end: int) -> None:
        node = self._open.pop()
        self._keys.pop()
        node.end = max(node.start, self._base + end if node.flow else last_end(node))

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise LimitExceeded(f"more than {MAX_NODES:,} nodes in one document", node.start - self._base)
        if node.anchor:
            self._anchors[node.anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self._keys[-1] is None:
            if self._tagged:
                _say_plainly(node)
            self._keys[-1] = node
            if (node.__class__ is not Scalar or node.value == MERGE_KEY) and is_merge_key(node):
                parent.merges = True
                self._merging.append(parent)
        else:
            if self._tagged and text_of(self._keys[-1]) in _SAYS_WHAT:
                _say_plainly(node)
            parent.entries.append((self._keys[-1], node))
            self._keys[-1] = None

    def _check_merges(self) -> None:
        """Readers go through merged entries mapping by mapping, so their number is what has to be bounded."""
        total = 0
        for mapping in self._merging:
            for _ in entries(mapping):
                total += 1
                if total > MAX_MERGED:
                    raise LimitExceeded("merge keys that expand to too much", mapping.start - self._base)


def _say_plainly(node: Node) -> None:
    """A key, a kind or a version in base64 (`!!binary`) becomes the word that clusters read."""
    if isinstance(node, Scalar) and node.tag == BINARY_TAG:
        node.value, node.tag = text_of_binary(node.value), STRING_TAG
