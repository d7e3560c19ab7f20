"""What code gives a Secret's keys: the literals, told apart from what comes from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.code.calls import BLOCKS, CHOOSERS, ENCODERS, KEYED, METHODS, TURNS, WORDS, WRAPPERS, WRITERS
from sealwright.detect.code.fields import SIGNS, last_name
from sealwright.detect.code.tokens import Kind
from sealwright.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.code.tokens import Code, Token

_FOREIGN_SIGNS = frozenset({"?", "||", "??", "&&", "==", "!="})
_OPERATORS = SIGNS | _FOREIGN_SIGNS | {"+", "~", ".", ",", "%", "|", "&", "/"}
_GOES_ON = frozenset({"+", "?", ":", "||", "??"})
_DEEPEST = 8


class Literal(NamedTuple):
    """`named`: it stands in a structure inside the value, so that its name decides. `sole`: nothing else may count."""

    key: str
    text: str
    span: Span
    encoded: bool
    named: bool = False
    sole: bool = True


class _How(NamedTuple):
    """How literals are to be taken: see Literal; and how deep the search has come."""

    encoded: bool
    named: bool
    depth: int = 0

    def inside(self, *, named: bool = False) -> _How:
        return _How(self.encoded and not named, self.named or named, self.depth + 1)


class _Entry(NamedTuple):
    key: str
    value: int


class _Found(NamedTuple):
    """What an expression consists of: its strings, those inside structures; `pure` where there is nothing else."""

    strings: list[Token]
    inner: list[Literal]
    pure: bool
    encoded: bool


def literals(code: Code, value: int, *, encoded: bool, named: bool = False) -> Iterator[Literal]:
    """The literals in what a field is given whose first token is at `value`; `encoded`: `data` takes base64."""
    return _in_blocks(code, value, field_end(code, value), _How(encoded, named))


def entry_literals(code: Code, key: str, value: int) -> Iterator[Literal]:
    """The literals that `key` is given by name, if what begins at `value` is no structure."""
    if code.tokens[value].kind is Kind.OPEN:
        return iter(())
    return _of_value(code, _Entry(key, value), expression_end(code, value), _How(encoded=False, named=True))


def field_end(code: Code, value: int) -> int:
    """The index behind what a field is given: its brackets where they follow its name, else the expression."""
    before = code.tokens[value - 1] if value else None
    if code.tokens[value].text in {"(", "{"} and before is not None and before.kind is Kind.NAME:
        return min(code.partner.get(value, value) + 1, len(code.tokens))
    return expression_end(code, value)


def expression_end(code: Code, index: int) -> int:
    """The index behind the expression that begins at `index`: a comma, a bracket, or the end of a complete line."""
    tokens, around = code.tokens, code.parent[index]
    while index < len(tokens) and code.parent[index] == around:
        token = tokens[index]
        generic = token.text == "," and tokens[max(index - 2, 0)].text == "<"  # `Dictionary<string, string>`
        if token.kind is Kind.CLOSE or (token.kind is Kind.SIGN and token.text in {",", ";"} and not generic):
            return index
        if token.kind is Kind.NEWLINE and _ends_line(code, index):
            return index
        index = code.partner.get(index, index) + 1
    return min(index, len(tokens))


def _ends_line(code: Code, index: int) -> bool:
    before = code.tokens[index - 1] if index else None
    if before is not None and before.kind is Kind.SIGN and before.text in _OPERATORS:
        return False
    after = next((token for token in code.tokens[index : index + 5] if token.kind is not Kind.NEWLINE), None)
    if after is None or after.kind not in {Kind.SIGN, Kind.NAME}:
        return True
    return not (after.text.startswith(".") or after.text in _GOES_ON)


def _in_blocks(code: Code, start: int, end: int, how: _How) -> Iterator[Literal]:
    """The entries of every map in an expression; of itself where it is an entry (`stringData: key: "x"`)."""
    own = _entry(code, start, end)
    if own is not None:
        yield from _of_value(code, own, end, how)
        return
    index = start
    while index < end and how.depth <= _DEEPEST:
        token = code.tokens[index]
        close = min(code.partner.get(index, index), end)
        if token.kind is Kind.OPEN and _is_map(code, index, start, how):
            yield from _in_block(code, index, close, how.inside())
        index = close + 1


def _is_map(code: Code, opening: int, start: int, how: _How) -> bool:
    text, head = code.tokens[opening].text, _head(code, opening)
    if text == "(":
        return opening == start or not head or head in BLOCKS or (how.named and head in WRITERS)
    return text == "{" or how.named


def _in_block(code: Code, opening: int, close: int, how: _How) -> Iterator[Literal]:
    """The entries between two brackets: `key: value`, or keys and values by turns."""
    turns = code.tokens[opening].text == "{" or _head(code, opening) in TURNS
    single: list[Token] = []
    start = opening + 1
    while start < close:
        first = code.tokens[start]
        if first.kind is Kind.NEWLINE or first.text in {",", ";"}:
            start += 1
            continue
        end = max(min(expression_end(code, start), close), start + 1)
        entry = _entry(code, start, end)
        if entry is not None:
            yield from _of_value(code, entry, end, how)
        elif end == start + 1 and first.kind in {Kind.STRING, Kind.NAME, Kind.NUMBER}:
            single.append(first)
        elif len(single) % 2 and turns and first.text != "{":
            yield from _of_value(code, _Entry(single.pop().text, start), end, how)
        else:
            yield from _in_blocks(code, start, end, how)
        start = end
    for key, value in zip(single[::2], single[1::2], strict=False) if turns else ():
        if value.kind is Kind.STRING:
            yield Literal(key.text, value.text, Span(value.start, value.end), how.encoded, how.named)


def _entry(code: Code, start: int, end: int) -> _Entry | None:
    """The key of `key: value`, `["key"] = value`, `"key" to value`, and where its value begins."""
    tokens = code.tokens
    key, after = start, start + 1
    if tokens[start].text == "[" and tokens[start].kind is Kind.OPEN and code.partner.get(start, end) == start + 2:
        key, after = start + 1, start + 3
    if after + 1 < end and tokens[after].text == "+" and tokens[after + 1].text in SIGNS:
        after += 1
    if tokens[key].kind not in {Kind.NAME, Kind.STRING, Kind.NUMBER} or after >= end:
        return None
    name, sign = last_name(tokens[key]), tokens[after]
    if sign.kind is Kind.OPEN:  # Terraform's `metadata { ... }`
        block = sign.text == "{" and tokens[key].kind is Kind.NAME and "." not in tokens[key].text
        return _Entry(name, after) if block and name not in BLOCKS | {"new"} else None
    if (sign.kind is Kind.SIGN and sign.text in SIGNS) or (sign.kind is Kind.NAME and sign.text == "to"):
        after += 1
        while after < end and tokens[after].kind is Kind.NEWLINE:
            after += 1
        return _Entry(name, after) if after < end else None
    return None


def _of_value(code: Code, entry: _Entry, end: int, how: _How) -> Iterator[Literal]:
    """The literals of one value: those that are all of it as one, others by themselves."""
    if how.depth > _DEEPEST:
        return
    if how.named and _entry(code, entry.value, end) is not None:
        yield from _in_blocks(code, entry.value, end, how.inside(named=True))
        return
    found = _look(code, entry.value, end, how)
    yield from found.inner
    strings = found.strings
    if strings and found.pure:
        text = "".join(token.text for token in strings)
        yield Literal(entry.key, text, Span(strings[0].start, strings[-1].end), found.encoded, how.named)
        return
    for each in strings:
        yield Literal(entry.key, each.text, Span(each.start, each.end), found.encoded, how.named, sole=False)


def _look(code: Code, start: int, end: int, how: _How) -> _Found:
    strings: list[Token] = []
    inner: list[Literal] = []
    pure, encoded, index = True, how.encoded, start
    while index < end:
        token = code.tokens[index]
        if token.kind is Kind.STRING:
            strings.append(token)
        elif token.kind is not Kind.OPEN:
            pure = pure and not _is_foreign(code, index, end)
        else:
            close = min(code.partner.get(index, index), end)
            head = _head(code, index)
            enters, encoded = _enters(code, index, close, encoded)
            if enters:
                pure = pure and head not in CHOOSERS | KEYED
                index = _behind_first(code, index, close) if head in KEYED else index
            else:
                if head in WRITERS or (token.text in {"{", "["} and not head):
                    inner += _in_block(code, index, close, how.inside(named=True))
                elif head not in WORDS | METHODS:
                    pure = pure and not head
                index = close
        index += 1
    return _Found(strings, inner, pure, encoded)


def _enters(code: Code, opening: int, close: int, encoded: bool) -> tuple[bool, bool]:
    """Whether the arguments of a call are (part of) the value, and whether the value is still to be base64."""
    head = _head(code, opening)
    if head in METHODS and code.tokens[opening - 1].text != head:
        return False, encoded and "base64" not in {each.text for each in code.tokens[opening : min(close, opening + 4)]}
    if head in ENCODERS:
        return True, False
    return head in WRAPPERS | CHOOSERS | KEYED, encoded


def _behind_first(code: Code, opening: int, close: int) -> int:
    """The index of the comma behind a call's first argument; of the closing bracket where there is one only."""
    end = expression_end(code, opening + 1) if opening + 1 < close else close
    return min(close, end)


def _is_foreign(code: Code, index: int, end: int) -> bool:
    """Whether a name or a sign means that the value (also) comes from elsewhere."""
    token = code.tokens[index]
    if token.kind is Kind.SIGN:
        return token.text in _FOREIGN_SIGNS
    if token.kind is not Kind.NAME or last_name(token) in WORDS:
        return False
    called = index + 1 < end and code.tokens[index + 1].kind is Kind.OPEN and code.tokens[index + 1].text in {"(", "{"}
    return not called


def _head(code: Code, opening: int) -> str:
    """The name of what is called, indexed or built by a bracket; '' for one that stands by itself."""
    before = code.tokens[opening - 1] if opening else None
    if before is None:
        return ""
    if before.kind is Kind.NAME:
        name = last_name(before)
        return name if name not in {"return", "in", "new", "else"} else ""
    if before.kind is Kind.CLOSE:
        inner = code.opener.get(opening - 1, -1)
        return "[]" if inner >= 0 and code.tokens[inner].text == "[" else ")"
    return ""
