"""Two processes that rewrite the same files at the same time: each commit is whole, or it did not happen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import POSIX_ONLY

from sealwright.rewrite import transaction

NAMES = ("a.yaml", "b.yaml", "c.yaml")
SIZE = 20_000
COMMITS = 60

CHILD = """
import os, sys
source, directory, tag, commits = sys.argv[1:]
sys.path.insert(0, source)
from sealwright.errors import RewriteError
from sealwright.rewrite.transaction import FileChange, commit

names = ["a.yaml", "b.yaml", "c.yaml"]
if tag == "B":
    names.reverse()  # the other order must not let both fail for ever
os.chdir(directory)
done = failed = 0
while done < int(commits):
    try:
        changes = []
        for name in names:
            with open(name, "rb") as file:
                before = file.read()
            changes.append(FileChange(name, before, (tag * 19999 + chr(48 + done)).encode()))
        commit(changes)
        done += 1
    except RewriteError as error:
        assert error.message.endswith("every file is as it was"), error
        failed += 1
print(done, failed)
"""


@pytest.mark.skipif(sys.platform == "win32", reason=POSIX_ONLY)
def test_never_a_mixture(tmp_path: Path) -> None:
    source = str(Path(transaction.__file__).parents[2])
    for name in NAMES:
        (tmp_path / name).write_bytes(b"0" * SIZE)
    runs = [
        subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", CHILD, source, str(tmp_path), tag, str(COMMITS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for tag in "AB"
    ]
    while any(run.poll() is None for run in runs):
        for name in NAMES:
            content = (tmp_path / name).read_bytes()
            assert len(content) == SIZE
            assert len(set(content[:-1])) == 1
    failures = 0
    for run in runs:
        said, complaint = run.communicate(timeout=60)
        assert run.returncode == 0, complaint
        assert said.split()[0] == str(COMMITS)
        failures += int(said.split()[1])
    assert failures > 0, "the two runs never met"
    assert len({(tmp_path / name).read_bytes() for name in NAMES}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
