"""Files and functions stay small enough to be read at one go."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from contracts.trees import modules

ALLOWED_LONG = ("parser",)
"""Functions with this in their name list the options of a command, one after the other: read well at any length."""


def lines_of_files() -> dict[str, int]:
    """Lines of every file that holds more than a docstring."""
    return {m.file: m.path.read_bytes().count(b"\n") for m in modules() if len(m.tree.body) > 1}


def lines_of_functions() -> dict[str, int]:
    """Lines of every function without its docstring: to explain more is not to do more."""
    return dict(_functions())


def _functions() -> Iterator[tuple[str, int]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{module.file}:{node.lineno} {node.name}", length(node)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return whole
    docstring = function.body[0]
    return whole - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def percentile(sizes: dict[str, int], share: float) -> int:
    """The smallest size that this share of all does not exceed."""
    return sorted(sizes.values())[math.ceil(share * len(sizes)) - 1]


def longer_than(sizes: dict[str, int], limit: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def test_files_are_small() -> None:
    sizes = lines_of_files()
    assert percentile(sizes, 0.5) <= 130, longer_than(sizes, 130)
    assert percentile(sizes, 0.9) <= 250, longer_than(sizes, 250)
    assert longer_than(sizes, 400) == {}


def test_functions_are_small() -> None:
    sizes = lines_of_functions()
    assert percentile(sizes, 0.5) <= 10, longer_than(sizes, 10)
    assert percentile(sizes, 0.9) <= 30, longer_than(sizes, 30)
    long = longer_than(sizes, 60)
    assert {
        name: size for name, size in long.items() if not any(word in name.split()[-1] for word in ALLOWED_LONG)
    } == {}
