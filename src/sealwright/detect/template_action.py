"""Which literals of a template action become (part of) what it prints: `default "x"`, `"x" | b64enc`, and the like.

Sources: Go text/template and the Sprig functions (Helm), Jinja2 and its filters. What a function makes of its arguments
is known for those that hand them on; literals of all others are names, messages, formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Span
from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

_TOKEN = Pattern(
    r"""(?P<double>"(?:[^"\\\n]|\\.){0,8000}") | (?P<raw>`[^`]{0,8000}`) | (?P<single>'(?:[^'\\\n]|\\.){0,8000}')
    | (?P<name>\$?[A-Za-z_][\w.]{0,200}|\$?\.[\w.]{0,200}|\$) | (?P<sign>:=|[|(),~+]|=(?!=))""",
    0x40,  # re.VERBOSE
)
_ESCAPE = Pattern(r"\\(.)")
_LITERAL = Pattern(r"""["'`][^"'`]""")
_NO_VALUE = Pattern(
    r"[-+]?[ \t]{0,8}(?:/\*|(?:include|template|fail|define|end|else|if|elif|for|with|range|block|import)\b)"
)
_VERB = Pattern(r"%[-+# 0-9.]{0,8}[a-zA-Z]")
_LONGEST = 10_000
_DEEPEST = 12

_HANDS_ON_TEXT = """
    b64enc b32enc quote squote trim upper lower title untitle toString nospace indent nindent trunc toYaml toJson tpl
    trimAll urlquery html js sha1sum sha256sum sha512sum bcrypt b64encode string to_json to_yaml urlencode hash
    password_hash regex_escape safe escape e forceescape toRawJson toPrettyJson abbrev repeat wrap snakecase camelcase
    base64 base64encode print println cat list first last splitList join concat
"""
_HANDS_ON = frozenset(_HANDS_ON_TEXT.split())
_FALLBACKS = frozenset({"default", "d", "coalesce", "or", "and", "ternary", "empty_default"})
_FIRST_IS_NO_VALUE = frozenset({"printf", "htpasswd", "trunc", "repeat", "abbrev", "indent", "nindent", "join"})
_BETWEEN = frozenset({"or", "else", "~", "+"})


class Literal(NamedTuple):
    """`span` is the place of its content in the text. `fallback`: something else counts where there is one.

    In a format, FILL stands for what is put in.
    """

    text: str
    span: Span
    fallback: bool = False


class Printed(NamedTuple):
    """What an action prints, or what it sets the variable `name` to."""

    literals: list[Literal]
    name: str = ""


class _Name(NamedTuple):
    text: str


class _Group(NamedTuple):
    parts: list[list[_Command]]


_Operand: TypeAlias = "Literal | _Name | _Group"
_Command: TypeAlias = "list[_Operand]"


def printed(text: str, start: int, end: int) -> Printed:
    """What the action between the offsets (its braces included) prints; nothing for one that is too long."""
    if end - start > _LONGEST or not _LITERAL.search(text, start, end) or _NO_VALUE.match(text, start + 2, end):
        return Printed([])
    tokens = list(_TOKEN.finditer(text, start + 2, end - 2))
    name, tokens = _target(tokens)
    pipelines, _ = _pipelines(tokens, 0, 0)
    return Printed([literal for pipeline in pipelines[:1] for literal in _of_pipeline(pipeline)], name)


def _target(tokens: list[re.Match[str]]) -> tuple[str, list[re.Match[str]]]:
    """The variable that an action sets, and the tokens of its value."""
    begin = 1 if tokens and tokens[0].group() in {"set", "set_fact"} else 0
    if len(tokens) > begin + 1 and tokens[begin].lastgroup == "name" and tokens[begin + 1].group() in {":=", "="}:
        return tokens[begin].group().lstrip("$"), tokens[begin + 2 :]
    return "", tokens


def _pipelines(tokens: Sequence[re.Match[str]], index: int, depth: int) -> tuple[list[list[_Command]], int]:
    """The pipelines up to the closing parenthesis, which commas separate, and the index behind it."""
    found: list[list[_Command]] = [[[]]]
    while index < len(tokens):
        token = tokens[index]
        sign = token.group()
        index += 1
        if sign == ")":
            break
        if sign == "(" and depth >= _DEEPEST:
            index = _closing(tokens, index)
        elif sign == "(":
            parts, index = _pipelines(tokens, index, depth + 1)
            found[-1][-1].append(_Group(parts))
        elif sign == ",":
            found.append([[]])
        elif sign == "|":
            found[-1].append([])
        elif token.lastgroup in {"name", "sign"}:
            found[-1][-1].append(_Name(sign))
        else:
            content = sign[1:-1]
            plain = content if token.lastgroup == "raw" else _ESCAPE.sub(r"\1", content)
            found[-1][-1].append(Literal(plain, Span(token.start() + 1, token.end() - 1)))
    return found, index


def _closing(tokens: Sequence[re.Match[str]], index: int) -> int:
    """The index behind the parenthesis that closes what is open before `index`."""
    depth = 1
    while index < len(tokens) and depth:
        depth += {"(": 1, ")": -1}.get(tokens[index].group(), 0)
        index += 1
    return index


def _of_pipeline(pipeline: Sequence[_Command]) -> list[Literal]:
    result: list[Literal] = []
    for number, command in enumerate(pipeline):
        result = _of_command(command, result, first=number == 0)
    return result


def _of_command(command: _Command, piped: list[Literal], *, first: bool) -> list[Literal]:
    if not command:
        return piped
    head = command[0]
    if not isinstance(head, _Name) or _is_value(head.text) or _joins(command):
        return _joined(command) if first else []
    function = head.text.rsplit(".", 1)[-1] if head.text.startswith("$") else head.text
    arguments = list(_arguments(command[1:])) or [[]]
    if function in _FALLBACKS:
        given = arguments[:2] if function == "ternary" else arguments
        own = [literal._replace(fallback=True) for argument in given for literal in argument]
        return own + piped
    if function == "printf":
        formats = [literal._replace(text=_VERB.sub(FILL, literal.text)) for literal in arguments[0][:1]]
        return formats + [literal for argument in arguments[1:] for literal in argument] + piped
    if function in {"htpasswd", "derivePassword", "dig"}:
        places = {"htpasswd": 1, "derivePassword": 2, "dig": len(arguments) - (1 if piped else 2)}
        place = places[function]
        return list(arguments[place]) if 0 <= place < len(arguments) else piped
    if function in _HANDS_ON:
        own = [literal for argument in arguments[1 if function in _FIRST_IS_NO_VALUE else 0 :] for literal in argument]
        return own + piped
    return []


def _is_value(name: str) -> bool:
    """A field or a variable, in Go's templates."""
    return name.startswith((".", "$"))


def _joins(command: _Command) -> bool:
    """Jinja's `x or 'literal'`, `'a' if x else 'b'`, `'a' ~ x`: a function's name never stands before these."""
    return any(isinstance(operand, _Name) and operand.text in _BETWEEN for operand in command[1:])


def _joined(command: _Command) -> list[Literal]:
    result: list[Literal] = []
    wanted = True
    for number, operand in enumerate(command):
        if isinstance(operand, _Name):
            wanted = operand.text in _BETWEEN
        elif wanted:
            result += [literal._replace(fallback=number > 0 or literal.fallback) for literal in _literals(operand)]
            wanted = False
    return result


def _arguments(operands: Sequence[_Operand]) -> Iterator[list[Literal]]:
    """The literals of each argument: between blanks as in Go, between commas as in Jinja."""
    for operand in operands:
        if isinstance(operand, _Group) and len(operand.parts) > 1:
            yield from (_of_pipeline(part) for part in operand.parts)
        else:
            yield list(_literals(operand))


def _literals(operand: _Operand) -> Iterator[Literal]:
    if isinstance(operand, Literal):
        yield operand
    elif isinstance(operand, _Group):
        for part in operand.parts:
            yield from _of_pipeline(part)
