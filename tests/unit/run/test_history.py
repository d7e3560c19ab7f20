"""A range of commits to findings: each place once, from when to when, and every content looked at once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import Repository, posix_only

from sealwright.errors import UsageError
from sealwright.finding import Finding, Problem, Status
from sealwright.manifest.discover import Selection
from sealwright.manifest.history import resolve
from sealwright.run.history import scan_history, versions
from sealwright.run.results import FileDone, Result
from sealwright.run.scan import scan_bytes

CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n"
BROKEN = "apiVersion: v1\nkind: Secret\nmetadata: {name: x\nstringData: [\n"


def secret(value: str = "tide.Lantern.88", *, comment: str = "") -> str:
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData:\n"
    return f"{head}{comment}  password: {value}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("README", "x")
    repository.commit()
    return repository


def scan(repository: Repository, text: str = "HEAD", *paths: str, jobs: int = 1, **options: Any) -> list[Result]:
    selection = Selection(tuple(str(repository.path / path) for path in paths), **options)
    return list(scan_history(resolve(str(repository.path), text), selection, jobs=jobs))


def findings(results: list[Result]) -> list[Finding]:
    return [result for result in results if isinstance(result, Finding)]


def problems(results: list[Result]) -> list[Problem]:
    return [result for result in results if isinstance(result, Problem)]


def told(repository: Repository, text: str = "HEAD", *paths: str, **options: Any) -> list[tuple[str, str, str, bool]]:
    """(path, subject of the first commit, subject of the last, at the tip) for each finding."""

    def subject(oid: str) -> str:
        return repository.git("log", "-1", "--format=%s", oid)

    found = []
    for finding in findings(scan(repository, text, *paths, **options)):
        assert finding.history is not None
        history = finding.history
        found.append((finding.location.path, subject(history.first), subject(history.last), history.at_tip))
    return found


def commit(repository: Repository, subject: str, **files: str | None) -> str:
    for name, content in files.items():
        if content is None:
            (repository.path / f"{name}.yaml").unlink()
        else:
            repository.write(f"{name}.yaml", content)
    repository.add()
    repository.git("commit", "--quiet", "--allow-empty", "--message", subject)
    return repository.git("rev-parse", "HEAD")


def test_nothing_is_nothing(repository: Repository) -> None:
    assert scan(repository) == [FileDone("README", passed_over=True)]
    assert scan(repository, "HEAD..HEAD") == []


def test_added_and_removed_again(repository: Repository) -> None:
    commit(repository, "add", db=secret())
    commit(repository, "other", x=CLEAN)
    commit(repository, "remove", db=None)
    commit(repository, "later", x="x: 1\n")
    assert told(repository) == [("db.yaml", "add", "other", False)]
    assert told(repository, "HEAD~1..HEAD") == []
    assert told(repository, "HEAD~3..HEAD") == []
    assert told(repository, "HEAD~2") == [("db.yaml", "add", "other", True)]


def test_many_versions_are_one_finding(repository: Repository) -> None:
    for number in range(5):
        commit(repository, f"v{number}", db="# a line\n" * number + secret(f"tide.Lantern.{number}"))
    [finding] = findings(scan(repository))
    assert told(repository) == [("db.yaml", "v0", "v4", True)]
    assert finding.location.start.line == 9  # as in the newest version
    work_tree = scan_bytes("db.yaml", repository.read("db.yaml"))
    assert finding.fingerprint == findings(work_tree)[0].fingerprint


def test_gone_and_back(repository: Repository) -> None:
    commit(repository, "add", db=secret())
    commit(repository, "clean", db=CLEAN)
    commit(repository, "again", db=secret())
    commit(repository, "later", x=CLEAN)
    assert told(repository) == [("db.yaml", "add", "later", True)]


def test_the_place_is_the_one_at_the_tip(repository: Repository) -> None:
    commit(repository, "main", db=secret())
    repository.git("checkout", "--quiet", "-b", "side")
    commit(repository, "side", db="# longer\n" * 9 + secret())
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--strategy=ours", "--message", "merge", "side")
    [finding] = findings(scan(repository))
    assert finding.location.start.line == 5
    assert told(repository) == [("db.yaml", "main", "merge", True)]


def test_a_renamed_file_is_two_places(repository: Repository) -> None:
    commit(repository, "add", db=secret())
    repository.git("mv", "db.yaml", "new.yaml")
    commit(repository, "move")
    assert told(repository) == [("db.yaml", "add", "add", False), ("new.yaml", "move", "move", True)]


def test_a_name_says_what_a_content_is(repository: Repository) -> None:
    """The same bytes in an image are none of our business; renamed to a manifest they are."""
    data = b"\0" + secret().encode()
    repository.write("image.png", data)
    repository.commit("image")
    repository.git("mv", "image.png", "db.yaml")
    repository.commit("manifest")
    assert [problem.path for problem in problems(scan(repository))] + [path for path, *_ in told(repository)]
    assert "image.png" not in [path for path, *_ in told(repository)]


@pytest.mark.parametrize("content", ["of the merge", "in conflict"])
def test_a_merge_that_brings_its_own(repository: Repository, content: str) -> None:
    commit(repository, "base", db=CLEAN)
    repository.git("checkout", "--quiet", "-b", "side")
    commit(repository, "side", x="x: 1\n", db=CLEAN + "# side\n")
    repository.git("checkout", "--quiet", "main")
    commit(repository, "main", y="y: 1\n")
    repository.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    commit(repository, "merge", **{"evil" if content == "of the merge" else "db": secret()})
    [(_, first, last, at_tip)] = told(repository)
    assert (first, last, at_tip) == ("merge", "merge", True)


def test_only_on_a_side_branch(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    commit(repository, "side", db=secret())
    repository.git("checkout", "--quiet", "main")
    assert told(repository) == []
    assert told(repository, "--all") == [("db.yaml", "side", "side", True)]
    repository.git("merge", "--quiet", "--no-ff", "--strategy=ours", "--message", "merge", "side")
    assert told(repository) == [("db.yaml", "side", "side", False)]


def test_each_content_is_looked_at_once(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        commit(repository, f"{number}", db=secret() if number % 2 else CLEAN, x=f"{number}")
    seen: Counter[bytes] = Counter()

    def spy(path: str, data: bytes, **options: Any) -> list[Result]:
        seen[data] += 1
        return scan_bytes(path, data, **options)

    monkeypatch.setattr(versions, "scan_bytes", spy)
    assert told(repository) == [("db.yaml", "1", "49", True)]
    assert set(seen.values()) == {1}
    assert len(seen) == 2 + 50 + 1
    done = {result.path: result for result in scan(repository) if isinstance(result, FileDone)}
    assert done["db.yaml"].documents == 1
    assert len(done) == 3


def test_several_processes_tell_the_same(repository: Repository) -> None:
    for number in range(80):
        commit(repository, f"{number}", **{f"db{number % 7}": secret(f"tide.Lantern.{number}")})
    assert scan(repository) == scan(repository, jobs=2)


KUSTOMIZATION = "secretGenerator:\n- {name: db, files: [password.txt]}\n"


@pytest.mark.parametrize(
    ("text", "paths", "found"),
    [
        ("HEAD~4..HEAD~3", (), False),  # nobody names it yet
        ("HEAD~1..HEAD", (), False),  # nothing but the kustomization goes
        ("HEAD~4..HEAD~2", (), True),
        ("HEAD~2..HEAD~1", (), True),  # the kustomization came before the range, and is still there
        ("HEAD~2..HEAD", (), True),  # ... and has gone in it
        ("HEAD", (), True),
        ("HEAD", ("apps/password.txt",), True),  # the kustomization is not wanted itself
        ("HEAD", ("README",), False),
    ],
)
def test_what_a_kustomization_makes_a_secret_of(
    repository: Repository, text: str, paths: tuple[str, ...], found: bool
) -> None:
    for name, content in (
        ("apps/password.txt", "tide.Lantern.88\n"),
        ("apps/kustomization.yaml", KUSTOMIZATION),
        ("apps/password.txt", "hurdle.Pewter.44\n"),
    ):
        repository.write(name, content)
        repository.commit()
    (repository.path / "apps" / "kustomization.yaml").unlink()
    repository.commit()
    assert [path for path, *_ in told(repository, text, *paths)] == ["apps/password.txt"] * found


def test_depth(repository: Repository) -> None:
    for path in ("a", "apps/b", "apps/deep/c"):
        repository.write(f"{path}.yaml", secret())
    repository.commit()
    assert {path for path, *_ in told(repository, depth=1)} == {"a.yaml"}
    assert {path for path, *_ in told(repository, "HEAD", "apps", depth=1)} == {"apps/b.yaml"}


def test_paths_and_skipped_files(repository: Repository) -> None:
    for name in ("apps/one", "apps/two", "apps-not", "other/apps"):
        repository.write(f"{name}.yaml", secret())
    repository.commit("add")
    (repository.path / "apps" / "one.yaml").unlink()
    repository.commit("remove")
    assert [path for path, *_ in told(repository, "HEAD", "apps")] == ["apps/one.yaml", "apps/two.yaml"]
    assert [path for path, *_ in told(repository, "HEAD", "apps/one.yaml", "apps")] == [
        "apps/one.yaml",
        "apps/two.yaml",
    ]
    assert told(repository, "HEAD", ".", skip_files=("apps/**", "apps-not.yaml")) == [
        ("other/apps.yaml", "add", "remove", True)
    ]
    assert scan(repository, "HEAD~1..HEAD", "other") == []
    with pytest.raises(UsageError, match="no such file or folder in these commits"):
        scan(repository, "HEAD", "app")


def test_allowed_at_last_is_not_allowed_at_first(repository: Repository) -> None:
    allowed = secret("postgres", comment="  # sealwright: allow[secret-string-data] a default of the tests\n")
    commit(repository, "real", db=secret())
    commit(repository, "allowed", db=allowed)
    [finding] = findings(scan(repository))
    assert (finding.status, finding.location.start.line) == (Status.NEW, 5)
    assert told(repository) == [("db.yaml", "real", "real", False)]
    [finding] = findings(scan(repository, "HEAD~1.."))
    assert finding.status is Status.WAIVED


def test_an_old_comment_that_allows_nothing_is_left_in_peace(repository: Repository) -> None:
    useless = CLEAN + "# sealwright: allow[secret-data] nothing\nx: 1\n"
    commit(repository, "useless", db=useless)
    assert [finding.rule for finding in findings(scan(repository))] == ["allow-unused"]
    commit(repository, "without", db=CLEAN)
    assert findings(scan(repository)) == []


def test_a_version_that_cannot_be_read_is_a_problem(repository: Repository) -> None:
    commit(repository, "broken", db=BROKEN)
    broken = commit(repository, "also broken", db=BROKEN + "x: {\n")
    commit(repository, "mended", db=CLEAN)
    messages = {problem.message for problem in problems(scan(repository))}
    assert messages
    assert all(f"(in commit {broken[:8]}, and in 1 other version)" in message for message in messages)
    assert problems(scan(repository, "HEAD~1..")) == []


@pytest.mark.parametrize("size", [2000, 3_000_000])
def test_a_version_that_is_too_large_is_a_problem_if_it_matters(repository: Repository, size: int) -> None:
    padding = "#" * size + "\n"
    commit(repository, "large", db=padding + secret(), clean=padding + CLEAN, é=padding)
    repository.write("wide.yaml", (padding + secret()).encode("utf-16"))
    repository.commit("wide")
    commit(repository, "small", db=CLEAN, clean=CLEAN)
    results = scan(repository, max_bytes=1000)
    assert [problem.path for problem in problems(results)] == ["db.yaml", "wide.yaml"]
    assert findings(results) == []


@posix_only
def test_names_that_are_not_utf_8(repository: Repository) -> None:
    name = os.fsdecode(b"caf\xe9\n.yaml")
    repository.write(name, secret())
    repository.commit("add")
    assert told(repository) == [(name, "add", "add", True)]


def test_a_commit_of_any_time(repository: Repository) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    for stamp in ("-1 +0000", "99999999999999999 +0000", "x"):
        text = f"tree {tree}\nauthor a <a@b> {stamp}\ncommitter a <a@b> {stamp}\n\nx\n"
        oid = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text.encode())
        assert scan(repository, oid) == [FileDone("README", passed_over=True)]
    repository.write("db.yaml", secret())
    repository.add()
    tree = repository.git("write-tree")
    text = f"tree {tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 99999999999999999 +0000\n\nx\n"
    oid = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text.encode())
    [finding] = findings(scan(repository, oid))
    assert finding.history is not None
    assert finding.history.first == oid


def test_where_a_shallow_clone_ends_is_a_problem_only_if_the_range_comes_so_far(
    repository: Repository, tmp_path: Path
) -> None:
    for number in range(4):
        commit(repository, f"{number}", db=CLEAN + f"# {number}\n")
    clone = Repository(tmp_path / "clone")
    repository.git("clone", "--quiet", "--depth", "3", repository.path.as_uri(), clone.path)
    [problem] = problems(scan(clone))
    assert "cut off at commit" in problem.message
    assert "--unshallow" in problem.hint
    assert "fetch-depth: 0" in problem.hint
    assert problems(scan(clone, "HEAD~1..HEAD")) == []


def test_what_a_partial_clone_has_left_out_is_one_problem(repository: Repository, tmp_path: Path) -> None:
    for number in range(4):
        commit(repository, f"{number}", db=f"{CLEAN}# {number}\n")
    repository.git("config", "uploadpack.allowFilter", "true")
    for kind, said in (("blob:none", "(and neither is that of 4 more)"), ("tree:0", "git could not read all")):
        clone = Repository(tmp_path / kind.replace(":", "-"))
        repository.git("clone", "--quiet", "--no-checkout", f"--filter={kind}", repository.path.as_uri(), clone.path)
        [problem] = problems(scan(clone))
        assert said in problem.message
        assert "--refetch" in problem.hint


def test_progress_counts_to_the_end(repository: Repository) -> None:
    commit(repository, "add", db=secret())
    counts: list[tuple[int, int]] = []
    results = scan_history(
        resolve(str(repository.path), "HEAD"), Selection(), progress=lambda done, total: counts.append((done, total))
    )
    assert len(list(results)) == 3
    assert counts == [(1, 2), (2, 2)]


def test_what_carries_a_content_does_not_show_it() -> None:
    version = versions.Version("1", (("a", ""),), b"hunter2")
    assert "hunter2" not in f"{version!r} {version} {[version]}"
