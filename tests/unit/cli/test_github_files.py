"""What a step writes for its workflow: within the limits, and nothing that could be taken for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sealwright.cli.github.files import SUMMARY_LIMIT, error_command, fenced, say_inertly, write_outputs, write_summary


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


@pytest.mark.parametrize("before", [0, 1000, SUMMARY_LIMIT - 10, SUMMARY_LIMIT + 10])
def test_a_summary_never_goes_beyond_the_limit(summary: Path, before: int) -> None:
    summary.write_bytes(b"x" * before)
    line = "\u00e4" * 499 + "\n"
    write_summary(line * 3000)
    written = summary.read_bytes()[before:]
    assert before + len(written) <= max(before, SUMMARY_LIMIT)
    kept = [one for one in written.decode("utf-8").splitlines() if "\u00e4" in one]
    assert set(kept) <= {line.strip()}, "cut within a line"
    assert ("does not fit" in written.decode("utf-8")) == (before < SUMMARY_LIMIT - 100)


def test_a_summary_that_fits_is_whole(summary: Path) -> None:
    write_summary("one\n")
    write_summary("two\n")
    assert summary.read_text(encoding="utf-8") == "one\ntwo\n"


def test_nothing_is_written_where_there_is_no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    write_summary("x\n")
    write_outputs({"a": "b"})


def test_an_output_cannot_end_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    write_outputs({"files": "end-\na\nverdict=pass"})
    first, *middle, last = file.read_text(encoding="utf-8").splitlines()
    assert first == f"files<<{last}"
    assert last not in middle


def test_inert_text_has_a_token_that_nobody_can_know(capsys: pytest.CaptureFixture[str]) -> None:
    say_inertly("::error::x")
    say_inertly("")
    say_inertly("second\n")
    lines = capsys.readouterr().out.splitlines()
    assert [lines[1], lines[4]] == ["::error::x", "second"]
    tokens = [lines[0].removeprefix("::stop-commands::"), lines[3].removeprefix("::stop-commands::")]
    assert [lines[2], lines[5]] == [f"::{token}::" for token in tokens]
    assert len(set(tokens)) == 2


def test_an_error_is_one_line() -> None:
    assert error_command("t", "50%\r\n::warning::x\n") == "::error title=t::50%25%0D%0A::warning::x%0A\n"


def test_a_block_is_not_closed_by_what_it_holds() -> None:
    assert fenced("a\n````\nb") == "`````text\na\n````\nb\n`````\n"
