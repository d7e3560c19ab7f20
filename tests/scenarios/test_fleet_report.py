"""`sealwright fleet report` and `fleet diff` as people run them, on runs of `fleet scan` over real repositories."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pyarrow.parquet
import pytest
from support import OTHER_PLATFORM, Repository, posix_only, program, run_program, scrubbed
from unit.fleet.made_runs import account, fleet, made, severe

from sealwright.finding import Severity
from sealwright.fleet.outputs.registry import FORMATS
from sealwright.fleet.run_folder import RunFolder

VALUE = "correct-horse-battery-staple-7f3a"
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: shop}
stringData:
  password: %s
"""


def repository(folder: Path, *names: str) -> None:
    made_here = Repository.init(folder)
    made_here.write("README.md", "a shop\n")
    made_here.write(".github/CODEOWNERS", "* @all\n/apps/ @shop-team\n")
    for name in names:
        made_here.write(f"apps/{name}.yaml", SECRET % (name, VALUE))
    made_here.commit()


def told(folder: Path, *words: str | Path, code: int) -> bytes:
    result = run_program("sealwright", "fleet", *words, cwd=folder)
    assert result.returncode == code, result.stderr.decode()
    return result.stdout


def scan(folder: Path, run: str, code: int, *words: str) -> bytes:
    options = ("--jobs", "1", "--no-progress", "--cache", folder / "cache", "--run", run)
    return told(folder, "scan", *options, *words, "repositories", code=code)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, with one Secret more in the second."""
    here = tmp_path_factory.mktemp("fleet")
    repository(here / "repositories" / "api", "db")
    repository(here / "repositories" / "web")
    scan(here, "one", 1)
    repository(here / "repositories" / "new", "cache")
    outputs = (f"--output={name}={here / 'scanned'}.{name}" for name in FORMATS)
    scan(here, "two", 1, *outputs)
    return here


def every_file(place: Path) -> list[bytes]:
    return (
        [path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()]
        if place.is_dir()
        else [place.read_bytes()]
    )


READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'


@posix_only
def test_runs_on_a_disk_that_nobody_may_write_to_can_be_read(folder: Path, tmp_path: Path) -> None:
    probe = ["unshare", "-rm", "sh", "-c", READ_ONLY]
    if subprocess.run([*probe, str(tmp_path), "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"{OTHER_PLATFORM}: a disk cannot be made read-only here")
    here = tmp_path / "runs"
    for name in ("one", "two"):
        shutil.copytree(folder / name, here / name)

    def there(*words: str) -> subprocess.CompletedProcess[bytes]:
        command = [*probe, str(here), program("sealwright"), "fleet", *words]
        return subprocess.run(command, env=scrubbed(os.environ), capture_output=True, check=False)

    report = there("report", "--run", "two", "--since", "one", "--format", "json")
    assert report.returncode == 1, report.stderr
    assert report.stdout == told(folder, "report", "--run", "two", "--since", "one", "--format", "json", code=1)
    assert there("diff", "one", "two").stdout == told(folder, "diff", "one", "two", code=1)
    (here / "two" / "run.sqlite-wal").write_bytes(b"the end of a run that was killed")
    stopped = there("report", "--run", "two")
    assert stopped.returncode == 3
    assert b"copy the folder" in stopped.stderr
    assert there("diff", "two", "nowhere").returncode == 3
    assert there("report", "--run", "nowhere").returncode == 2


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_what_the_scan_wrote_and_holds_no_value(folder: Path, name: str, tmp_path: Path) -> None:
    told(folder, "report", "--run", "two", f"--output={name}={tmp_path / 'report'}", code=1)
    written = every_file(tmp_path / "report")
    assert written == every_file(folder / f"scanned.{name}")
    assert any(written)
    for content in written:
        assert VALUE.encode() not in content
        assert base64.b64encode(VALUE.encode()) not in content


def test_the_run_itself_holds_no_value(folder: Path) -> None:
    with closing(RunFolder.open(str(folder / "two"))) as run:
        assert VALUE not in repr(list(run.accounts()))


def test_owners_are_those_of_the_repository(folder: Path) -> None:
    found = json.loads(told(folder, "report", "--run", "two", "--format", "json", code=1))
    assert found["owners"] == {"@shop-team": {"findings": 2, "repositories": 2}}
    assert found["repositories"] == {
        "listed": 3, "done": 3, "missing": 0, "clean": 1, "failing": 2, "with_errors": 0,
    }  # fmt: skip
    rows = pyarrow.parquet.read_table(folder / "scanned.parquet").to_pylist()
    assert {(row["path"], *row["owners"]) for row in rows} == {
        ("apps/db.yaml", "@shop-team"),
        ("apps/cache.yaml", "@shop-team"),
    }


def test_text_says_how_much_and_where(folder: Path) -> None:
    said = told(folder, "report", "--run", "two", code=1).decode()
    assert "2 findings in 2 of 3 repositories: 2 high" in said
    assert "@shop-team" in said
    assert "\x1b" not in said


def test_diff(folder: Path) -> None:
    said = told(folder, "diff", "one", "two", code=1).decode()
    assert "apps/cache.yaml" in said
    assert "apps/db.yaml" not in said
    assert said.endswith("repositories: 1 added\nfindings: 1 new, 0 gone, 0 changed; 1 of them fails\n")
    assert told(folder, "diff", "one", "two", "--exit-zero", code=0).decode() == said
    assert told(folder, "diff", "one", "one", code=0) == b"findings: 0 new, 0 gone, 0 changed\n"
    gone = [json.loads(line) for line in told(folder, "diff", "two", "one", "--format", "jsonl", code=0).splitlines()]
    assert [one["change"] for one in gone] == ["repository-removed"]
    told(folder, "diff", "one", "two", "--severity-threshold", "critical", code=0)


@pytest.mark.parametrize(
    ("accounts", "waiting", "options", "code"),
    [
        ([account("a")], [], (), 0),
        ([account("a")], ["b"], (), 3),
        ([account("a", severe(Severity.HIGH))], ["b"], ("--exit-zero",), 3),
        ([account("a", severe(Severity.HIGH))], [], (), 1),
        ([account("a", severe(Severity.HIGH))], [], ("--exit-zero",), 0),
        ([account("a", severe(Severity.HIGH))], [], ("--severity-threshold", "critical"), 0),
        ([account("a", severe(Severity.INFO))], [], (), 0),
        ([account("a", errors=["no answer"])], [], (), 3),
        ([], [], (), 0),
    ],
)
def test_exit_codes(
    accounts: list[object], waiting: list[str], options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    made(tmp_path / "fleet-run", accounts, waiting=waiting).close()  # type: ignore[arg-type]
    for form in ("text", "json", "html"):
        told(tmp_path, "report", "--format", form, *options, code=code)


def test_an_unfinished_run_says_so(tmp_path: Path) -> None:
    made(tmp_path / "run", fleet()[:2], waiting=["later", "last"]).close()
    said = told(tmp_path, "report", "--run", "run", "--color", "always", code=3).decode()
    assert "unfinished: 2 of 4 repositories not looked at yet" in said
    assert "\x1b[33m" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("report", "--run", "nothing"), b"there is no run in this folder"),
        (("report", "--run", "run", "--since", "nothing"), b"there is no run in this folder"),
        (("report", "--run", "run", "--output", "yaml=x"), b"there is no format `yaml`"),
        (("report", "--run", "run", "--output", "jsonl"), b"--output needs FORMAT=FILE"),
        (("report", "--run", "run", "--output", "jsonl=x", "--output", "csv=./x"), b"two reports would be written"),
        (("diff", "run", "gate"), b"asked different things"),
        (("diff", "run"), b"required: NEW"),
    ],
)
def test_usage(words: tuple[str, ...], message: bytes, tmp_path: Path) -> None:
    with closing(made(tmp_path / "run", fleet()[:1])) as run:
        question = run.question
    made(tmp_path / "gate", [], question._replace(command="gate")).close()
    before = sorted(tmp_path.iterdir())
    result = run_program("sealwright", "fleet", *words, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert message in result.stderr
    assert b"Traceback" not in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_report_while_the_run_goes_on(tmp_path: Path) -> None:
    """Somebody else has the run open, and adds to it."""
    with closing(made(tmp_path / "run", fleet()[:2], waiting=["later"])) as run:
        told(tmp_path, "report", "--run", "run", code=3)
        run.add([(2, account("later"))])
        said = told(tmp_path, "report", "--run", "run", code=1).decode()
    assert "in 1 of 3 repositories" in said


@posix_only
def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    made(tmp_path / "run", [account(f"r{at}", severe(Severity.HIGH, 50)) for at in range(100)]).close()
    made(tmp_path / "old", []).close()
    for words in ("report --run run --format html", "diff old run --format jsonl"):
        command = f"{program('sealwright')} fleet {words} | head -c 10"
        found = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
        assert found.stderr == b""
