"""Nothing that belongs to one machine, to a moment or to an unfinished thought is in any file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, project_files

# Written in pieces where this file would otherwise find itself. Homes that stand for anybody's are no machine's.
UNWANTED = {
    "a home on a machine": r"/(?:home|Users)/(?!(?:you|user|me|app|node|nonroot)/)\w[\w.-]*/|[A-Z]:\\Users\\\w",
    "the home of root": r"/roo[t]/(?!\.)",
    "a package registry": r"pypi[.]org/simple|pythonhosted[.]org|registry[.]npmjs|proxy[.]golang|sum[.]golang",
    "a setting of pip": r"(?i)(?:\b|_)(?:index[-_]ur[l]|find[-_]link[s]|trusted[-_]hos[t])\b",
    "a setting of Go": r"\b(?:GOPROX[Y]|GOSUMD[B])\b",
    "an unfinished thought": r"\b(?:TOD[O]|FIXM[E])\b",
    "an unfinished merge": r"(?m)^(?:<{7}|>{7}|\|{7})(?: |$)",
}

ALLOWED: dict[str, tuple[str, ...]] = {}
"""File, relative to the checkout, to the texts that it may hold although they look unwanted."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def unwanted(path: Path) -> Iterator[str]:
    text = path.read_bytes().decode("utf-8", "replace")
    for what, pattern in UNWANTED.items():
        for match in re.finditer(pattern, text):
            if match.group() not in ALLOWED.get(relative(path), ()):
                yield f"{relative(path)}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match.group()}"
    # A checkout near the root of the file system, as in containers, has a name that says nothing.
    if len(ROOT.parts) > 2 and str(ROOT) in text:
        yield f"{relative(path)}: the path of this checkout"


def test_no_file_holds_what_belongs_to_one_machine_or_moment() -> None:
    assert [complaint for path in project_files() for complaint in unwanted(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "see /home/" + "alice/notes",
        "C:\\Users" + "\\alice",
        "cd /root" + "/project",
        "--extra" + "-index" + "-url https://example.com",
        "PIP_INDEX" + "_URL=https://example.com",
        "# TO" + "DO later",
        "a\n<<<<" + "<<< HEAD\n",
    ],
)
def test_unwanted_text_is_seen(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in UNWANTED.values())


@pytest.mark.parametrize(
    "text", ["mountPath: /ro" + "ot/.docker", "/home/app/cache", "https://example.com/home/", "=" * 7]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not any(re.search(pattern, text) for pattern in UNWANTED.values())


def test_every_python_file_has_the_syntax_of_the_oldest_python() -> None:
    for path in project_files():
        if path.suffix == ".py":
            ast.parse(path.read_bytes(), filename=relative(path), feature_version=(3, 10))


def test_names_of_files_work_on_every_system() -> None:
    names = [relative(path) for path in project_files()]
    assert [name for name in names if re.search(r'[<>:"\\|?*\x00-\x1f]|[ .](?:/|$)', name)] == []
    assert len({name.casefold() for name in names}) == len(names)
