"""The step that converts: it leaves the work tree converted, and a patch of just what the conversion changed.

The patch has the plain text of what it takes away in its removed lines. So it goes into a file that only this user can
read, below the runner's temporary folder, and never into the log, an output or the summary.
"""

from __future__ import annotations

import os
import shutil

from sealwright.cli.github.files import fenced, say_inertly, write_outputs, write_summary
from sealwright.cli.github.step import run_engine, tell_failure, verdict_of
from sealwright.errors import SealwrightError
from sealwright.manifest.git import find_repository
from sealwright.manifest.git_process import output

_DIFF = ("diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color")
_PREFIXES = ("--src-prefix=a/", "--dst-prefix=b/")


def convert(folder: str) -> int:
    """Convert, and tell the workflow what has changed. `folder`: where the plan and the patch go."""
    snapshots = _Snapshots(folder)
    before = snapshots.take()
    done = run_engine("convert", "--format=text")
    say_inertly(done.stdout)
    say_inertly(done.stderr)
    verdict = verdict_of(done.returncode)
    values = {"verdict": verdict}
    if done.stdout:
        plan = os.path.join(folder, "plan.txt")
        _write_private(plan, done.stdout.encode("utf-8", "backslashreplace"))
        write_summary(f"### sealwright convert: {verdict}\n\n{fenced(done.stdout)}\n")
        values["plan-file"] = plan
    else:
        tell_failure("convert", verdict, done.stderr)
    after = snapshots.take()
    if before != after:
        patch = os.path.join(folder, "conversion.patch")
        _write_private(patch, snapshots.git(*_DIFF, *_PREFIXES, "--binary", "--full-index", before, after))
        values |= {"patch-file": patch, "changed-files": snapshots.changed(before, after)}
    snapshots.forget()
    write_outputs(values)
    return done.returncode


class _Snapshots:
    """Trees of the whole work tree, whatever is staged; their objects lie elsewhere, and do not stay."""

    def __init__(self, folder: str) -> None:
        repository = find_repository()
        if repository is None:
            raise SealwrightError("there is no repository here", hint="actions/checkout has to come first")
        self._root = repository.root
        self._objects = os.path.join(folder, "objects")
        self._index = os.path.join(folder, "index")
        os.mkdir(self._objects, 0o700)
        kept, index = (self._path(name) for name in ("objects", "index"))
        if os.path.exists(index):  # git compares times instead of contents then
            shutil.copyfile(index, self._index)
        self._elsewhere = {
            "GIT_OBJECT_DIRECTORY": self._objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": kept,
            "GIT_INDEX_FILE": self._index,
        }

    def take(self) -> str:
        """The id of the tree as it is now: tracked files, and untracked ones that are not ignored."""
        self.git("add", "--all", "--", ":/")
        return self.git("write-tree").decode("ascii").strip()

    def changed(self, before: str, after: str) -> str:
        """The paths that differ, one on each line; git quotes those that hold line ends and the like."""
        return self.git(*_DIFF, "--name-only", before, after).decode("utf-8", "backslashreplace").rstrip("\n")

    def git(self, *arguments: str) -> bytes:
        """What a command prints. Raises SealwrightError where it fails."""
        return output(self._root, *arguments, extra=self._elsewhere)

    def forget(self) -> None:
        """Take away what was only needed to compare."""
        shutil.rmtree(self._objects, ignore_errors=True)
        os.unlink(self._index)

    def _path(self, name: str) -> str:
        out = output(self._root, "rev-parse", "--git-path", name)
        return os.path.join(self._root, os.fsdecode(out.rstrip(b"\r\n")))


def _write_private(path: str, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
