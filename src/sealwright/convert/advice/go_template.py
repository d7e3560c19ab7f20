"""Go templates, as far as they can be judged without rendering them: where actions are, what they name and call.

Source: Go, text/template/parse (`lex.go`, `parse.go`); sprig v3.3, `functions.go`, less what the controller takes out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOKEN = Pattern(
    r"""
    (?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
  | '(?:[^'\\\n]|\\.)*'
  | (?P<field>\$[A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+|(?:\.[^\W\d]\w*)+)
  | \$[A-Za-z0-9_]*
  | (?P<word>[^\W\d]\w*)
  | (?P<number>[-+]?\.?\d[\w.+]*)
  | (?P<dot>\.)
  | (?P<sign>:=|[|(),=])
  | (?P<space>\s+)
  | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_END = Pattern(r"\s-\}\}|\}\}")
_OPENING = frozenset({"if", "range", "with", "define", "block"})
_KEYWORDS = _OPENING | {"else", "end", "template", "break", "continue", "nil", "true", "false"}
_MOVES_DOT = frozenset({"range", "with", "define", "block"})
_OPTIONAL = frozenset({"default", "coalesce", "empty", "hasKey", "ternary", "kindIs", "typeIs"})


class Broken(Exception):  # noqa: N818 - a signal to the caller
    """Go would not parse the template; the text says why, in words of its own."""


class Action(NamedTuple):
    """What stands between `{{` and `}}`. `names`: keys that it reads from the root; `calls`: functions, in order.

    `reads`: whether it takes anything from the data at all. `optional`: it provides for what is not there.
    """

    names: tuple[str, ...]
    calls: tuple[str, ...]
    reads: bool
    optional: bool


def actions(text: str) -> Iterator[Action]:
    """Every action of a template in order. Raises Broken where Go would refuse the template."""
    blocks = _Blocks()
    for body in _bodies(text):
        tokens = list(_tokens(body))
        action = _action(tokens, moved=blocks.moved > 0, sure=not blocks.open)
        left = tuple(name for name in action.names if not blocks.guarded[name])
        word = tokens[0][1] if tokens and tokens[0][0] == "word" else ""
        if word in _OPENING:
            blocks.begin(word, action.names)
        elif word in {"end", "else"}:
            blocks.turn(word, action.names)
        optional = action.optional or word in _OPENING or word == "else"
        yield action._replace(names=left, optional=optional)
    if blocks.open:
        raise Broken(f"`{{{{ {blocks.open[-1][0]} }}}}` has no `{{{{ end }}}}`")


class _Blocks:
    """The blocks around an action. `guarded` counts names that conditions ask about, `moved` blocks with a new dot."""

    def __init__(self) -> None:
        self.open: list[tuple[str, list[str]]] = []
        self.guarded: Counter[str] = Counter()
        self.moved = 0

    def begin(self, word: str, names: Iterable[str]) -> None:
        self.open.append((word, list(names)))
        self.guarded.update(names)
        self.moved += word in _MOVES_DOT

    def turn(self, word: str, names: Iterable[str]) -> None:
        """`else`, with a condition or without, or `end`."""
        if not self.open:
            raise Broken(f"`{{{{ {word} }}}}` without an `if`, `range` or `with` before it")
        if word == "else":
            self.open[-1][1].extend(names)
            self.guarded.update(names)
            return
        opened, asked = self.open.pop()
        self.guarded.subtract(asked)
        self.moved -= opened in _MOVES_DOT


def _bodies(text: str) -> Iterator[str]:
    """The insides of the actions; comments are left out."""
    at = text.find("{{")
    while at >= 0:
        begin = at + 2
        if text[begin : begin + 1] == "-" and text[begin + 1 : begin + 2].isspace():
            begin += 2
        if text.startswith("/*", begin):
            at = text.find("{{", _end_of_comment(text, begin))
            continue
        end = _end_of(text, begin)
        yield text[begin : end[0]]
        at = text.find("{{", end[1])


def _end_of_comment(text: str, begin: int) -> int:
    end = text.find("*/", begin)
    closed = _END.match(text, end + 2) if end >= 0 else None
    if closed is None:
        raise Broken("a comment that does not end with `*/}}`")
    return closed.end()


def _end_of(text: str, begin: int) -> tuple[int, int]:
    """Where the inside of an action ends, and where the text goes on."""
    at = begin
    while at < len(text):
        closed = _END.match(text, at)
        if closed is not None:
            return at, closed.end()
        token = _TOKEN.match(text, at)
        at = at + 1 if token is None or token.group() in {" ", "}"} or token["space"] else token.end()
    raise Broken("`{{` without `}}`")


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    at, before = 0, ""
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            return
        kind, at = token.lastgroup or "other", token.end()
        if kind == "bad":
            if before in {"field", "word"} and token.group() == "-":
                raise Broken('a key with a dash is written `index . "the-key"`')
            raise Broken("a character that no action may hold, or a quotation mark without its other half")
        if kind == "field" and before == ")":
            yield "member", token.group()  # of what the parentheses hold
        elif kind != "space":
            yield kind, token.group()
        before = token.group() if kind == "sign" else kind


def _action(tokens: list[tuple[str, str]], *, moved: bool, sure: bool) -> Action:
    """`moved`: the dot is not the root any more. `sure`: nothing decides whether the action is executed."""
    names: list[str] = []
    calls: list[str] = []
    reads = False
    for number, (kind, text) in enumerate(tokens):
        if kind == "word" and text not in _KEYWORDS:
            calls.append(text)
        elif kind == "field":
            reads = True
            if text.startswith("$.") or (text.startswith(".") and not moved):
                names.append(text.lstrip("$.").split(".")[0])
                if sure and text.lstrip("$").count(".") > 1:
                    raise Broken(f'a key with a dot is written `index . "the.key"`, not `{text}`')
        elif kind == "dot" or text.startswith("$"):
            reads = True
            following = tokens[number + 1] if number + 1 < len(tokens) else ("", "")
            before = tokens[number - 1][1] if number else ""
            if before == "index" and following[0] == "string" and (text == "$" or not moved):
                names.append(following[1][1:-1])
    return Action(tuple(names), tuple(calls), reads, not _OPTIONAL.isdisjoint(calls))
