"""The scan: the same with any number of processes; large and wide files by their words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from sealwright.detect.prefilter import ANYWHERE, IN_MANIFESTS, is_wide, may_matter, text_may_matter
from sealwright.finding import Finding, Problem
from sealwright.manifest.discover import Selection, Target
from sealwright.run import scan as module
from sealwright.run.results import FileDone
from sealwright.run.scan import large_may_matter, scan, scan_bytes

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct horse battery}\n"
CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


def kinds(results: Iterable[object]) -> set[str]:
    return {type(result).__name__ for result in results}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [CLEAN, CLEAN + "# ☃\n"], ids=["ascii", "not ascii"])
def test_a_clean_file_is_not_parsed_in_any_encoding(encoding: str, text: str) -> None:
    assert scan_bytes("a.yaml", text.encode(encoding)) == [FileDone("a.yaml", passed_over=True)]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [SECRET, SECRET + "# ☃\n"], ids=["ascii", "not ascii"])
def test_a_secret_is_found_in_any_encoding(encoding: str, text: str) -> None:
    [finding, done] = scan_bytes("a.yaml", text.encode(encoding))
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.location.start.line) == ("secret-string-data", 4)
    assert done == FileDone("a.yaml", 1)


@pytest.mark.parametrize(
    ("data", "wide"),
    [
        (b"", False),
        (b"abcd\0", False),
        (b"\xef\xbb\xbfkind", False),
        ("☃".encode(), False),
        (b"\xff\xfea\0", True),
        (b"\xfe\xff\0a", True),
        (b"a\0", True),
        (b"abc\0", True),
        ("a".encode("utf-32-be"), True),
    ],
)
def test_wide_encodings_are_told_by_mark_or_nuls(data: bytes, wide: bool) -> None:
    assert is_wide(data) is wide


def mess(folder: Path) -> None:
    """Many files of every sort, in folders, some of them broken."""
    for number in range(150):
        place = folder / f"d{number % 7}" / f"f{number}.yaml"
        place.parent.mkdir(exist_ok=True)
        text = [SECRET, CLEAN, f"{SECRET}---\nkind: Secret\na: [\n", f"{SECRET}# ☃ \xff\n", SECRET * 2][number % 5]
        place.write_bytes(text.encode(["utf-8", "utf-16", "latin-1", "utf-32"][number % 4], "replace"))
    (folder / "large.yaml").write_text(SECRET + "#" * 5000)
    (folder / "large.bin").write_bytes(b"\0" * 5000)


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_same_with_any_number_of_processes(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mess(tmp_path)
    selection = Selection((".",), max_bytes=4000)
    alone = list(scan(selection, None))
    assert kinds(alone) == {"Finding", "Problem", "FileDone"}
    assert list(scan(selection, None, jobs=jobs)) == alone
    stdin = SECRET.encode()
    assert list(scan(selection, None, stdin=stdin, jobs=jobs)) == list(scan(selection, None, stdin=stdin))


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 256)
    monkeypatch.setattr(module, "_OVERLAP", 64)


def large(data: bytes) -> bool:
    return large_may_matter(Target("a.yaml", content=data), data[:256], *module._tests("a.yaml"))


@pytest.mark.parametrize(
    "needle", [*ANYWHERE, *IN_MANIFESTS, b"\\x53", b"\\\n", b"!!binary", b"!<tag:yaml.org,2002:%62inary>"]
)
def test_no_word_falls_between_two_pieces(needle: bytes) -> None:
    for offset in range(200, 270):
        for total in (offset + len(needle), 2000):
            data = (b"-" * offset + needle).ljust(total, b"-")
            assert may_matter(data, "a.yaml")
            assert large(data), offset


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_word_falls_between_two_pieces_of_a_wide_file(encoding: str) -> None:
    for offset in range(40, 140):
        assert large(("- ☃" + "-" * offset + "\nkind: Secret\n" + "-" * 300).encode(encoding)), offset
    assert not large(("- ☃" + "-" * 3000).encode(encoding))


def test_a_large_binary_file_does_not_matter() -> None:
    for beginning in (b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftyp", b"\x7fELF\2\1\1\0"):
        assert not large(beginning + bytes(range(256)) * 20 + b"\0" * 5000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("content", [True, False], ids=["standard input", "a file"])
def test_only_a_large_file_that_may_matter_is_a_problem(encoding: str, content: bool, tmp_path: Path) -> None:
    def results(text: str) -> list[object]:
        data = text.encode(encoding)
        if content:
            return list(scan(Selection(max_bytes=1000), None, stdin=data))
        (tmp_path / "a.yaml").write_bytes(data)
        return list(scan(Selection((str(tmp_path / "a.yaml"),), max_bytes=1000), None))

    problem = results("-" * 3000 + SECRET)[0]
    assert isinstance(problem, Problem)
    assert "larger than" in problem.message
    assert kinds(results("-" * 3000)) == {"FileDone"}


def test_a_file_that_went_away_matters(tmp_path: Path) -> None:
    gone = Target("a", str(tmp_path / "gone"))
    assert large_may_matter(gone, b"", may_matter, text_may_matter)
