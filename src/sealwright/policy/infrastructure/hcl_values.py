"""What an expression of HCL is worth before anything is applied.

Values are JSON-like; `Text` is a text of which a part is not known yet, `UNKNOWN` what may be anything.
Source: the HCL native syntax specification (hashicorp/hcl, hclsyntax/spec.md); Terraform's language documentation.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sealwright.manifest.values import value_of
from sealwright.patterns import Pattern
from sealwright.policy.infrastructure.hcl_syntax import bare, heredoc_body, json_at, parts, word
from sealwright.policy.infrastructure.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.policy.infrastructure.hcl_syntax import Code

_ESCAPE = Pattern(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\$\$\{|%%\{')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_LARGEST = 200_000
"""Characters of a text, or of all texts and items of a value."""
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Text(NamedTuple):
    """A text that is known in part: `${aws_kms_key.main.arn}`, `arn:aws:iam::${...}:root`."""

    text: str


class Scope(Protocol):
    """Where names are looked up."""

    def resolve(self, root: str, steps: tuple[Any, ...]) -> Any:
        """What `root.a.b[0]` is; `steps` are names and positions, UNKNOWN where a position is not known."""


def evaluate(code: Code, scope: Scope) -> Any:
    """The value of an expression: JSON-like, with Text and UNKNOWN in it."""
    tree = bare(code.tree)
    reader = _READERS.get(str(tree.data))
    try:
        return UNKNOWN if reader is None else reader(code.inner(tree), scope)
    except (OverflowError, ValueError):
        return UNKNOWN  # numbers that no program can hold


def bounded(value: Any) -> Any:
    """The value; UNKNOWN where it is larger than what any rule is about: a few definitions can double each other."""
    left, waiting = _LARGEST, [value]
    while waiting and left >= 0:
        item = waiting.pop()
        left -= 1
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            left -= len(item)
            waiting.extend(item if left >= 0 else ())
        elif isinstance(item, (str, Text)):
            left -= len(item.text if isinstance(item, Text) else item)
        elif isinstance(item, int):
            left -= item.bit_length()
    return value if left >= 0 else UNKNOWN


def finished(value: Any) -> Any:
    """The value as rules see it: a Text as the string that it is in part."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, dict):
        return {key: finished(item) for key, item in value.items()}
    return [finished(item) for item in value] if isinstance(value, list) else value


def walk(value: Any, steps: tuple[Any, ...]) -> Any:
    """What stands in a value at names and positions; UNKNOWN where it is not there or cannot be said."""
    for step in steps:
        if isinstance(value, Text):
            return value
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step, UNKNOWN)
        elif isinstance(value, list) and type(step) is int and 0 <= step < len(value):
            value = value[step]
        else:
            return UNKNOWN
    return value


def _number(code: Code, _: Scope) -> Any:
    text = str(code.tree.children[0])
    return float(text) if code.tree.data == "float_lit" else int(text)


def _literal(code: Code, _: Scope) -> Any:
    return {"true": True, "false": False, "null": None}[word(code.tree)]


def _name(code: Code, scope: Scope) -> Any:
    name = word(code.tree)
    value = scope.resolve(name, ())
    return name if value is UNKNOWN else value  # `ignore_changes = [password]`: a word stands for itself


def _string(code: Code, scope: Scope) -> Any:
    pieces: list[Any] = []
    for part in parts(code.tree):
        (child,) = part.children
        if not hasattr(child, "data"):
            pieces.append(_unescaped(str(child)))
        elif child.data == "interpolation":
            pieces.append(evaluate(code.inner(parts(child)[0]), scope))
        else:
            pieces.append(Text(code.text[code.inner(child).start : code.inner(child).end]))
    if len(pieces) == 1:
        return pieces[0]
    return _joined([Text("${...}") if piece is UNKNOWN else piece for piece in pieces])


def _joined(pieces: list[Any]) -> Any:
    if any(isinstance(piece, (dict, list)) for piece in pieces):
        return UNKNOWN
    texts = [piece.text if isinstance(piece, Text) else _shown(piece) for piece in pieces]
    if sum(map(len, texts)) > _LARGEST:
        return UNKNOWN
    text = "".join(texts)
    return Text(text) if any(isinstance(piece, Text) for piece in pieces) else text


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _unescaped(text: str) -> str:
    return text if "\\" not in text and "{" not in text else _ESCAPE.sub(_character, text)


def _character(match: Any) -> str:
    simple, short, long = match.groups()
    if simple:
        return _ESCAPES[simple]
    if short or long:
        number = int(short or long, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
    return str(match.group())[1:]


def _heredoc(code: Code, _: Scope) -> Any:
    start, end = heredoc_body(code)
    decoded = json_at(code.text, start, end)
    if decoded is not None:
        return value_of(decoded)
    body = code.text[start:end]
    return Text(body) if "${" in body or "%{" in body else body


def _tuple(code: Code, scope: Scope) -> Any:
    return [evaluate(code.inner(item), scope) for item in parts(code.tree)]


def _object(code: Code, scope: Scope) -> Any:
    result: dict[str, Any] = {}
    for element in parts(code.tree):
        key, value = parts(element)
        name = _key(code.inner(key), scope)
        if name is None:
            return UNKNOWN
        result[name] = evaluate(code.inner(value), scope)
    return result


def _key(code: Code, scope: Scope) -> str | None:
    inner = parts(code.tree)
    if not inner:
        return str(code.tree.children[0])
    tree = bare(inner[0])
    if tree is not inner[0] and tree.data == "identifier" and len(inner[0].children) == 1:
        return word(tree)
    if tree.data in {"keyword", "identifier"}:
        return word(tree) if inner[0].data != "expr_term" else None
    value = evaluate(code.inner(inner[0]), scope)
    if isinstance(value, Text):
        return value.text
    return _shown(value) if isinstance(value, (str, int, float)) else None


def _traversal(code: Code, scope: Scope) -> Any:
    steps: list[Any] = []
    tree = code.tree
    while tree.data in {"get_attr_expr_term", "index_expr_term"}:
        inner, step = parts(tree)
        steps.append(_step(code.inner(step), scope))
        tree = bare(inner)
    steps.reverse()
    if tree.data == "identifier":
        return scope.resolve(word(tree), tuple(steps))
    return walk(evaluate(code.inner(tree), scope), tuple(steps))


def _step(code: Code, scope: Scope) -> Any:
    if code.tree.data == "get_attr":
        return word(parts(code.tree)[0])
    if code.tree.data == "short_index":
        return int(str(code.tree.children[-1]))
    value = evaluate(code.inner(parts(code.tree)[0]), scope)
    return value if isinstance(value, (str, int)) else UNKNOWN


def _conditional(code: Code, scope: Scope) -> Any:
    condition, yes, no = (code.inner(tree) for tree in parts(code.tree))
    decided = evaluate(condition, scope)
    if isinstance(decided, bool):
        return evaluate(yes if decided else no, scope)
    return _agreed(evaluate(yes, scope), evaluate(no, scope))


def _agreed(left: Any, right: Any) -> Any:
    """What both branches of a condition give, where that is the same, or a text in both cases."""
    if not _is_known(left) or not _is_known(right):
        return left if isinstance(left, Text) and isinstance(right, Text) else UNKNOWN
    return left if type(left) is type(right) and left == right else UNKNOWN


def _is_known(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_known(item) for item in value)
    return value is not UNKNOWN and not isinstance(value, Text)


def _binary(code: Code, scope: Scope) -> Any:
    first, term = parts(code.tree)
    sign, second = parts(term)
    symbol = str(sign.children[0])
    left, right = evaluate(code.inner(first), scope), evaluate(code.inner(second), scope)
    if symbol in {"&&", "||"}:
        decisive = symbol == "||"
        if left is decisive or right is decisive:
            return decisive
        return not decisive if isinstance(left, bool) and isinstance(right, bool) else UNKNOWN
    if not _is_known(left) or not _is_known(right):
        return UNKNOWN
    if symbol in {"==", "!="}:
        return (left == right and isinstance(left, bool) == isinstance(right, bool)) == (symbol == "==")
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return UNKNOWN
    if symbol in _COMPARISONS:
        return _COMPARISONS[symbol](left, right)
    if symbol in _ARITHMETIC:
        return _ARITHMETIC[symbol](left, right)
    return UNKNOWN if not right or symbol != "/" else left / right


def _unary(code: Code, scope: Scope) -> Any:
    value = evaluate(code.inner(parts(code.tree)[-1]), scope)
    if str(code.tree.children[0]) == "!":
        return not value if isinstance(value, bool) else UNKNOWN
    return -value if isinstance(value, (int, float)) and not isinstance(value, bool) else UNKNOWN


def _call(code: Code, scope: Scope) -> Any:
    name, *rest = parts(code.tree)
    arguments = [code.inner(argument) for argument in parts(rest[-1])] if rest and rest[-1].data == "arguments" else []
    spread = any(str(child) == "..." for tree in rest for child in tree.children if not hasattr(child, "data"))
    if spread or len(rest) > 1:
        return UNKNOWN
    from sealwright.policy.infrastructure.hcl_functions import call

    return call(word(name), [evaluate(argument, scope) for argument in arguments])


_READERS: dict[str, Callable[[Code, Scope], Any]] = {
    "int_lit": _number,
    "float_lit": _number,
    "literal_value": _literal,
    "identifier": _name,
    "string": _string,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "tuple": _tuple,
    "object": _object,
    "get_attr_expr_term": _traversal,
    "index_expr_term": _traversal,
    "conditional": _conditional,
    "binary_op": _binary,
    "unary_op": _unary,
    "function_call": _call,
}
"""By the names of the grammar's rules. What is not here (splats, `for`) is not known before it is applied."""
