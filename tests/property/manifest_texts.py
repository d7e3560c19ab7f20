"""Random YAML texts and the structure that they stand for, in every style, for the tests of the readers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WORDS = (
    "a",
    "b1",
    "kind",
    "no",
    "x-y",
    "1.5",
    "0644",
    "~",
    "ключ",
    "emoji😀",
    "http://h:1/p",
    "a#b",
    "two words",
    "it's",
)
LETTERS = "ab 1:#'\"\\é😀{}[],&*!|>%@`-?~"

words = st.sampled_from(WORDS)
texts = st.one_of(words, st.text(LETTERS, max_size=12))
lines = st.lists(st.sampled_from(("a: b", "- x", "word", "# no comment", "  deeper", "")), min_size=1, max_size=4)
comments = st.sampled_from(("", "", "", " # note: 'x' \"y\" {"))
# Nothing indented: below a block scalar it would be part of it.
between = st.sampled_from(("", "", "", "\n", "# between: lines\n", "\n# after a blank line\n"))


def double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Written:
    """Writes a random structure; `expected` is what it is: (style, text) leaves in lists and lists of pairs."""

    def __init__(self, draw: st.DrawFn, *, ordinary: bool = False) -> None:
        self._draw = draw
        self._ordinary = ordinary
        self.leaves: list[str] = []
        self.anchors = 0

    def key(self) -> tuple[str, Any]:
        style = self._draw(st.sampled_from(("", "", "'", '"')))
        text = self._draw(words if not style else texts)
        return self._scalar(style, text)

    def _scalar(self, style: str, text: str) -> tuple[str, Any]:
        raw = {"": text, "'": single(text), '"': double(text)}[style]
        return raw, (style, text)

    def leaf(self, indent: int) -> tuple[str, Any]:
        """A value with its line end, as it stands behind `: ` or `- `."""
        kind = self._draw(
            st.sampled_from(("plain", "single", "double", "literal", "folded-quote", "plain-lines", "empty"))
        )
        note = self._draw(comments)
        pad = " " * indent
        if kind == "literal":
            content = ["first", *self._draw(lines)]
            header = self._draw(st.sampled_from(("|", "|-", "| # why")))
            body = "".join(f"{pad}{line}\n" if line else "\n" for line in content)
            value = "\n".join(content).rstrip("\n") + ("" if "-" in header else "\n")
            return f"{header}\n{body}", ("|", value)
        if kind == "folded-quote":
            return f'"one\n{pad}two\n\n{pad}three"{note}\n', ('"', "one two\nthree")
        if kind == "plain-lines":
            return f"one\n{pad}two{note}\n", ("", "one two")
        if kind == "empty":
            return f"{note}\n", ("", "")
        raw, expected = self._scalar(
            {"plain": "", "single": "'", "double": '"'}[kind], self._draw(words if kind == "plain" else texts)
        )
        return f"{raw}{note}\n", expected

    def flow(self, depth: int) -> tuple[str, Any]:
        kind = self._draw(st.sampled_from(("map", "list") if depth else ("leaf",)))
        if kind == "leaf":
            style = self._draw(st.sampled_from(("'", '"')))
            return self._scalar(style, self._draw(texts))
        members = [self.flow(self._draw(st.integers(0, depth - 1))) for _ in range(self._draw(st.integers(0, 2)))]
        if kind == "list":
            return "[" + ", ".join(raw for raw, _ in members) + "]", [value for _, value in members]
        pairs = [(self.flow(0), member) for member in members]
        raw = "{" + ", ".join(f"{key[0]}: {value[0]}" for key, value in pairs) + "}"
        return raw, {"pairs": [(key[1], value[1]) for key, value in pairs]}

    def node(self, indent: int, depth: int) -> tuple[str, Any]:
        """What stands behind `key:` or `-`, a space before it included where it needs one."""
        kind = self._draw(st.sampled_from(("leaf", "leaf", "map", "list", "flow") if depth else ("leaf",)))
        if kind == "leaf":
            raw, expected = self.leaf(indent + 2)
            return f" {self._properties()}{raw}", expected
        if kind == "flow":
            raw, expected = self.flow(2)
            return f" {self._properties()}{raw}{self._draw(comments)}\n", expected
        step = self._draw(st.sampled_from((1, 2, 4)))
        inner, expected = (
            self.mapping(indent + step, depth - 1) if kind == "map" else self.sequence(indent + step, depth - 1)
        )
        properties = self._properties()
        return (f" {properties}" if properties else "") + self._draw(comments) + "\n" + inner, expected

    def _properties(self) -> str:
        if self._ordinary or self._draw(st.integers(0, 5)):
            return ""
        self.anchors += 1
        return self._draw(st.sampled_from(("&a{} ", "!!str &a{} ", "&a{} !local ", "!t "))).format(self.anchors)

    def mapping(self, indent: int, depth: int) -> tuple[str, Any]:
        text, pairs = "", []
        for _ in range(self._draw(st.integers(1, 3))):
            raw_key, key = self.key()
            if depth and not self._draw(st.integers(0, 3)):  # a list at the indentation of its key
                raw, value = self.sequence(indent, depth - 1)
                raw = "\n" + raw
            else:
                raw, value = self.node(indent, depth)
            text += f"{self._draw(between)}{' ' * indent}{raw_key}:{raw}"
            pairs.append((key, value))
        return text, {"pairs": pairs}

    def sequence(self, indent: int, depth: int) -> tuple[str, Any]:
        text, items = "", []
        pad = " " * indent
        for _ in range(self._draw(st.integers(1, 3))):
            kind = self._draw(st.sampled_from(("node", "map", "list") if depth else ("node",)))
            if kind == "node":
                raw, value = self.node(indent, depth)
                text += f"{self._draw(between)}{pad}-{raw}"
            else:
                inner, value = (
                    self.mapping(indent + 2, depth - 1) if kind == "map" else self.sequence(indent + 2, depth - 1)
                )
                first = len(inner) - len(inner.lstrip("\n# "))
                compact = inner.startswith(" " * (indent + 2)) and first == indent + 2
                text += f"{pad}- {inner[indent + 2 :]}" if compact else f"{pad}-\n{inner}"
            items.append(value)
        return text, items


@st.composite
def documents(draw: st.DrawFn, *, ordinary: bool = False) -> tuple[str, Any]:
    """(text, structure). `ordinary`: without tags and anchors."""
    writer = Written(draw, ordinary=ordinary)
    text, expected = draw(st.sampled_from((writer.mapping, writer.sequence)))(0, 3)
    text = draw(st.sampled_from(("", "# top\n", "---\n", "%YAML 1.1\n---\n") if not ordinary else ("", "---\n"))) + text
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text.removesuffix("\n") if draw(st.booleans()) and not {"\r", "|"} & set(text) else text, expected
