"""Bare repositories on disk: written by `git fast-import`, and forked by sharing the packs of another one."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_IMPORT = ("git", "-c", "fastimport.unpackLimit=0", "-c", "core.fsync=none", "fast-import", "--quiet", "--force")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def empty(folder: Path) -> None:
    """A bare repository without a commit. `git init` would cost more than everything else."""
    (folder / "objects" / "pack").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    (folder / "config").write_text(_CONFIG, encoding="ascii")


def take_over(folder: Path, upstream: Path) -> None:
    """The objects of another repository, by links to its packs where the file system has them."""
    for pack in (upstream / "objects" / "pack").iterdir():
        copy = folder / "objects" / "pack" / pack.name
        try:
            os.link(pack, copy)
        except OSError:
            shutil.copyfile(pack, copy)


def set_main(folder: Path, commit: bytes) -> None:
    """Let `main` be that commit."""
    (folder / "packed-refs").write_bytes(
        b"# pack-refs with: peeled fully-peeled sorted \n%s refs/heads/main\n" % commit
    )


def add_commits(folder: Path, stream: bytes, marks: Iterable[bytes] = ()) -> dict[bytes, bytes]:
    """Import them; the ids of the commits that have these marks (`:12`)."""
    wanted = set(marks)
    where = folder / "marks"
    command = [*_IMPORT, f"--export-marks={where.name}"] if wanted else [*_IMPORT]
    subprocess.run(command, cwd=folder, input=stream, env=_ENVIRONMENT, check=True)
    if not wanted:
        return {}
    lines = (line.split() for line in where.read_bytes().splitlines())
    found = {mark: commit for mark, commit in lines if mark in wanted}
    where.unlink()
    return found
