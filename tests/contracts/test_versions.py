"""One version everywhere: in the metadata, in the code, in the changelog, and wherever somebody copies it from."""

from __future__ import annotations

import re

import pytest
from support import ROOT, project_files, pyproject

import sealwright

VERSION = sealwright.__version__
PATTERNS = {
    "a revision for pre-commit": r"github\.com/sealwright/sealwright\s+rev: v?([\w.-]+)",
    "a requirement": r"\bsealwright(?:\[[\w,]+\])?==([\w.]+[\w])",
    "a tag of an action": r"\bsealwright/sealwright/[\w/.-]+@(?:[0-9a-f]{40} # )?v([\w.]*\w)",
    "an image": r"\bsealwright:(\d[\w.]*\w)",
    "a component": r"/sealwright/(?:gate|scan|verify)@v?(\d[\w.]*\w)",
    "a file of a tag": r"/sealwright/(?:-/raw/)?v(\d[\w.]*\w)/actions",
    "a revision for Tekton": r"\bvalue: v(\d[\w.]*\w)",
    "a reference to a tag": r"\bref: (?:refs/tags/)?v(\d[\w.]*\w)",
    "a label": r"app\.kubernetes\.io/version: \"(\d[\w.]*)\"",
}
PLACES = ("README.md", "docs", "examples", "actions")


def named() -> list[tuple[str, str, str]]:
    """(file, what, version) wherever a version of ours is named."""
    found = []
    for path in project_files():
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[0] in PLACES and path.suffix in {"", ".md", ".yml", ".yaml", ".sh", ".json"}:
            text = path.read_text(encoding="utf-8")
            found += [(name, what, match) for what, pattern in PATTERNS.items() for match in re.findall(pattern, text)]
    return found


def test_the_metadata_and_the_code_agree() -> None:
    assert pyproject()["project"]["version"] == VERSION


def test_the_changelog_begins_with_it() -> None:
    headings = re.findall(r"(?m)^## \[(.+?)\](.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert headings[0] == ("Unreleased", "")
    version, date = headings[1]
    assert version == VERSION
    assert re.fullmatch(r" - \d{4}-\d\d-\d\d", date)


def test_everything_that_is_copied_names_it() -> None:
    assert [entry for entry in named() if entry[2] != VERSION] == []


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("README.md", "a revision for pre-commit"),
        ("actions/gate/gitlab.yml", "a requirement"),
        ("actions/scan/azure-pipelines.yml", "a requirement"),
        ("actions/gate/tekton.yaml", "a label"),
        ("actions/docker/Dockerfile", "an image"),
        ("docs/ci/tekton.md", "a revision for Tekton"),
        ("docs/ci/gitlab.md", "a component"),
        ("docs/ci/gitlab.md", "a file of a tag"),
        ("docs/ci/azure-pipelines.md", "a reference to a tag"),
        ("docs/ci/github.md", "a tag of an action"),
    ],
)
def test_it_is_found_where_it_stands(place: str, what: str) -> None:
    assert (place, what, VERSION) in named()
