"""The lock file of stores: what a stranger has put in its place or into it is refused, or written as it was read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import posix_only

from sealwright.errors import ConfigurationError
from sealwright.manifest.git import Repository
from sealwright.run.convert.lock import NAME, Held, lock_change, read_lock


@posix_only
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "not a regular file"),
        (os.mkdir, "is a directory"),
        (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
        (lambda path: path.symlink_to(path), "symbolic link"),
    ],
    ids=["a pipe", "a folder", "a link to a device", "a link to itself"],
)
def test_what_is_no_file_is_refused_and_not_waited_for(make: object, said: str, tmp_path: Path) -> None:
    assert callable(make)
    make(tmp_path / NAME)
    with pytest.raises(ConfigurationError, match=f"(?i){said}"):
        read_lock(Repository(str(tmp_path)))


@pytest.mark.parametrize("line", ["one two three", "a b c/d/e k r", "a b cd k r x", "a b c/d k"])
def test_a_line_of_another_form_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(f"# why\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_lock(Repository(str(tmp_path)))
    assert caught.value.place == f"{NAME}:2"


def test_words_that_nobody_writes_come_through_as_they_are(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes("störe shop/d\xe9 -/sécret k%C3%A9y,a rün\n".encode())
    repository = Repository(str(tmp_path))
    held = {Held("störe", "shop/dé", "", "sécret", ("kéy", "a"), "rün")}
    assert read_lock(repository)[1] == held
    written = lock_change(repository, (), "").after
    assert written is not None
    (tmp_path / NAME).write_bytes(written)
    assert read_lock(repository)[1] == held
