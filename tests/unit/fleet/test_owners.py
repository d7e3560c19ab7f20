"""CODEOWNERS as two hosts read it. The cases are theirs; what must not match comes first."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sealwright.fleet.owners import MOST_CHARACTERS, PLACES, is_gitlab, owners

GITHUB_NOT = [
    ("/docs/", "src/docs/a.md"),
    ("/docs/", "docs"),
    ("apps/", "apps"),
    ("docs/*", "docs/build/trouble.md"),
    ("docs/*", "src/docs/a.md"),
    ("*.js", "a.jsx"),
    ("/*.js", "src/a.js"),
    ("a/b", "x/a/b"),
    ("doc", "docs/a.md"),
    ("Docs/", "docs/a.md"),
    ("/a/**/b/", "a/b"),
    ("a/**", "a"),
    ("a?c", "a/c"),
    ("!*.js", "a.js"),
    ("[ab].js", "a.js"),
    (r"\#a", "#a"),
    ("a//b", "a/b"),
    ("/", "a"),
    ("*a*b*", "ba"),
]
GITHUB = [
    ("*", "a/b/c.txt"),
    ("*.js", "src/a.js"),
    ("/docs/", "docs/build/a.md"),
    ("docs/*", "docs/a.md"),
    ("apps/", "x/y/apps/z/a"),
    ("apps", "x/apps/z/a"),
    ("apps", "apps"),
    ("/apps/github", "apps/github/a.go"),
    ("**/logs", "build/logs/a"),
    ("**/logs", "logs"),
    ("/a/**/b", "a/b"),
    ("/a/**/b", "a/x/y/b/c"),
    ("a/**", "a/b/c"),
    ("a?c", "x/abc"),
    ("*.d/", "x/conf.d/a"),
    ("/a*b*c/", "a1b2c/x"),
    (r"with\ space/", "with space/a"),
    ("**", "a/b"),
    ("/a/*/c", "a/b/c/d"),
]
GITLAB_NOT = [
    ("/docs", "docs/a.md"),
    ("docs", "docs/a.md"),
    ("/docs/*", "docs/build/a.md"),
    ("/docs/**", "docs/build/a.md"),
    ("/README.md", "a/README.md"),
    ("/[ab].md", "c.md"),
    ("/[!ab].md", "a.md"),
    ("/a*", "a/b"),
    ("a//b", "a/b"),
]
GITLAB = [
    ("*", "a/b/c.txt"),
    ("*", ".gitignore"),
    ("README.md", "a/b/README.md"),
    ("internal/README.md", "x/internal/README.md"),
    ("/docs/", "docs/build/a.md"),
    ("lib/", "x/lib/a"),
    ("/docs/*", "docs/a.md"),
    ("/docs/**/*.md", "docs/a.md"),
    ("/docs/**/*.md", "docs/b/c/a.md"),
    (r"\#file", "#file"),
    (r"path\ with\ spaces/", "path with spaces/a"),
    ("/[ab].md", "b.md"),
    (r"/\*.md", "*.md"),
    ("/", "a/b"),
]


@pytest.mark.parametrize(("pattern", "path"), GITHUB_NOT)
def test_github_does_not_mean(pattern: str, path: str) -> None:
    assert owners(f"{pattern} @x\n", gitlab=False)(path) == ()


@pytest.mark.parametrize(("pattern", "path"), GITHUB)
def test_github_means(pattern: str, path: str) -> None:
    assert owners(f"{pattern} @x\n", gitlab=False)(path) == ("@x",)


@pytest.mark.parametrize(("pattern", "path"), GITLAB_NOT)
def test_gitlab_does_not_mean(pattern: str, path: str) -> None:
    assert owners(f"{pattern} @x\n", gitlab=True)(path) == ()


@pytest.mark.parametrize(("pattern", "path"), GITLAB)
def test_gitlab_means(pattern: str, path: str) -> None:
    assert owners(f"{pattern} @x\n", gitlab=True)(path) == ("@x",)


def test_github_means_what_git_ignores_but_for_its_exception(tmp_path: Path) -> None:
    """Git is the judge of gitignore's patterns; files that are ignored are those that have owners."""
    cases = [case for case in GITHUB + GITHUB_NOT if not case[0].startswith(("!", "[", "\\", "docs/*", "/a/**/b/"))]
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for pattern, path in cases:
        (tmp_path / ".gitignore").write_text(f"{pattern}\n")
        asked = subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=tmp_path, check=False)
        found = owners(f"{pattern} @x\n", gitlab=False)(path)
        assert (asked.returncode == 0) is bool(found), (pattern, path)


EXAMPLE = """\
# everything
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go    docs@example.com

/build/logs/ @doctocat
/apps/ @octocat
/apps/github
broken line-without-an-at
"""


@pytest.mark.parametrize(("path", "owned_by"), [
    ("a.txt", ("@global-owner1", "@global-owner2")),
    ("x/a.js", ("@js-owner",)),
    ("x/a.go", ("docs@example.com",)),
    ("build/logs/a.js", ("@doctocat",)),
    ("apps/a.go", ("@octocat",)),
    ("apps/github/a.go", ()),
    ("broken", ("@global-owner1", "@global-owner2")),
])  # fmt: skip
def test_the_last_line_counts(path: str, owned_by: tuple[str, ...]) -> None:
    assert owners(EXAMPLE.replace("\n", "\r\n"), gitlab=False)(path) == owned_by


SECTIONS = """\
* @general

[Documentation][2] @docs-team
docs/
README.md @writer and @editor words
*.txt

^[Database] @database-team
model/db/
config/db/setup.md @docs-team

[documentation]
/late/ @late
!/docs/private/
/docs/private/again/ @never

[Empty]
*.none
"""


@pytest.mark.parametrize(("path", "owned_by"), [
    ("a.go", ("@general",)),
    ("x/docs/a.go", ("@general", "@docs-team")),
    ("README.md", ("@general", "@writer", "@editor")),
    ("model/db/CHANGELOG.txt", ("@general", "@docs-team", "@database-team")),
    ("config/db/setup.md", ("@general", "@docs-team")),
    ("late/a", ("@general", "@late")),
    ("docs/private/a", ("@general",)),
    ("docs/private/again/a", ("@general",)),
    ("a.none", ("@general",)),
])  # fmt: skip
def test_sections_add_up(path: str, owned_by: tuple[str, ...]) -> None:
    assert owners(SECTIONS, gitlab=True)(path) == owned_by


def test_which_host_a_file_is_for() -> None:
    assert is_gitlab("CODEOWNERS", SECTIONS)
    assert is_gitlab(".gitlab/CODEOWNERS", EXAMPLE)
    assert not is_gitlab("CODEOWNERS", EXAMPLE)
    assert not is_gitlab(".github/CODEOWNERS", SECTIONS)
    assert all(place.endswith("CODEOWNERS") for place in PLACES)


HOSTILE = [
    "*a" * 4000,
    "/" + "a*" * 3000 + "b",
    "**/" * 3000 + "x",
    "?" * 5000,
    "[a-z]*" * 2000,
    "[" * 5000,
    "[" + "\\" * 4001,
    "/".join(["*"] * 5000),
    "\\" * 5000,
    "\x00\udce9",
]


@pytest.mark.parametrize("gitlab", [False, True])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_pattern_takes_long(number: int, gitlab: bool) -> None:
    """Backtracking over any of these would take longer than anybody waits for a test."""
    find = owners(f"{HOSTILE[number]} @x\n" * 20, gitlab=gitlab)
    for at in range(20):
        assert find(f"{'a' * 4000}{at}") in ((), ("@x",))
        assert find("/".join(["a"] * 2000 + [str(at)])) in ((), ("@x",))


@pytest.mark.parametrize("gitlab", [False, True])
def test_many_rules_and_many_paths_come_to_an_end(gitlab: bool) -> None:
    find = owners("".join(f"*a*b*{at}* @x\n" for at in range(20_000)), gitlab=gitlab)
    assert find("zab7") == ("@x",)
    assert {find(f"{at}/{'ab' * 30}") for at in range(3000)} <= {(), ("@x",)}
    assert owners("* @x\n" + "#" * MOST_CHARACTERS, gitlab=gitlab)("a") == ()


def test_many_plain_rules_are_looked_up() -> None:
    """A real file of a large repository never runs out of what it may cost."""
    find = owners("* @all\n" + "".join(f"/services/team{at}/ @team{at}\n" for at in range(5000)), gitlab=False)
    for at in range(0, 5000, 7):
        for file in range(20):
            assert find(f"services/team{at}/deploy/{file}.yaml") == (f"@team{at}",)
    assert find("services/other") == ("@all",)
