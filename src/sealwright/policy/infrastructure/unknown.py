"""Values of infrastructure code that are not known before it is applied.

`UNKNOWN` stands in a subject's value wherever an input without default, a computed condition or a function that is not
computed here decides. It has no type in CEL: whatever an expression does with it (compare, call, index, ask its type)
raises `UnknownValue`, an EvaluationError. So `||`, `&&`, `all` and `exists` absorb it exactly where the rest of the
expression decides, and what reaches the judge otherwise is this one class: the rule is neither kept nor broken.
Only `has(x.y)` of an unknown `x` is false instead; rules on infrastructure ask `x.?y.hasValue()`.

What is a text at any rate, though not which, is a string with the expression in it, as a plan shows it:
`${aws_kms_key.main.arn}`, `arn:aws:s3:::${var.name}/*`. Rules may look at its known parts.

For Python it is no mapping, no list and no text, so that code that asks for one of these first passes by.
"""

from __future__ import annotations

from typing import Any, NoReturn

from sealwright.policy.cel.errors import UnknownValue

_WHY = "it is not known before the infrastructure is applied"


class _Untyped(type):
    """The class of `Unknown`: CEL asks for a value's type by looking its class up, and there is no answer."""

    def __hash__(cls) -> int:
        raise UnknownValue(_WHY)


class Unknown(metaclass=_Untyped):
    """The class of `UNKNOWN`, its only value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __getitem__(self, key: object) -> NoReturn:
        raise UnknownValue(_WHY)

    def __eq__(self, other: object) -> NoReturn:
        raise UnknownValue(_WHY)  # `'audit' in list` compares without asking for a type

    __hash__ = object.__hash__


UNKNOWN: Any = Unknown()


def has_unknown(value: Any) -> bool:
    """Whether anything in the value is not known."""
    stack = [value]
    while stack:
        item = stack.pop()
        if item is UNKNOWN:
            return True
        if isinstance(item, (dict, list)):
            stack.extend(item.values() if isinstance(item, dict) else item)
    return False
