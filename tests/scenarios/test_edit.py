"""`sealwright edit` on a real terminal, with editors that do what editors do; nothing of a value stays anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from oracle_kubeseal import kubeseal_path
from support import OTHER_PLATFORM, POSIX_ONLY, Repository, program, run_program, scrubbed
from terminal import Ended, on_terminal
from unit.verify.made import key, manifest, pair, sealed

from sealwright.plaintext import Plaintext
from sealwright.sealing.scheme import encode, seal

SHM = Path("/dev/shm")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason=POSIX_ONLY),
    pytest.mark.skipif(not SHM.is_dir(), reason=f"{OTHER_PLATFORM}: no file system in memory"),
]

CANARY = "Kanarienvogel-4711"


def item(value: bytes, name: str = "db") -> str:
    return encode(seal(key().key.public_key(), Plaintext(value), f"prod/{name}".encode()))


def text() -> str:
    return f"""\
# head
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {{name: db, namespace: prod}}
spec:
  encryptedData:
    # first
    password: {item(CANARY.encode())}
    pem: '{item(b"-----BEGIN-----" + bytes([10]) + b"x" + bytes([10]))}' # behind
    raw: {item(bytes([255]))}
  template:
    type: Opaque
---
{json.dumps(manifest({"a": sealed(name="other")}, name="other"))}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "key.pem").write_bytes(pair()[0])
    repository = Repository.init(tmp_path / "repository")
    repository.write("db.yaml", text())
    repository.commit()
    return repository


@pytest.fixture(autouse=True)
def _nothing_stays() -> object:
    yield
    assert [path for path in SHM.iterdir() if path.name.startswith("sealwright-edit-")] == []


def editor(tmp_path: Path, script: str) -> str:
    """A program that gets the file as $1. It takes its time, so that it looks like a person."""
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\nset -e\n{script}\n")
    path.chmod(0o755)
    return str(path)


def edit(
    repository: Repository,
    script: str,
    *arguments: str,
    typed: bytes = b"",
    meanwhile: Callable[[int, int], None] | None = None,
    env: dict[str, str] | None = None,
) -> Ended:
    tmp_path = repository.path.parent
    environment = scrubbed(os.environ) | {"EDITOR": editor(tmp_path, script)} | (env or {})
    command = [program("sealwright"), "edit", "--private-key", "../key.pem", "db.yaml", "--name", "db", *arguments]
    return on_terminal(*command, cwd=repository.path, env=environment, typed=typed, meanwhile=meanwhile)


def opened(repository: Repository) -> dict[str, str]:
    arguments = ("--private-key", "../key.pem", "db.yaml", "--name", "db", "--string-data")
    secret = yaml.safe_load(run_program("sealwright", "open", *arguments, cwd=repository.path).stdout)
    return {**secret.get("stringData", {}), **secret.get("data", {})}


def items(repository: Repository) -> dict[str, str]:
    found: dict[str, str] = next(iter(yaml.safe_load_all(repository.read("db.yaml"))))["spec"]["encryptedData"]
    return found


def test_only_what_was_changed_is_sealed_again(repository: Repository) -> None:
    old = items(repository)
    script = """sed -i 's/^  password: .*/  password: new/; s/^data:/  added: "1"\\ndata:/' "$1" """
    done = edit(repository, script)
    assert done.code == 0, done.shown
    assert f"changed `password`, added `added`; 2 as before. Sealed with key {key().short}" in done.shown
    new = items(repository)
    assert {name: new[name] for name in ("pem", "raw")} == {name: old[name] for name in ("pem", "raw")}
    assert opened(repository) == {"password": "new", "pem": "-----BEGIN-----\nx\n", "raw": "/w==", "added": "1"}
    assert repository.git("diff", "--numstat").split() == ["2", "1", "db.yaml"]
    assert repository.read(".sealwright.lock").count(b"strict prod/db") == 2


def test_items_can_be_removed(repository: Repository) -> None:
    done = edit(repository, """sed -i '/^data:/,$d' "$1" """)
    assert done.code == 0, done.shown
    assert "removed `raw`; 2 as before" in done.shown
    assert list(opened(repository)) == ["password", "pem"]


def test_an_editor_that_writes_a_new_file(repository: Repository) -> None:
    done = edit(
        repository, """sed 's/^  password: .*/  password: new/' "$1" > "$1~"; mv "$1~" "$1"; cp "$1" "$1.bak" """
    )
    assert done.code == 0, done.shown
    assert opened(repository)["password"] == "new"


QUIET = {
    "nothing changed": ("sleep 1.1", 0, "Nothing was changed."),
    "the file is gone": ('rm "$1"; sleep 1.1', 0, "Nothing was changed."),
    "came back at once": ("true", 2, "tell it to wait until the file is closed"),
    "failed": ('echo x > "$1"; exit 3', 3, "the editor ended with code 3"),
    "killed": ("kill -9 $$", 3, "the editor ended with code -9"),
    "no editor": (None, 2, "no editor is set"),
    "an editor that is not there": ("", 2, "the editor cannot be started"),
    "a quote": ("", 2, "has a quote that is not closed"),
}


@pytest.mark.parametrize("case", QUIET)
def test_nothing_is_changed(case: str, repository: Repository) -> None:
    script, code, words = QUIET[case]
    env = {"no editor": "", "an editor that is not there": "./none", "a quote": "'x"}
    done = edit(repository, script or "", env={"EDITOR": env[case]} if case in env else None)
    assert (done.code, words in done.shown) == (code, True), done.shown
    assert repository.git("status", "--short") == ""


def test_what_cannot_be_read_may_be_edited_again(repository: Repository) -> None:
    count = repository.path.parent / "count"
    script = f"""
    if test -e {count}; then sed -i 's/^  password: .*/  password: "0644"/' "$1"
    else touch {count}; sed -i 's/^  password: .*/  password: 0644/' "$1"; fi"""
    done = edit(repository, script, typed=b"y\n")
    assert done.code == 0, done.shown
    assert "the edited text:10:13: Secret prod/db: stringData.password is a number" in done.shown
    assert opened(repository)["password"] == "0644"


@pytest.mark.parametrize("typed", [b"n\n", b"\x04"])
def test_or_given_up(typed: bytes, repository: Repository) -> None:
    done = edit(repository, """echo 'x: [' >> "$1" """, typed=typed * 60 if typed != b"n\n" else typed)
    assert "does not parse" in done.shown
    assert (done.code, "nothing was changed" in done.shown) == (2, True), done.shown
    assert repository.git("status", "--short") == ""


SIGNALS: dict[str, Callable[[int, int], object]] = {
    "asked to stop": lambda process, _: os.kill(process, signal.SIGTERM),
    "the terminal is gone": lambda process, _: os.kill(process, signal.SIGHUP),
    "Ctrl-C": lambda _, terminal: os.write(terminal, b"\x03"),
}


@pytest.mark.parametrize("case", SIGNALS)
def test_nothing_stays_when_it_is_stopped(case: str, repository: Repository) -> None:
    mark = repository.path.parent / "mark"
    sent: list[float] = []

    def stop(process: int, terminal: int) -> None:
        if mark.exists() and not sent:
            sent.append(time.monotonic())
            SIGNALS[case](process, terminal)

    script = f"""echo x >> "$1"; cp "$1" "$1.swp"; mkdir "$(dirname "$1")/deep"; cp "$1" "$TMPDIR/deep/copy"
    touch {mark}; exec sleep 60"""
    done = edit(repository, script, meanwhile=stop)
    assert done.code == 130, done.shown
    assert repository.git("status", "--short") == ""


def test_an_editor_that_decides_about_ctrl_c_itself(repository: Repository) -> None:
    mark = repository.path.parent / "mark"
    sent: list[int] = []

    def stop(process: int, _terminal: int) -> None:
        if mark.exists() and not sent:
            sent.append(1)
            os.kill(process, signal.SIGINT)

    script = f"""trap '' INT; touch {mark}; sleep 1; sed -i 's/^  password: .*/  password: new/' "$1" """
    done = edit(repository, script, meanwhile=stop)
    assert (done.code, sent) == (0, [1]), done.shown
    assert opened(repository)["password"] == "new"


def test_what_a_killed_run_left_is_wiped_by_the_next(repository: Repository) -> None:
    mark = repository.path.parent / "mark"
    sent: list[int] = []

    def kill(process: int, _terminal: int) -> None:
        if mark.exists() and not sent:
            sent.append(1)
            os.kill(process, signal.SIGKILL)

    done = edit(repository, f"touch {mark}; exec sleep 2", meanwhile=kill)
    assert done.code == -signal.SIGKILL
    assert [path for path in SHM.iterdir() if path.name.startswith("sealwright-edit-")]
    assert edit(repository, "sleep 1.1").code == 0


def test_other_changes_meanwhile_are_kept(repository: Repository) -> None:
    script = (
        f"""sed -i 's/^  password: .*/  password: new/' "$1"; sed -i 's/# head/# HEAD/' {repository.path}/db.yaml"""
    )
    done = edit(repository, script)
    assert done.code == 0, done.shown
    assert repository.read("db.yaml").startswith(b"# HEAD\n")
    assert opened(repository)["password"] == "new"


def test_changes_of_the_same_items_meanwhile_are_not_overwritten(repository: Repository) -> None:
    other = repository.path.parent / "other.yaml"
    other.write_text(text())
    done = edit(
        repository, f"""sed -i 's/^  password: .*/  password: new/' "$1"; cp {other} {repository.path}/db.yaml"""
    )
    assert (done.code, "changed by something else" in done.shown) == (3, True), done.shown
    assert repository.read("db.yaml") == other.read_bytes()


def test_the_right_one_has_to_be_meant(repository: Repository) -> None:
    environment = scrubbed(os.environ) | {"EDITOR": "true"}
    start = (program("sealwright"), "edit", "--private-key", "../key.pem", "db.yaml")
    several = on_terminal(*start, cwd=repository.path, env=environment)
    assert (several.code, "several SealedSecrets could be meant" in several.shown) == (2, True)
    repository.write("db.yaml", text().replace("namespace: prod", "namespace: dev"))
    fails = on_terminal(*start, "--name", "db", cwd=repository.path, env=environment)
    assert (fails.code, "does not open: sealed for prod/db" in fails.shown) == (1, True), fails.shown


def test_a_terminal_is_needed(repository: Repository) -> None:
    arguments = ("--private-key", "../key.pem", "db.yaml")
    done = run_program("sealwright", "edit", *arguments, cwd=repository.path, env={"EDITOR": "true"})
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"edit needs a terminal" in done.stderr


def test_kubeseal_opens_what_was_edited(repository: Repository, tmp_path: Path) -> None:
    kubeseal = kubeseal_path()
    if kubeseal is None:
        pytest.skip("kubeseal is not here")
    import subprocess

    assert edit(repository, """sed -i 's/^  password: .*/  password: new/' "$1" """).code == 0
    command = [kubeseal, "--recovery-unseal", "--recovery-private-key", str(tmp_path / "key.pem")]
    done = subprocess.run(command, input=repository.read("db.yaml"), capture_output=True, check=True)
    assert json.loads(done.stdout)["data"]["password"] == "bmV3"


def test_vim_leaves_nothing_elsewhere(repository: Repository, tmp_path: Path) -> None:
    vim = shutil.which("vim")
    if vim is None:
        pytest.skip("vim is not here")
    home = tmp_path / "home"
    (home / "deep").mkdir(parents=True)
    settings = f"set backup backupdir={home}/deep directory={home}/deep undofile undodir={home}/deep viminfo='10\n"
    (home / ".vimrc").write_text(settings)
    typed = b'/password\ryyp:s/password/copy/\r:s/"Kan/"Van/e\r:wq\r'
    done = edit(repository, "", typed=typed, env={"EDITOR": vim, "HOME": str(home), "TERM": "vt100"})
    assert done.code == 0, done.shown
    assert "added `copy`" in done.shown
    assert [path.name for path in home.rglob("*") if path.is_file()] == [".vimrc"]


def test_no_write_and_no_process_carries_a_value(repository: Repository, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip(f"{OTHER_PLATFORM}: strace is not here")
    log = tmp_path / "log"
    calls = "execve,write,writev,pwrite64,sendto,sendmsg,open,openat,rename"
    script = editor(tmp_path, """sed -i 's/^  pem:.*/  pem: x/; s/^    .*//' "$1" """)
    environment = scrubbed(os.environ) | {"EDITOR": script}
    command = [program("sealwright"), "edit", "--private-key", "../key.pem", "db.yaml", "--name", "db"]
    tracing = [strace, "-f", "-q", "-y", "-xx", "-s", "65535", "-e", f"trace={calls}", "-o", str(log)]
    done = on_terminal(*tracing, *command, cwd=repository.path, env=environment)
    if "ptrace" in done.shown:
        pytest.skip(f"{OTHER_PLATFORM}: processes cannot be traced here")
    assert done.code == 0, done.shown
    lines = [
        re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), line)
        for line in log.read_bytes().splitlines()
    ]
    carrying = [line for line in lines if CANARY.encode() in line]
    assert carrying
    assert [line for line in carrying if not re.search(rb"write\(\d+</dev/shm/sealwright-edit-", line)] == []
    assert CANARY not in done.shown
