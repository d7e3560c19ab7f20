"""Classes of characters by their names: \\d, [:alpha:], \\p{Lu}."""

from __future__ import annotations

from sealwright.regex.nodes import LAST_CODE_POINT, PatternError

_DIGITS, _UPPER, _LOWER = (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)

PERL: dict[str, tuple[tuple[int, int], ...]] = {
    "d": (_DIGITS,),
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
    "w": (_DIGITS, _UPPER, (0x5F, 0x5F), _LOWER),
}
"""Of ASCII only, as in RE2."""

POSIX: dict[str, tuple[tuple[int, int], ...]] = {
    "alnum": (_DIGITS, _UPPER, _LOWER),
    "alpha": (_UPPER, _LOWER),
    "ascii": ((0x00, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "digit": (_DIGITS,),
    "graph": ((0x21, 0x7E),),
    "lower": (_LOWER,),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((0x09, 0x0D), (0x20, 0x20)),
    "upper": (_UPPER,),
    "word": (_DIGITS, _UPPER, (0x5F, 0x5F), _LOWER),
    "xdigit": (_DIGITS, (0x41, 0x46), (0x61, 0x66)),
}

_CATEGORIES = frozenset(
    [
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "L",
        "Ll",
        "Lm",
        "Lo",
        "Lt",
        "Lu",
        "M",
        "Mc",
        "Me",
        "Mn",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Pe",
        "Pf",
        "Pi",
        "Po",
        "Ps",
        "S",
        "Sc",
        "Sk",
        "Sm",
        "So",
        "Z",
        "Zl",
        "Zp",
        "Zs",
    ]
)


def complement(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """All other characters."""
    result, after = [], 0
    for first, last in merged(ranges):
        if first > after:
            result.append((after, first - 1))
        after = last + 1
    return (*result, (after, LAST_CODE_POINT)) if after <= LAST_CODE_POINT else tuple(result)


def merged(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The same characters in as few ranges as possible, in order."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return tuple(result)


def category(name: str) -> tuple[tuple[int, int], ...] | str:
    """The Unicode category of that name, or the ranges of what is none (Any)."""
    if name == "Any":
        return ((0, LAST_CODE_POINT),)
    if name not in _CATEGORIES:
        # Python knows the categories of characters but not their scripts; accepting those only where another library
        # is installed would make a pack's verdict depend on the machine.
        raise PatternError("\\p with a name that is not a general category of Unicode")
    return name
