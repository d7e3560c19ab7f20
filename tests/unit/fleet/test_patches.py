"""A patch without removed lines: git takes it, whatever became of a file, and refuses it for another content."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import Repository

from sealwright.fleet.campaign.commits import Author, FileChange, Made
from sealwright.fleet.campaign.patches import patch

OLD = "kept\npassword: canary-correct-horse\nkept, too\n"


def change(repository: Repository, path: str, old: str | None, new: str | None) -> FileChange:
    before, after = (None if one is None else one.encode() for one in (old, new))
    was, will_be = (
        "" if one is None else repository.git("hash-object", "-w", "--stdin", stdin=one) for one in (before, after)
    )
    return FileChange(path, path, "100644", was, will_be, before, after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, "kept\nsealed: AgB\nkept, too\n"),
        (OLD, None),
        (None, "sealed: AgB\n"),
        (OLD, ""),
        ("", "sealed: AgB\n"),
        (OLD, OLD.replace("\n", "\r\n")),
    ],
)
def test_git_applies_it_and_it_has_nothing_of_the_old(old: str | None, new: str | None, tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "r")
    repository.write("other", "x\n")
    if old is not None:
        repository.write("a b.yaml", old)
    parent = repository.commit()
    author = Author("Ann Ö", "ann@example.com", 1_800_000_000)
    made = Made("1" * 40, parent, (change(repository, "a b.yaml", old, new),), ())
    mail = patch(made, "Convert 1 plaintext Secret\n\n- one\n\nby us\n", author)
    assert b"canary" not in mail
    (tmp_path / "p").write_bytes(mail)
    repository.git("am", "--quiet", "--keep-cr", tmp_path / "p")
    path = repository.path / "a b.yaml"
    assert (path.read_bytes() if path.exists() else None) == (None if new is None else new.encode())
    about = repository.git("log", "-1", "--format=%an <%ae> %at%n%B")
    assert about.splitlines() == [
        "Ann Ö <ann@example.com> 1800000000",
        "Convert 1 plaintext Secret",
        "",
        "- one",
        "",
        "by us",
    ]
    if old:
        repository.git("reset", "--quiet", "--hard", parent)
        repository.write("a b.yaml", f"{old}more\n")
        repository.commit()
        refused = subprocess.run(
            ["git", "apply", "--check", tmp_path / "p"], cwd=repository.path, capture_output=True, check=False
        )
        assert refused.returncode == 1
