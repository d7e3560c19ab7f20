"""What a replaced file keeps besides its contents."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import OTHER_PLATFORM, POSIX_ONLY

from sealwright.errors import RewriteError
from sealwright.rewrite.attributes import keep_attributes
from sealwright.rewrite.transaction import FileChange, commit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason=POSIX_ONLY)


def _status(path: Path, *, mode: int, uid: int = 0, gid: int = 0) -> os.stat_result:
    """The file's status with other permission bits, and with its owner and group counted up."""
    real = path.stat()
    fields = [real.st_mode & ~0o7777 | mode, *real[1:4], real.st_uid + uid, real.st_gid + gid, *real[6:]]
    return os.stat_result(fields)


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fchown(fd: int, uid: int, gid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", fchown)


@pytest.mark.usefixtures("forbidden")
def test_refuses_to_change_the_owner(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file, pytest.raises(RewriteError, match="another user") as caught:
        keep_attributes(file.fileno(), _status(tmp_path / "file", mode=0o666, uid=1), file.fileno())
    assert caught.value.hint


@pytest.mark.usefixtures("forbidden")
@pytest.mark.parametrize(
    ("mode", "kept"), [(0o640, 0o600), (0o664, 0o644), (0o644, 0o644), (0o2775, 0o755), (0o666, 0o666)]
)
def test_nobody_gains_access_by_a_group_that_cannot_be_kept(tmp_path: Path, mode: int, kept: int) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        keep_attributes(file.fileno(), _status(path, mode=mode, gid=1), file.fileno())
    assert path.stat().st_mode & 0o7777 == kept


def test_owner_and_group_are_asked_for_if_they_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fchown", lambda fd, uid, gid: asked.append((uid, gid)))
    path = tmp_path / "file"
    with path.open("wb") as file:
        keep_attributes(file.fileno(), _status(path, mode=0o640), file.fileno())
        assert not asked
        keep_attributes(file.fileno(), _status(path, mode=0o640, uid=1, gid=2), file.fileno())
    assert asked == [(path.stat().st_uid + 1, path.stat().st_gid + 2)]
    assert path.stat().st_mode & 0o7777 == 0o640


@pytest.mark.skipif(sys.platform != "linux", reason=OTHER_PLATFORM)
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    Path(path).write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError:
        pytest.skip(OTHER_PLATFORM)
    commit([FileChange(path, b"old", b"new")])
    assert os.getxattr(path, "user.note") == b"kept"


@pytest.mark.skipif(sys.platform != "linux", reason=OTHER_PLATFORM)
def test_attributes_that_the_old_file_did_not_have_go(tmp_path: Path) -> None:
    """A directory's default access control list would widen who may read the file."""
    with (tmp_path / "new").open("wb") as new, (tmp_path / "old").open("wb") as old:
        try:
            os.setxattr(new.fileno(), "user.note", b"inherited")
        except OSError:
            pytest.skip(OTHER_PLATFORM)
        keep_attributes(new.fileno(), os.fstat(old.fileno()), old.fileno())
        assert "user.note" not in os.listxattr(new.fileno())


@pytest.mark.skipif(sys.platform != "linux", reason=OTHER_PLATFORM)
def test_extended_attributes_are_best_effort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "file")
    Path(path).write_bytes(b"old")

    def refuse(*_: object) -> bytes:
        raise PermissionError

    names = iter([["user.a", "security.ima"], ["user.b"]])
    monkeypatch.setattr(os, "listxattr", lambda _: next(names))
    monkeypatch.setattr(os, "getxattr", refuse)
    monkeypatch.setattr(os, "removexattr", refuse)
    commit([FileChange(path, b"old", b"new")])
    assert Path(path).read_bytes() == b"new"
