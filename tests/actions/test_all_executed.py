"""Every file of a CI service that we ship is run by a test, not only parsed.

A test module says which files it runs in a tuple of its own, `EXECUTES`, with paths from the root of the checkout.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, project_files

SHIPPED = ("actions", "examples/ci")
_NO_PROGRAM = (".md", ".dockerignore")
"""Ends of names of files that nothing runs."""


def _shipped() -> set[str]:
    paths = (file.relative_to(ROOT).as_posix() for file in project_files())
    return {path for path in paths if path.startswith(tuple(f"{folder}/" for folder in SHIPPED))}


def _executed(text: str) -> Iterator[str]:
    """What a module's EXECUTES names; it is a literal, so that nothing has to be imported to know."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "EXECUTES" for name in node.targets):
            yield from ast.literal_eval(node.value)


def _all_executed() -> set[str]:
    modules = (file for file in project_files() if file.match("test_*.py") and file.is_relative_to(ROOT / "tests"))
    return {path for module in modules for path in _executed(module.read_text(encoding="utf-8"))}


def test_every_file_that_is_shipped_is_run_by_a_test() -> None:
    wanted = {path for path in _shipped() if not path.endswith(_NO_PROGRAM)}
    assert sorted(wanted - _all_executed()) == []


def test_no_test_names_a_file_that_is_not_there() -> None:
    assert sorted(_all_executed() - {file.relative_to(ROOT).as_posix() for file in project_files()}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('EXECUTES = ("a", "b")', ["a", "b"]),
        ("OTHER = ('a',)", []),
        ("def f():\n    EXECUTES = ('a',)", []),
        ("EXECUTES = ()", []),
    ],
)
def test_what_a_module_says(text: str, expected: list[str]) -> None:
    assert list(_executed(text)) == expected


def test_a_list_that_is_computed_does_not_count() -> None:
    with pytest.raises(ValueError, match="malformed"):
        list(_executed("EXECUTES = tuple(find())"))


def test_there_is_something_to_run() -> None:
    assert {Path(path).parent.name for path in _shipped()} >= {"scan", "verify", "gate", "convert"}
