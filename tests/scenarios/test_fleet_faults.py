"""What goes wrong while many repositories are asked: clients, workers, repositories and disks that fail.

Each run that ends has found the same as one that nothing happened to, to the byte; what could not be looked at is told.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from dask_cluster import Cluster, cluster, kill
from fleet_runs import Ended, Run, wait_until
from support import NOT_AS_ROOT, POSIX_ONLY, Repository

from benchmarks.fleets.contents import CANARY_FORMS
from benchmarks.fleets.fleet import write_fleet
from benchmarks.fleets.plain_loop import plain_loop

posix_only = pytest.mark.skipif(os.name == "nt", reason=POSIX_ONLY)

REPOSITORIES = 30
DYING = "grim"
"""A file of this name kills every worker that looks at it."""

PRELOAD = f"""
import os, shutil
import sealwright.fleet.scanning as scanning
import sealwright.fleet.survey as survey

if not hasattr(scanning, "real"):  # Dask loads this file twice
    scanning.real, survey.real = scanning.look, survey.places

def look_and_die(parts, scope):
    os.write(2, b"words of a worker\\n")
    paths = [path for part in parts for piece in part.pieces for path, *_ in piece.places]
    if any(path.endswith({DYING!r}) for path in paths):
        os._exit(1)
    return scanning.real(parts, scope)

def places_and_vanish(surveyed, scope):
    found = survey.real(surveyed, scope)
    for seen in surveyed:
        if seen.member.name == os.environ.get("VANISHING"):
            shutil.rmtree(seen.member.location)
    return found

scanning.look, survey.places = look_and_die, places_and_vanish
"""
"""Goes into workers the way that Dask has for it."""


class Undisturbed(NamedTuple):
    """A fleet, and a run of it in one process without Dask."""

    fleet: Path
    run: Run
    ended: Ended

    @property
    def findings(self) -> bytes:
        return self.run.findings.read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("fleet")
    write_fleet(folder / "fleet", REPOSITORIES, seed=5)
    run = Run(folder / "undisturbed", folder / "fleet", "--jobs", "1")
    ended = run()
    assert ended.code == 1, ended.said
    return Undisturbed(folder / "fleet", run, ended)


@pytest.fixture
def preload(tmp_path: Path) -> Mapping[str, str]:
    """Variables by which Dask loads it into each worker that is started here."""
    file = tmp_path / "preload.py"
    file.write_text(PRELOAD, encoding="utf-8")
    return {"DASK_DISTRIBUTED__WORKER__PRELOAD": json.dumps([str(file)])}


def equal(run: Run, ended: Ended, undisturbed: Undisturbed) -> None:
    assert ended.code == 1, ended.said
    assert run.findings.read_bytes() == undisturbed.findings
    assert ended.summary is not None
    assert undisturbed.ended.summary is not None
    for figure in ("failing", "files", "documents", "contents", "repositories", "rules"):
        assert ended.summary[figure] == undisturbed.ended.summary[figure], figure


def failed(run: Run) -> dict[str, list[Mapping[str, Any]]]:
    return {line["repository"]: line["errors"] for line in run.lines() if line["errors"]}


def findings_but(undisturbed: Undisturbed, *repositories: str) -> bytes:
    lines = undisturbed.findings.splitlines(keepends=True)
    return b"".join(line for line in lines if json.loads(line)["repository"] not in repositories)


def test_a_plain_loop_finds_the_same(undisturbed: Undisturbed) -> None:
    lines = undisturbed.run.lines()
    findings: dict[str, list[Any]] = {line["repository"]: [] for line in lines}
    for text in undisturbed.findings.splitlines():
        finding = json.loads(text)
        del finding["owners"], finding["history"]["first_day"], finding["history"]["last_day"]
        findings[finding.pop("repository")].append(finding)
    assert len(lines) == REPOSITORIES
    names = (f"{name}.git" for name in findings)
    for line, (name, alone) in zip(lines, plain_loop(undisturbed.fleet, names), strict=True):
        assert findings[line["repository"]] == alone["findings"], name
        assert {what: line[what] for what in ("files", "documents")} == {
            what: alone["summary"][what] for what in ("files", "documents")
        }


@posix_only
@pytest.mark.parametrize(
    ("number", "jobs"), [(signal.SIGKILL, "1"), (signal.SIGKILL, "2"), (signal.SIGINT, "1"), (signal.SIGINT, "2")]
)
def test_a_client_that_dies_goes_on(undisturbed: Undisturbed, tmp_path: Path, number: int, jobs: str) -> None:
    import psutil  # type: ignore[import-untyped]

    run = Run(tmp_path / "run", "--jobs", jobs)
    process = run.start(undisturbed.fleet)
    wait_until(lambda: run.done() > 0 or run.looked() > 0, process)
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, number)
    process.wait(60)
    done = run.done()
    assert done < REPOSITORIES
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    ended = run("--resume")
    equal(run, ended, undisturbed)
    assert run.done() == REPOSITORIES


@posix_only
def test_a_worker_of_a_cluster_dies(undisturbed: Undisturbed, tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as started:
        run = Run(tmp_path / "run", undisturbed.fleet, "--scheduler", started.address)
        process = run.start()
        wait_until(lambda: run.looked() > 0, process)
        kill(started.workers[0])
        equal(run, run.finish(process), undisturbed)
        silent(tmp_path, started)


@posix_only
def test_a_scheduler_that_dies_is_told_and_gone_on_from(undisturbed: Undisturbed, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with cluster(tmp_path / "first") as first:
        process = run.start(undisturbed.fleet, "--scheduler", first.address)
        wait_until(lambda: run.looked() > 0, process)
        kill(first.scheduler)
        ended = run.finish(process)
    assert ended.code == 3
    assert "scheduler does not answer any more" in ended.said
    assert "--resume" in ended.said
    assert run.done() < REPOSITORIES
    with cluster(tmp_path / "second") as second:
        equal(run, run("--resume", "--scheduler", second.address), undisturbed)
    silent(tmp_path, second)


def silent(folder: Path, started: Cluster | None = None) -> None:
    """No planted value is in anything below the folder, however it is kept, nor in the name of a file."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if started is not None:
        assert any(path.parent == started.folder for path in files)
    kept = [(path, path.read_bytes()) for path in files if "fleet" not in path.relative_to(folder).parts]
    kept += [(state, account) for state in folder.rglob("run") for account in Run(state.parent).accounts()]
    for path, data in [*kept, *((path, str(path).encode()) for path in files)]:
        assert not [form for form in CANARY_FORMS if form.encode() in data], path


def test_no_value_is_kept(undisturbed: Undisturbed) -> None:
    assert undisturbed.run.looked() > 0
    assert len(list(undisturbed.run.accounts())) == REPOSITORIES
    silent(undisturbed.run.folder)


@pytest.fixture
def copy(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """The fleet, to be changed."""
    return Path(shutil.copytree(undisturbed.fleet, tmp_path / "fleet"))


def leaky(undisturbed: Undisturbed) -> str:
    """A repository with findings."""
    return next(str(line["repository"]) for line in undisturbed.run.lines() if line["failing"])


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_broken_repository_is_reported(undisturbed: Undisturbed, copy: Path, tmp_path: Path, jobs: str) -> None:
    name = leaky(undisturbed)
    for pack in (copy / f"{name}.git" / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o600)
        data = pack.read_bytes()
        pack.unlink()  # the file may be linked to others
        pack.write_bytes(data[:12] + bytes(len(data) - 12))
    run = Run(tmp_path / "run", copy, "--jobs", jobs)
    assert run().code == 3
    assert list(failed(run)) == [name]
    assert run.findings.read_bytes() == findings_but(undisturbed, name)


@posix_only
def test_a_repository_that_vanishes_is_reported(
    undisturbed: Undisturbed, copy: Path, tmp_path: Path, preload: Mapping[str, str]
) -> None:
    name = leaky(undisturbed)
    run = Run(tmp_path / "run", copy, "--jobs", "2")
    assert run(env={**preload, "VANISHING": name}).code == 3
    assert list(failed(run)) == [name]
    assert run.findings.read_bytes() == findings_but(undisturbed, name)


@posix_only
def test_a_content_that_kills_workers_is_reported(tmp_path: Path, preload: Mapping[str, str]) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: hunter2-7Qz\n"
    for name in ("bad", "good"):
        repository = Repository.init(tmp_path / "few" / name)
        repository.write(f"{name}.yaml", secret + f"# {name}\n")
        if name == "bad":
            repository.write(DYING, "password: 1\n")
        repository.commit()
    run = Run(tmp_path / "run", tmp_path / "few", "--jobs", "2")
    ended = run(env=preload)
    assert ended.code == 3, ended.said
    assert {name: [error["path"] for error in errors] for name, errors in failed(run).items()} == {"bad": [DYING]}
    assert [line["failing"] for line in run.lines()] == [1, 1]
    assert "words of a worker" not in ended.said


def add(repository: Path, path: str, data: bytes) -> None:
    """A commit on top of `main` that brings a file."""
    stream = b"commit refs/heads/main\ncommitter A <a@example.com> 1900000000 +0000\ndata 1\nx\n"
    stream += b"from refs/heads/main^0\nM 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
    Repository(repository).git("fast-import", "--quiet", stdin=stream)


def test_only_new_contents_are_looked_at_again(undisturbed: Undisturbed, copy: Path, tmp_path: Path) -> None:
    cache = Path(shutil.copytree(undisturbed.run.cache, tmp_path / "cache"))
    nothing_new = Run(tmp_path / "second", copy, "--jobs", "1", cache=cache)
    ended = nothing_new()
    equal(nothing_new, ended, undisturbed)
    assert ended.summary is not None
    assert ended.summary["fresh"] == 0
    name = leaky(undisturbed)
    add(copy / f"{name}.git", "new/readme.md", b"a new file\n")
    one_new = Run(tmp_path / "third", copy, "--jobs", "2", cache=cache)
    ended = one_new()
    assert ended.summary is not None
    assert ended.summary["fresh"] == 1
    assert {line["repository"]: line["fresh"] for line in one_new.lines() if line["fresh"]} == {name: 1}


OTHER_VERSION = """
import sys, sealwright
sealwright.__version__ = "99.0"
from sealwright.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_what_another_version_found_is_not_taken(undisturbed: Undisturbed, tmp_path: Path) -> None:
    cache = Path(shutil.copytree(undisturbed.run.cache, tmp_path / "cache"))
    run = Run(tmp_path / "run", undisturbed.fleet, "--jobs", "1", cache=cache)
    ended = run(before=[sys.executable, "-c", OTHER_VERSION])
    equal(run, ended, undisturbed)
    assert ended.summary is not None
    assert undisturbed.ended.summary is not None
    assert ended.summary["fresh"] == undisturbed.ended.summary["fresh"] > 0


FULL_DISK = """
import sqlite3, sys
connect = sqlite3.connect

def small(place, *arguments, **options):
    connection = connect(place, *arguments, **options)
    if "/cache/" in str(place):
        connection.execute("pragma max_page_count = 4")
    return connection

sqlite3.connect = small
from sealwright.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_disk_that_is_full_costs_the_cache_alone(undisturbed: Undisturbed, tmp_path: Path) -> None:
    run = Run(tmp_path / "run", undisturbed.fleet, "--jobs", "1")
    ended = run(before=[sys.executable, "-c", FULL_DISK])
    equal(run, ended, undisturbed)
    assert "the cache could not be written" in ended.said


@posix_only
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason=NOT_AS_ROOT)
def test_a_cache_that_is_read_only_is_used(undisturbed: Undisturbed, tmp_path: Path) -> None:
    cache = Path(shutil.copytree(undisturbed.run.cache, tmp_path / "cache"))
    for path in (*cache.iterdir(), cache):
        path.chmod(0o500 if path == cache else 0o400)
    run = Run(tmp_path / "run", undisturbed.fleet, "--jobs", "1", cache=cache)
    ended = run()
    cache.chmod(0o700)
    equal(run, ended, undisturbed)
    assert ended.summary is not None
    assert ended.summary["fresh"] == 0


@pytest.mark.parametrize("damage", ["text", "cut", "middle", "empty", "values"])
def test_a_damaged_cache_changes_nothing(undisturbed: Undisturbed, tmp_path: Path, damage: str) -> None:
    cache = Path(shutil.copytree(undisturbed.run.cache, tmp_path / "cache"))
    for file in cache.glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("pragma wal_checkpoint(truncate)")
            if damage == "values":
                connection.execute("update result set value = x'7b7d' where length(value) > 0")
        data = file.read_bytes()
        damaged = {
            "text": b"not a database\n" * 500,
            "cut": data[: len(data) // 2],
            "middle": data[:4096] + b"\xff" * (len(data) - 8192) + data[-4096:],
            "empty": b"",
        }
        file.write_bytes(damaged.get(damage, data))
    run = Run(tmp_path / "run", undisturbed.fleet, "--jobs", "1", cache=cache)
    equal(run, run(), undisturbed)


def test_two_runs_share_a_cache_at_the_same_time(undisturbed: Undisturbed, tmp_path: Path) -> None:
    runs = [Run(tmp_path / name, undisturbed.fleet, "--jobs", "1", cache=tmp_path / "cache") for name in "ab"]
    processes = [run.start() for run in runs]
    for run, process in zip(runs, processes, strict=True):
        equal(run, run.finish(process), undisturbed)
