"""The part of GitHub's expression language that the project's actions use; anything else raises NotImplementedError.

Source: docs.github.com, "Evaluate expressions in workflows and actions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?P<sign>\|\||&&|[!=]=|[!()]))"
)
_INSERTED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STATES = ("always", "success", "failure", "cancelled")
_OPEN = {"github", "env", "runner"}
"""Contexts that may lack a property, which is empty then; in the others, that would be a typing error."""


def interpolate(text: str, context: Mapping[str, Any], status: str = "success") -> str:
    """The text with each `${{ }}` replaced by its value."""
    return _INSERTED.sub(lambda match: _shown(evaluate(match[1], context, status)), text)


def holds(condition: str, context: Mapping[str, Any], status: str) -> bool:
    """Whether a step with this `if` runs: success() is part of each condition that asks for no status."""
    inner = _INSERTED.fullmatch(condition.strip())
    expression = inner[1] if inner else condition
    asks = re.search(rf"\b(?:{'|'.join(_STATES)})\(", expression)
    return _is_true(evaluate(expression if asks else f"success() && ({expression})", context, status))


def evaluate(expression: str, context: Mapping[str, Any], status: str = "success") -> Any:
    """The value of an expression: a text, a truth, or a mapping."""
    parser = _Parser(_tokens(expression), context, status)
    value = parser.either()
    if parser.tokens:
        raise NotImplementedError(f"outside of the subset: {expression!r}")
    return value


def _tokens(expression: str) -> list[str]:
    tokens, at, text = [], 0, expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotImplementedError(f"outside of the subset: {expression!r}")
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], context: Mapping[str, Any], status: str) -> None:
        self.tokens = tokens
        self._context = context
        self._status = status

    def either(self) -> Any:
        return self._joined("||", self._both, lambda left, right: left if _is_true(left) else right)

    def _both(self) -> Any:
        return self._joined("&&", self._compared, lambda left, right: right if _is_true(left) else left)

    def _joined(self, sign: str, part: Callable[[], Any], join: Callable[[Any, Any], Any]) -> Any:
        value = part()
        while self._next() == sign:
            self.tokens.pop(0)
            value = join(value, part())
        return value

    def _compared(self) -> Any:
        left = self._single()
        sign = self._next()
        if sign not in ("==", "!="):
            return left
        self.tokens.pop(0)
        right = self._single()
        if not (isinstance(left, str) and isinstance(right, str)):
            raise NotImplementedError("only texts are compared")
        return (left.casefold() == right.casefold()) == (sign == "==")

    def _single(self) -> Any:
        if not self.tokens:
            raise NotImplementedError("an expression that ends too early")
        token = self.tokens.pop(0)
        if token == "!":
            return not _is_true(self._single())
        if token == "(":
            value = self.either()
            self._take(")")
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("true", "false"):
            return token == "true"
        if token in _STATES and self._next() == "(":
            self._take("(")
            self._take(")")
            return token == "always" or token == self._status
        return self._property(token)

    def _property(self, path: str) -> Any:
        value: Any = self._context
        for part in path.split("."):
            if not isinstance(value, Mapping):
                raise NotImplementedError(f"{path}: there is nothing below {value!r}")
            if part not in value:
                if path.partition(".")[0] in _OPEN or path.endswith(f".outputs.{part}"):
                    return ""  # and so is everything below it
                raise NotImplementedError(f"unknown: {path}")
            value = value[part]
        return value

    def _take(self, token: str) -> None:
        if not self.tokens or self.tokens.pop(0) != token:
            raise NotImplementedError(f"a {token} is missing")

    def _next(self) -> str:
        return self.tokens[0] if self.tokens else ""


def _is_true(value: Any) -> bool:
    return value not in ("", False, None)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise NotImplementedError(f"no text: {value!r}")
    return value
