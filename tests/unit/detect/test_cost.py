"""Scanning a file takes time in proportion to its length, whatever stands in it and however long its lines are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from unit.detect.scans import growth, scan

from sealwright.detect.clues import Clues, has_remarks
from sealwright.detect.prefilter import may_matter
from sealwright.manifest.families import Family

CASES: dict[str, tuple[str, Callable[[int], str]]] = {
    "names of which each has a harmless value": ("file.yaml", lambda size: "password: changeme\n" * size),
    "a flow mapping in one line": (
        "file.yaml",
        lambda size: "a: 1 # x\nb: {" + ", ".join(f'"password{n}": "changeme{n}x"' for n in range(size)) + "}\n",
    ),
    "a command line without an end": ("file.md", lambda size: "kind: x" + " --password hunter2X9" * size),
    "a kind without an end": ("file.yaml", lambda size: "kind: x" + " --password hunter2X9" * size),
    "a remark without an end": ("file.yaml", lambda size: "a: 1 #" + " password: hunter2X9" * size),
}


@pytest.mark.parametrize("case", CASES)
def test_a_scan_is_linear(case: str) -> None:
    path, text = CASES[case]

    def work(size: int) -> Callable[[], object]:
        content = text(size)
        return lambda: scan(content, path)

    assert growth(work, 500) < 9


def test_the_byte_test_is_linear_where_everything_is_harmless() -> None:
    def work(size: int) -> Callable[[], object]:
        data = b"password: changeme\n" * size
        return lambda: may_matter(data, "file.yaml")

    assert growth(work, 4000) < 9


def test_looking_for_remarks_is_linear_in_one_long_line() -> None:
    def work(size: int) -> Callable[[], object]:
        text = "a: 1 # x\nb: {" + '"data": {"password": "hunter2X9"}, ' * size
        seen = Clues(text, "file.yaml", Family.MANIFEST, "", hidden=False, only_secrets=False)
        return lambda: has_remarks(seen)

    assert growth(work, 8000) < 9


def test_a_kind_that_goes_on_is_cut_where_it_is_shown() -> None:
    found = scan("kind: x --password hunter2X9\nspec:\n  password: hunter2X9\n", "file.yaml").findings
    assert found
    assert not any("hunter2X9" in f"{finding}" for finding in found)
