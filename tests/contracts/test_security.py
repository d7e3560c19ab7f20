"""SECURITY.md: every threat names the tests that hold its defence, and each of these is there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from support import ROOT

_LINK = re.compile(r"\[([^\]]+)\]\((tests/[^)]+)\)")


def rows() -> list[list[str]]:
    """The cells of each line of the table of threats."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = text[text.index("| threat | defence | held by |") :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of all tests of a file, those in classes included."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def test_there_is_a_table() -> None:
    assert len(rows()) >= 20
    assert all(len(row) == 3 for row in rows())
    assert len({row[0] for row in rows()}) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_every_line_is_held_by_tests_that_are_there(row: list[str]) -> None:
    named = _LINK.findall(row[2])
    assert named, "no test is named"
    for name, path in named:
        assert (ROOT / path).is_file(), path
        assert names_in(path), f"{path} has no test"
        assert name in names_in(path) or name == path.rpartition("/")[2], f"{path} has no {name}"
    assert _LINK.sub("", row[2]).strip(", ") == "", "something else than tests holds it"
