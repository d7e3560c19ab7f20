"""The text of an expression as tokens."""

from __future__ import annotations

from typing import NamedTuple

from sealwright.patterns import Pattern
from sealwright.policy.cel.errors import ExpressionError

_TOKEN = Pattern(
    r"""
    (?P<space>[\t\n\f\r ]+|//[^\r\n]*)
  | (?P<string>(?:[rR][bB]?|[bB][rR]?)?(?:'''|\"\"\"|'|"))
  | (?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<integer>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU]?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`[A-Za-z0-9_./\- ]+`)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    flags=64,  # re.VERBOSE
)


def _body(quote: str, *, raw: bool) -> Pattern:
    sign = quote[0]
    lines = "" if len(quote) == 3 else r"\r\n"
    alternatives = [rf"[^{sign}{lines}]+" if raw else rf"[^{sign}{lines}\\]+"]
    if not raw:
        alternatives.append(rf"\\[^{lines}]" if lines else r"\\[\s\S]")
    if len(quote) == 3:
        alternatives.append(f"{sign}(?!{sign}{sign})")
    return Pattern("|".join(alternatives))


_BODIES = {(quote, raw): _body(quote, raw=raw) for quote in ("'", '"', "'''", '"""') for raw in (False, True)}
"""What may follow the beginning of a literal, up to its end, by the quote and whether it is raw."""

END = "end"
"""The kind of the last token, which has no text."""


class Token(NamedTuple):
    """`kind` is `string`, `double`, `integer`, `name`, `quoted`, `sign` or `END`; `offset` counts code points."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """All tokens without spaces and comments, and one of the kind END. Raises ExpressionError."""
    result: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ExpressionError(f"{text[position]!r} has no meaning here", position)
        kind, end = found.lastgroup or "", found.end()
        if kind == "string":
            end = _end_of_string(text, position, found.group())
        elif kind in {"integer", "double"} and text[end : end + 1].isidentifier():
            raise ExpressionError("a number ends before a letter", end)
        if kind != "space":
            result.append(Token(kind, text[position:end], position))
        position = end
    result.append(Token(END, "", len(text)))
    return result


def _end_of_string(text: str, start: int, opening: str) -> int:
    quote = opening.lstrip("rRbB")
    raw = "r" in opening[: -len(quote)].lower()
    position = start + len(opening)
    body = _BODIES[quote, raw]
    while not text.startswith(quote, position):
        found = body.match(text, position)
        if found is None:
            raise ExpressionError(f"the string that begins here is not closed by {quote}", start)
        position = found.end()
    return position + len(quote)
