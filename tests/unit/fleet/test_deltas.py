"""A difference that git itself turns into the new content, and that has no line of the old one in it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Repository

from sealwright.fleet.campaign.bundles import bundle
from sealwright.fleet.campaign.commits import FileChange, Made
from sealwright.fleet.campaign.deltas import delta, pieces

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"long line of text\n", b"c\r\n", b"d"]), max_size=12)
CASES = [
    (b"a\nb\nc\n", b"a\nx\nc\n"),
    (b"a\n" * 70_000, b"b\n" + b"a\n" * 70_000),
    (b"x" * 300_000 + b"\nend\n", b"new\n" * 100 + b"x" * 300_000 + b"\n"),
    (b"one\ntwo", b"one\ntwo\nthree\n"),
    (b"\0\xff\n", b"\0\xff\n\xfe\n"),
    (b"only\n", b"other\n"),
    (b"one\n", b""),
    (b"", b"one\n"),
]


def rebuilt(old: bytes, new: bytes) -> bytes:
    return b"".join(b"".join(one.lines) or old[one.offset : one.offset + one.size] for one in pieces(old, new))


@given(LINES, LINES)
def test_the_pieces_are_the_new_content_and_no_line_of_the_old_is_among_the_added(
    before: list[bytes], after: list[bytes]
) -> None:
    old, new = b"".join(before), b"".join(after)
    assert rebuilt(old, new) == new
    added = {line for piece in pieces(old, new) for line in piece.lines}
    assert added.isdisjoint(old.splitlines(keepends=True))


@pytest.mark.parametrize(("old", "new"), CASES)
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_git_makes_the_new_content_of_it(old: bytes, new: bytes, form: str, tmp_path: Path) -> None:
    """A bundle of one commit, fetched by git into a clone that has the parent."""
    tmp_path.joinpath("r").mkdir()
    repository = Repository(tmp_path / "r")
    repository.git("init", "--quiet", "--initial-branch=main", f"--object-format={form}")
    repository.write("file", old)
    parent = repository.commit()
    other = Repository(tmp_path / "other")
    repository.git("clone", "--quiet", ".", other.path)
    other.write("file", new)
    oid = other.commit()
    objects = tuple(
        (kind, one, raw(other, kind, one)) for kind, one in (("commit", oid), ("tree", other.git("rev-parse", "HEAD:")))
    )
    ids = repository.git("rev-parse", "HEAD:file"), other.git("rev-parse", "HEAD:file")
    made = Made(oid, parent, (FileChange("file", "file", "100644", *ids, old, new),), objects)
    (tmp_path / "b").write_bytes(bundle(made, "refs/heads/sealwright/x"))
    repository.git("fetch", "--quiet", tmp_path / "b", "sealwright/x:sealwright/x")
    repository.git("fsck", "--full", "--strict")
    assert repository.git("rev-parse", "sealwright/x") == oid
    assert repository.git("cat-file", "blob", "sealwright/x:file").encode("utf-8", "surrogateescape") == new.rstrip(
        b"\n"
    )


def raw(repository: Repository, kind: str, oid: str) -> bytes:
    """An object's bytes, as they lie in its file."""
    data = zlib.decompress((repository.path / ".git" / "objects" / oid[:2] / oid[2:]).read_bytes())
    return data.partition(b"\0")[2]


def test_what_is_removed_and_what_stays_is_not_in_the_instructions() -> None:
    old = b"keep: correct-horse\npassword: battery-staple\nkeep: too\n"
    made = delta(old, b"keep: correct-horse\nsealed: AgB\nkeep: too\n")
    assert b"AgB" in made
    assert b"correct" not in made
    assert b"battery" not in made
