"""What has to be rotated, found in real histories."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from support import Repository as Made

from sealwright.finding import Problem, ResourceRef
from sealwright.manifest.git import Repository
from sealwright.manifest.history import resolve
from sealwright.plaintext import Plaintext
from sealwright.run.convert.worklist import Item, Kept, Moved, Worklist, worklist
from sealwright.run.convert.worklist_history import Person
from sealwright.run.convert.worklist_output import render_json, render_markdown, render_text

DB = ResourceRef("v1", "Secret", "shop", "db")
PASSWORD = "hunter22!x"
TESTER = Person("Test Person", "test@example.com")


def secret(password: str = PASSWORD, pin: str = "1234") -> str:
    data = b64encode(password.encode()).decode()
    return f"kind: Secret\nmetadata: {{name: db}}\ndata:\n  password: {data}\nstringData:\n  pin: '{pin}'\n"


def moved(value: str, key: str = "password", path: str = "apps/db.yaml") -> Moved:
    return Moved(DB, key, Plaintext(value.encode()), path, "aws", "prod/shop/db", key)


def listed(made: Made, *wanted: Moved) -> dict[str, Item]:
    result = worklist(Repository(str(made.path)), wanted)
    assert result.problems == ()
    return {item.key: item for item in result.items}


@pytest.fixture
def made(tmp_path: Path) -> Made:
    repository = Made.init(tmp_path / "repo")
    repository.write("README", "nothing\n")
    repository.commit("first")
    return repository


def test_since_when_where_and_by_whom(made: Made) -> None:
    made.git("branch", "before")
    made.write("apps/db.yaml", secret())
    first = made.commit("add")
    made.git("tag", "v1")
    made.git("checkout", "--quiet", "-b", "old")
    made.git("checkout", "--quiet", "main")
    made.write("apps/db.yaml", f"{secret()}# a comment\n")
    made.commit("touches the file, not the value")
    made.write("apps/db.yaml", secret("another-1-value", pin="9876"))
    made.git("config", "user.name", "x")
    made.add()
    made.git("commit", "--quiet", "--message", "rotate", "--author", "Eve | <eve@example.com>")
    made.git("tag", "--annotate", "v2", "--message", "x")
    item = listed(made, moved(PASSWORD), moved("1234", "pin"))
    for key, found in (("password", "content"), ("pin", "place")):
        assert item[key] == Item(
            *(DB, key, "apps/db.yaml", "aws", "prod/shop/db", key, first, "2026-01-01", 2),
            people=(TESTER, Person("Eve |", "eve@example.com")),
            branches=(Kept("main", False), Kept("old", True)),
            tags=(Kept("v1", True), Kept("v2", False)),
            paths=("apps/db.yaml",),
            found=found,
        )


def test_a_renamed_file_and_a_value_that_comes_back(made: Made) -> None:
    made.write("db.yaml", secret())
    first = made.commit("add")
    made.git("mv", "db.yaml", "db2.yaml")
    made.commit("rename")
    made.git("rm", "--quiet", "db2.yaml")
    made.commit("delete")
    made.write("apps/db.yaml", secret())
    made.commit("again")
    made.git("rm", "--quiet", "-r", "apps")
    made.commit("converted")
    item = listed(made, moved(PASSWORD), moved("1234", "pin"))
    for found in item.values():
        assert (found.since, found.commits) == (first, 5)
        assert found.paths == ("apps/db.yaml", "db.yaml", "db2.yaml")
        assert found.branches == (Kept("main", False),)


def test_merges_take_over_and_bring(made: Made) -> None:
    made.git("checkout", "--quiet", "-b", "feature")
    made.write("apps/db.yaml", secret())
    first = made.commit("on a branch")
    made.git("checkout", "--quiet", "main")
    made.write("other", "x")
    made.commit("meanwhile")
    made.git("merge", "--quiet", "--no-edit", "--no-ff", "feature")
    made.git("branch", "--quiet", "-D", "feature")
    made.git("checkout", "--quiet", "--detach")
    made.write("evil", "s3cr3t-in-a-merge")
    made.git("branch", "side", "main~1")
    made.add()
    tree = made.git("write-tree")
    merge = made.git("commit-tree", tree, "-p", "main", "-p", "side", "-m", "evil")
    made.git("update-ref", "refs/heads/evil", merge)
    item = listed(made, moved(PASSWORD), moved("s3cr3t-in-a-merge", "token"))
    assert (item["password"].since, item["password"].commits) == (first, 1)
    assert item["password"].branches == (Kept("evil", True), Kept("main", True))
    assert (item["token"].since, item["token"].branches) == (merge, (Kept("evil", True),))


def test_what_is_on_no_branch_is_found_too(made: Made) -> None:
    made.git("config", "user.name", "x")
    made.write("README", "token: s3cr3t-stashed\n")
    made.git("stash", "--quiet")
    made.git("checkout", "--quiet", "--detach")
    made.write("README", "token: s3cr3t-detached\n")
    made.commit("nowhere")
    item = listed(made, moved("s3cr3t-stashed", "stash"), moved("s3cr3t-detached", "detached"))
    assert item["stash"].others == (Kept("refs/stash", True),)
    assert item["detached"].others == (Kept("HEAD", True),)


def test_never_committed_and_empty_values(made: Made) -> None:
    made.write("apps/db.yaml", secret())
    item = listed(made, moved(PASSWORD), moved("", "empty"))
    assert item.keys() == {"password"}
    assert (item["password"].since, item["password"].people) == ("", ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pin: 1234\n", True),
        ('  "pin": "1234",\n', True),
        ("pin='1234'\n", True),
        ("- pin=1234\r\n", True),
        ("{pin: 1234}", True),
        ("pin: |\n    1234\n", True),
        ("pin: MTIzNA==\n", True),
        ("pin: MTIzNAo=\n", False),  # the value of the Secret has no line end
        ("pin: 12345\n", False),
        ("pin: 51234\n", False),
        ("spin: 1234\n", False),
        ("other: 1234\n", False),
        ("pin: 1\n234\n", False),
    ],
)
def test_a_short_value_is_told_by_its_key(made: Made, text: str, found: bool) -> None:
    made.write("apps/db.yaml", text)
    made.write("elsewhere.yaml", "pin: 1234\n")
    made.commit()
    assert bool(listed(made, moved("1234", "pin"))["pin"].since) is found


def test_a_range_and_an_empty_repository(tmp_path: Path, made: Made) -> None:
    empty = Made.init(tmp_path / "empty")
    assert [item.since for item in worklist(Repository(str(empty.path)), [moved(PASSWORD)]).items] == [""]
    made.write("apps/db.yaml", secret())
    made.commit("add")
    made.write("more", "x")
    made.commit("later")
    root = str(made.path)
    (item,) = worklist(Repository(root), [moved(PASSWORD)], resolve(root, "HEAD~1..HEAD")).items
    assert item.since == ""


def test_what_is_cut_off_or_missing_is_said(tmp_path: Path, made: Made) -> None:
    made.write("apps/db.yaml", secret())
    blob = made.git("hash-object", "apps/db.yaml")
    made.commit("add")
    made.write("x", "y")
    made.commit("later")
    made.git("clone", "--quiet", "--depth=1", f"file://{made.path}", tmp_path / "shallow")
    shallow = worklist(Repository(str(tmp_path / "shallow")), [moved(PASSWORD)])
    assert "cut off" in shallow.problems[0].message
    assert shallow.items[0].since
    (made.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    broken = worklist(Repository(str(made.path)), [moved(PASSWORD)])
    assert "not in this clone" in broken.problems[0].message
    assert "not compromised" not in render_text(broken)


def test_reads_every_content_once(made: Made) -> None:
    for number in range(12):
        made.write("apps/db.yaml", secret(pin=str(number % 3)))
        made.write(f"copy-{number}", secret())
        made.commit()
    told: list[tuple[int, int]] = []
    root = str(made.path)
    worklist(Repository(root), [moved(PASSWORD)], progress=lambda done, count: told.append((done, count)))
    contents = {line.split()[0] for line in made.git("rev-list", "--objects", "--all").splitlines()}
    blobs = [oid for oid in contents if made.git("cat-file", "-t", oid) == "blob"]
    assert told == [(done, len(blobs)) for done in range(1, len(blobs) + 1)]


HOSTILE = Item(
    *(ResourceRef("v1", "Secret", "shop", "d`b"), "k|ey", "a/b.yaml", "aws", "prod/\x1b[31mred", ""),
    *("0123456789abcdef", "2026-01-01", 3),
    people=(Person("Eve \x1b]0;x\x07\u202e | <b>", "eve@example.com"),),
    branches=tuple(Kept(f"branch-{number}", number % 2 == 0) for number in range(20)),
    tags=(Kept("v1`\udcff", False),),
    paths=("a/b.yaml",),
)


def test_the_three_forms_tell_the_same_and_act_nowhere() -> None:
    result = Worklist((HOSTILE,), (Problem(".", "cut off", hint="fetch"),))
    text, markdown, data = render_text(result), render_markdown(result), json.loads(render_json(result))
    for shown in (text, markdown):
        assert not [char for char in shown if not char.isprintable() and char != "\n"]
        assert "compromised" in shown or "Whoever has ever read" in shown
        assert "01234567 2026-01-01" in shown
        assert "and 4 more" in shown
    assert "``shop/d`b``" in markdown or "`` shop/d`b ``" in markdown
    assert [branch["name"] for branch in data["items"][0]["branches"]] == [f"branch-{n}" for n in range(20)]
    assert data["items"][0]["since"] == {"commit": "0123456789abcdef", "day": "2026-01-01"}
    assert data["errors"][0]["message"] == "cut off"
    json.dumps(data).encode()


def test_no_value_is_in_any_form(made: Made) -> None:
    made.write("apps/db.yaml", secret())
    made.commit()
    result = worklist(Repository(str(made.path)), [moved(PASSWORD), moved("1234", "pin")])
    for shown in (render_text(result), render_markdown(result), render_json(result), repr(result)):
        assert PASSWORD not in shown
        assert b64encode(PASSWORD.encode()).decode() not in shown
        assert "1234 " not in shown
