"""A checkout is that of a fresh clone, whatever anybody says about running something, and leaves no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from support import Repository, posix_only, scrubbed

from sealwright.errors import SealwrightError
from sealwright.fleet import checkouts
from sealwright.fleet.checkouts import PREFIX, borrowed, checked_out

RUNS = "import pathlib, sys; pathlib.Path({place!r}).write_text('ran'); sys.stdout.write(sys.stdin.read())"


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    checkouts._sweep.cache_clear()  # once for each process, and these tests are one
    yield
    assert list((tmp_path / "tmp").glob(f"{PREFIX}*")) == []


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.init(tmp_path / "source")
    made.write("apps/db.yaml", "kind: Secret\n")
    made.commit()
    return made


def fingerprint(folder: Path) -> str:
    """Every name, kind, mode and content below a folder, .git and all."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        digest.update(f"{path.relative_to(folder)}\0{about.st_mode}\0".encode("utf-8", "surrogateescape"))
        if path.is_symlink():
            digest.update(os.readlink(path).encode())
        elif path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def head(repository: Repository) -> str:
    return repository.git("rev-parse", "HEAD")


def test_it_has_the_files_of_the_commit_and_the_source_stays_as_it_was(repository: Repository) -> None:
    repository.write("apps/db.yaml", "not committed\n")
    repository.write("new.yaml", "not committed\n")
    before = fingerprint(repository.path)
    with checked_out(str(repository.path), head(repository)) as checkout:
        assert Path(checkout.root, "apps", "db.yaml").read_text() == "kind: Secret\n"
        assert not Path(checkout.root, "new.yaml").exists()
        assert checkout.git("status", "--porcelain") == b""
        assert os.stat(os.path.dirname(checkout.root)).st_mode & 0o077 == 0
        Path(checkout.root, "apps", "db.yaml").write_text("changed\n")
        checkout.git("add", "--all")
        checkout.git("write-tree")
    assert fingerprint(repository.path) == before


@posix_only
def test_nothing_is_run_that_the_repository_or_the_user_names(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {name: tmp_path / f"ran-{name}" for name in ("local", "global", "home", "hook")}
    commands = {}
    for name, place in places.items():
        (tmp_path / f"{name}.py").write_text(RUNS.format(place=str(place)))
        commands[name] = f"{sys.executable} {tmp_path / name}.py"
    repository.write(".gitattributes", "*.yaml filter=evil\n*.txt filter=home\n")
    repository.write("a.txt", "text\n")
    repository.write(".gitmodules", '[submodule "s"]\n\tpath = s\n\turl = ../elsewhere\n')
    repository.add()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s")
    repository.git("commit", "--quiet", "--message", "Attributes and a submodule")
    hook = repository.write(".git/hooks/post-checkout", f"#!/bin/sh\n{commands['hook']} < /dev/null\n")
    hook.chmod(0o755)
    for key in ("filter.evil.smudge", "filter.evil.clean", "core.fsmonitor"):
        repository.git("config", key, commands["local"])
    configuration = tmp_path / "gitconfig"
    configuration.write_text(f'[filter "evil"]\n\tsmudge = {commands["global"]}\n\trequired = true\n')
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[filter "home"]\n\tsmudge = {commands["home"]}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("HOME", str(home))
    with checked_out(str(repository.path), head(repository)) as checkout:
        assert Path(checkout.root, "apps", "db.yaml").read_text() == "kind: Secret\n"
        assert list(Path(checkout.root, "s").iterdir()) == []
    assert [name for name, place in places.items() if place.exists()] == []


def bare(repository: Repository, folder: Path) -> Path:
    repository.git("clone", "--quiet", "--bare", ".", folder / "bare.git")
    return folder / "bare.git"


def shallow(repository: Repository, folder: Path) -> Path:
    repository.write("more.yaml", "a: b\n")
    repository.commit()
    repository.git("clone", "--quiet", "--depth=1", repository.path.as_uri(), folder / "shallow")
    return folder / "shallow"


def worktree(repository: Repository, folder: Path) -> Path:
    repository.git("worktree", "add", "--quiet", folder / "tree", "-b", "other")
    return folder / "tree"


def quoted(repository: Repository, folder: Path) -> Path:
    strange = folder / 'a "quoted"\nname'
    repository.git("clone", "--quiet", "--bare", ".", strange)
    return strange


@posix_only
@pytest.mark.parametrize("form", [bare, shallow, worktree, quoted])
def test_it_is_made_of_every_kind_of_repository(form: object, repository: Repository, tmp_path: Path) -> None:
    source = form(repository, tmp_path)  # type: ignore[operator]
    with checked_out(str(source), head(repository)) as checkout:
        assert Path(checkout.root, "apps", "db.yaml").read_text() == "kind: Secret\n"
        checkout.git("log", "--oneline", "HEAD")


def test_a_commit_that_is_not_there_is_an_error_and_leaves_nothing(repository: Repository) -> None:
    with pytest.raises(SealwrightError, match="git checkout failed"), checked_out(str(repository.path), "1" * 40):
        pass


def test_what_lacks_an_object_says_how_to_get_it(repository: Repository) -> None:
    oid = repository.git("rev-parse", "HEAD:apps/db.yaml")
    (repository.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(SealwrightError) as caught, checked_out(str(repository.path), head(repository)):
        pass
    assert "partial clone" in caught.value.hint


@posix_only
def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(
    repository: Repository, tmp_path: Path
) -> None:
    program = (
        "import sys, tempfile, time\n"
        "from sealwright.fleet.checkouts import borrowed\n"
        f"tempfile.tempdir = {str(tmp_path / 'tmp')!r}\n"
        f"with borrowed({str(repository.path)!r}) as checkout:\n"
        "    print(checkout.root, flush=True)\n"
        "    time.sleep(60)\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=scrubbed(os.environ))
        for _ in range(2)
    ]
    try:
        first, second = (Path(process.stdout.readline().strip()) for process in processes if process.stdout)
        stranger = tmp_path / "tmp" / f"{PREFIX}link"
        stranger.symlink_to(repository.path)
        processes[0].send_signal(signal.SIGKILL)
        processes[0].wait()
        with borrowed(str(repository.path)):
            assert not first.parent.exists()
            assert second.is_dir()
            assert stranger.is_symlink()
        stranger.unlink()
    finally:
        for process in processes:
            process.terminate()
            process.communicate()
    checkouts._sweep.cache_clear()
    with borrowed(str(repository.path)):
        assert not second.parent.exists()
