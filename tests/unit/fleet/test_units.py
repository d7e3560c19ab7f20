"""A command for one repository: what becomes of it is told of that repository, in words without a value."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from support import posix_only

from sealwright.fleet.gating import DATED
from sealwright.fleet.units import run_unit
from sealwright.policy import relations
from sealwright.policy.relations.registry import CHECKS
from sealwright.run.limited import Finished, Limits, run_limited


def limits(seconds: float = 30, output: int = 1 << 20) -> Limits:
    return Limits(seconds, output)


def test_a_report_comes_back_with_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: pa55-w0rd}\n"
    )
    ended = run_unit(str(tmp_path), ("gate", "--format=json"), 60)
    assert ended.code == 1
    assert ended.report is not None
    assert [finding["path"] for finding in ended.report["findings"]] == ["a.yaml"]


def test_an_error_is_told_in_its_own_words_without_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".sealwright.yaml").write_text("clutters: {}\n")
    ended = run_unit(str(tmp_path), ("gate", "--format=json"), 60)
    assert (ended.code, ended.report) == (2, None)
    assert ended.problem is not None
    assert ended.problem.message.startswith(".sealwright.yaml:1:1: ")
    assert "clusters" in ended.problem.hint


@pytest.mark.parametrize(
    ("done", "words", "code"),
    [
        (Finished(-9, b"", b"", "took longer than 5 seconds"), "took longer than 5 seconds", 3),
        (Finished(-11, b"", b"value\n"), "was stopped by signal 11", 3),
        (Finished(0, b"{", b"value\n"), "ended without a report", 3),
        (Finished(1, b"[]", b"value\n"), "ended without a report", 3),
        (Finished(1, b"", b"value: Traceback\n"), "ended without a report", 3),
        (Finished(2, b"", b"note: x\nerror: a word\nhint:  another\n"), "a word", 2),
    ],
)
def test_whatever_becomes_of_it_is_an_error_without_its_words(
    done: Finished, words: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sealwright.fleet.units.run_limited", lambda *_arguments, **_settings: done)
    ended = run_unit(str(tmp_path), ("gate",), 5)
    assert (ended.code, ended.report) == (code, None)
    assert ended.problem is not None
    assert words in ended.problem.message
    assert "value" not in str(ended.problem)


@posix_only
def test_on_a_leash_it_ends_with_the_one_who_started_it(tmp_path: Path) -> None:
    """The one in the middle is killed; the command it had started on a leash sees the end of its input."""
    command = "import os, sys; os.read(0, 1); open('ended', 'w')"
    middle = (
        "import os, signal, threading\n"
        "from sealwright.run.limited import Limits, run_limited\n"
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGKILL)).start()\n"
        f"run_limited([{sys.executable!r}, '-c', {command!r}], '.', dict(os.environ), Limits(60, 1000), leash=True)\n"
    )
    done = run_limited([sys.executable, "-c", middle], str(tmp_path), dict(os.environ), limits())
    assert done.code == -9
    watch = "import os, time\nwhile not os.path.exists('ended'): time.sleep(0.05)"
    assert run_limited([sys.executable, "-c", watch], str(tmp_path), dict(os.environ), limits()).code == 0


def test_without_a_leash_its_input_is_empty(tmp_path: Path) -> None:
    read = "import sys; print(len(sys.stdin.read()))"
    done = run_limited([sys.executable, "-c", read], str(tmp_path), dict(os.environ), limits())
    assert done.output.strip() == b"0"


def test_the_rules_that_go_by_the_day_or_by_history_are_known() -> None:
    """Those whose checks ask for the day, or for when lines were changed."""
    folder = Path(str(relations.__file__)).parent
    asking = {path.stem for path in folder.glob("*.py") if re.search(r"\.today\b|\.changed_on\b", path.read_text())}
    rules = {rule for rule, place in CHECKS.items() if place.partition(":")[0].rpartition(".")[2] in asking}
    assert rules == DATED
