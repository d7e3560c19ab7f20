"""Code to names, strings, signs and brackets; comments left out. One pass, and no knowledge of any grammar."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.heredocs import heredocs
from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from sealwright.detect.code.languages import Language

_NEXT = Pattern(
    r"""(?P<blank>[ \t\r\f\v]{1,1000}) | (?P<newline>\n) | (?P<comment>//|/\*|\#|--(?=[ \t]))
    | (?P<quote>(?:[rbfuRBFU@$]{1,2}(?=["'`]))?(?:\"\"\"|'''|\|\|\||["'`]))
    | (?P<heredoc><<[-~]?["']?[A-Za-z_]\w{0,60}["']?)
    | (?P<name>(?:\??\.)?[A-Za-z_$][\w$]{0,200}(?:\??\.[A-Za-z_$][\w$]{0,200}){0,20})
    | (?P<number>[0-9][\w.]{0,100}) | (?P<open>[(\[{]) | (?P<close>[)\]}])
    | (?P<sign>=>|->|:=|:::?|\+::?|==|!=|\|\||&&|\?\?|[=:?+,;~*/%<>!&|.^@\\-]) | (?P<other>.)""",
    0x40 | 0x10,  # re.VERBOSE and re.DOTALL
)
_REST = {'"': Pattern(r'(?:[^"\\\n]|\\.){0,200000}'), "'": Pattern(r"(?:[^'\\\n]|\\.){0,200000}")}
_REST_OF_LINES = {
    '"': Pattern(r'(?:[^"\\]|\\.){0,2000000}', 0x10),
    "'": Pattern(r"(?:[^'\\]|\\.){0,2000000}", 0x10),
    "`": Pattern(r"(?:[^`\\]|\\.){0,2000000}", 0x10),
}
_ESCAPE = Pattern(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", 0x10)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
MAX_TOKENS = 400_000


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    SIGN = "sign"
    OPEN = "open"
    CLOSE = "close"
    NEWLINE = "newline"


class Token(NamedTuple):
    """`start` and `end` are those of a string's content; in `text`, FILL stands for what it takes from elsewhere."""

    kind: Kind
    text: str
    start: int
    end: int


class Code(NamedTuple):
    """`parent[i]` is the index of the bracket around token i (around both for a bracket itself), -1 outside of all.

    `partner` leads from an opening bracket to the closing one, `opener` back.
    """

    tokens: list[Token]
    parent: list[int]
    partner: dict[int, int]
    opener: dict[int, int]


def read_code(text: str, language: Language) -> Code:
    """The tokens of a text and how its brackets nest. Never raises; a text too large ends early."""
    tokens: list[Token] = []
    parent: list[int] = []
    partner: dict[int, int] = {}
    stack: list[int] = []
    for token in _Lexer(text, language).tokens():
        if token.kind is Kind.CLOSE:
            depth = next((len(stack) - n for n, i in enumerate(reversed(stack), 1) if _fits(tokens[i], token)), -1)
            if depth < 0:
                continue
            partner[stack[depth]] = len(tokens)
            del stack[depth:]
        parent.append(stack[-1] if stack else -1)
        if token.kind is Kind.OPEN:
            stack.append(len(tokens))
        tokens.append(token)
        if len(tokens) >= MAX_TOKENS:
            break
    for index in stack:
        partner[index] = len(tokens)
    return Code(tokens, parent, partner, {close: opening for opening, close in partner.items()})


def _fits(opening: Token, closing: Token) -> bool:
    return _CLOSING[opening.text] == closing.text


class _Lexer:
    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._language = language
        self._heredocs = list(heredocs(text)) if language.heredocs else []
        self._next_heredoc = 0
        self._missing: set[str] = set()

    def tokens(self) -> Iterator[Token]:
        offset = 0
        pending: list[Token] = []
        while offset < len(self._text):
            match = _NEXT.match(self._text, offset)
            if match is None:
                break
            kind, start, offset = match.lastgroup, match.start(), match.end()
            if kind == "comment" and self._is_comment(match.group()):
                offset = self._after_comment(match.group(), offset)
            elif kind == "quote":
                token, offset = self._string(match.group(), start, offset)
                if token is not None:
                    yield token
            elif kind == "newline":
                yield from pending
                pending = []
                yield Token(Kind.NEWLINE, "\n", start, offset)
                offset = self._after_heredocs(offset)
            elif kind == "heredoc":
                pending += self._heredoc_below(offset)
            elif kind in {"name", "number", "sign", "open", "close"}:
                yield Token(Kind[kind.upper()], match.group(), start, offset)
        yield from pending

    def _is_comment(self, sign: str) -> bool:
        return self._language.block_comments if sign == "/*" else sign in self._language.line_comments

    def _after_comment(self, sign: str, offset: int) -> int:
        end = self._text.find("*/" if sign == "/*" else "\n", offset)
        if sign == "/*":
            return offset if end < 0 else end + 2
        return len(self._text) if end < 0 else end

    def _heredoc_below(self, offset: int) -> list[Token]:
        """The here-document that begins on the next line, if one does."""
        if self._next_heredoc == len(self._heredocs):
            return []
        heredoc = self._heredocs[self._next_heredoc]
        if self._text.find("\n", offset, heredoc.start) + 1 != heredoc.start:
            return []
        return [self._made(heredoc.start, max(heredoc.start, heredoc.end - 1), "<<", "")]

    def _after_heredocs(self, offset: int) -> int:
        """Where the code goes on that a line's end at `offset` interrupts."""
        while self._next_heredoc < len(self._heredocs) and self._heredocs[self._next_heredoc].start <= offset:
            heredoc = self._heredocs[self._next_heredoc]
            self._next_heredoc += 1
            if heredoc.start == offset:
                closing = self._text.find("\n", heredoc.end)
                return len(self._text) if closing < 0 else closing
        return offset

    def _string(self, opening: str, start: int, offset: int) -> tuple[Token | None, int]:
        """The string that begins here, and where what follows it begins."""
        quote = opening.lstrip("rbfuRBFU@$")
        prefix = opening[: len(opening) - len(quote)]
        language = self._language
        if len(quote) == 3 and quote not in language.triple:
            quote, offset = quote[0], start + len(prefix) + 1
            if quote == "|":
                return Token(Kind.SIGN, "|", start, offset), offset
        if len(quote) == 3:
            end = -1 if quote in self._missing else self._text.find(quote, offset)
            if end < 0:
                self._missing.add(quote)
                return None, offset
            return self._made(offset, end, quote, prefix), end + 3
        if quote in language.verbatim or ("@" in prefix and language.strict):
            end = self._text.find(quote, offset)
            return (None, offset) if end < 0 else (self._made(offset, end, quote, prefix), end + 1)
        rest = (_REST_OF_LINES if quote in language.multiline else _REST).get(quote)
        match = rest.match(self._text, offset) if rest is not None and quote not in self._missing else None
        if match is None or self._text[match.end() : match.end() + 1] != quote:
            if match is not None and quote in language.multiline:
                self._missing.add(quote)
            return None, offset
        return self._made(offset, match.end(), quote, prefix), match.end() + 1

    def _made(self, start: int, end: int, quote: str, prefix: str) -> Token:
        raw = self._text[start:end]
        insertion = self._language.insertion
        if insertion is not None and self._takes(quote, prefix):
            raw = insertion.sub(lambda match: FILL * len(match.group()), raw)
        if quote not in {"<<", "|||"} and quote not in self._language.verbatim and "\\" in raw and "r" not in prefix:
            raw = _ESCAPE.sub(_unescaped, raw)
        return Token(Kind.STRING, raw, start, end)

    def _takes(self, quote: str, prefix: str) -> bool:
        """Whether insertions mean anything in such a string."""
        if self._language.prefixed:
            return any(letter in prefix for letter in self._language.prefixed)
        return quote == "`" if self._language.multiline == "`" else True


_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def _unescaped(match: re.Match[str]) -> str:
    escape = match.group()
    if escape[1] in "ux" and len(escape) > 2:
        return chr(int(f"0x{escape[2:]}", 0))
    return _LETTERS.get(escape[1], escape[1])
