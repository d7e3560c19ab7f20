"""Every exit code of the installed program, and what it says with each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import NOT_AS_ROOT, Repository, posix_only, run_program, scrubbed

from sealwright.sealing.keys import generate_keypair

VALUE = "correct-horse-" + "battery-staple"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: shop}}
stringData:
  password: {VALUE}
"""
BROKEN = "apiVersion: v1\nkind: Secret\nmetadata: {name: x\nstringData: [\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("apps/db.yaml", SECRET)
    repository.write("apps/clean.yaml", "a: 1\n")
    repository.commit()
    return repository


def scan(repository: Repository, *arguments: str, **env: str) -> tuple[int, str, str]:
    result = run_program("sealwright", "scan", *arguments, cwd=repository.path, env=env)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert VALUE not in out + err
    assert "Traceback" not in out + err
    return result.returncode, out, err


def test_clean_says_nothing(repository: Repository) -> None:
    assert scan(repository, "apps/clean.yaml") == (0, "", "")


def test_findings_and_how_not_to_fail_for_them(repository: Repository) -> None:
    assert scan(repository)[0] == 1
    assert scan(repository, "--exit-zero")[0] == 0
    assert scan(repository, "--severity-threshold", "high")[0] == 1
    assert scan(repository, "--severity-threshold", "critical")[0] == 0


UNREADABLE = {
    "cut off": '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"x',
    "never closed": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nx: [\n",
    "an open quote": 'apiVersion: v1\nkind: Secret\ntype: "Opaque\n',
    "after the value": "apiVersion: v1\nkind: Secret\nstringData: {password: hunter2Secretx\n",
    "no UTF-8": b"apiVersion: v1\nkind: Secret\nstringData: {password: \xff}\n",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_manifest_that_cannot_be_read_is_never_clean(repository: Repository, content: str | bytes) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    (repository.path / "f.yaml").write_bytes(data)
    (repository.path / "secret").write_bytes(data)
    codes = {
        (command, place): run_program(
            "sealwright", command, place, cwd=repository.path, stdin=data if place == "-" else None
        ).returncode
        for command in ("scan", "gate")
        for place in ("-", "f.yaml", *(["secret"] if isinstance(content, str) else []))
    }
    assert set(codes.values()) == {3}, codes


@pytest.mark.parametrize("command", ["scan", "verify", "gate", "inventory"])
def test_an_empty_standard_input_is_not_clean(repository: Repository, command: str) -> None:
    options = ["--certificate", "c.pem"] if command == "verify" else []
    repository.write("c.pem", generate_keypair(bits=2048)[1].decode())
    result = run_program("sealwright", command, *options, "-", cwd=repository.path, stdin=b"\n")
    assert result.returncode == 3
    assert b"there is nothing on standard input" in result.stderr + result.stdout


def test_what_could_not_be_checked_beats_findings(repository: Repository) -> None:
    repository.write("apps/broken.yaml", BROKEN)
    code, out, _ = scan(repository)
    assert code == 3
    assert "not everything was checked" in out
    assert scan(repository, "--exit-zero")[0] == 3


@posix_only
def test_a_file_that_cannot_be_read(repository: Repository) -> None:
    if os.geteuid() == 0:
        pytest.skip(NOT_AS_ROOT)
    repository.write("apps/closed.yaml", SECRET).chmod(0)
    assert scan(repository)[0] == 3


@posix_only
def test_a_pipe_is_not_waited_for(repository: Repository) -> None:
    os.mkfifo(repository.path / "pipe.yaml")
    code, out, _ = scan(repository, "pipe.yaml")
    assert code == 3
    assert "not a regular file" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: COMMAND"),
        (("hunter2",), "must be one of"),
        (("scan", "--hunter=hunter2"), "unknown option --hunter\n"),
        (("scan", "-xhunter2"), "unknown option -x\n"),
        (("scan", "--severity-threshold", "hunter2"), "must be one of"),
        (("scan", "--exit-zero=hunter2"), "takes no value"),
        (("scan", "--depth", "hunter2"), "must be a whole number"),
        (("scan", "--output", "hunter2"), "--output needs FORMAT=FILE"),
        (("policy", "show", "hunter2"), "there is no such rule"),
        (("version", "hunter2"), "too many arguments"),
        (("scan", "no/such/file"), "no/such/file: no such file or folder"),
        (("scan", "--config", "no/such/file"), "no/such/file: no such file"),
        (("verify",), "nothing to verify with"),
        (("seal", "apps/db.yaml"), "no certificate to seal with"),
    ],
)
def test_usage(repository: Repository, arguments: tuple[str, ...], said: str) -> None:
    result = run_program("sealwright", *arguments, cwd=repository.path)
    error = result.stderr.decode()
    assert result.returncode == 2
    assert error.startswith("error: ")
    assert said in error
    assert "\nhint:  " in error
    assert "hunter2" not in error
    assert result.stdout == b""


def test_an_unknown_key_of_the_configuration_suggests_the_nearest(repository: Repository) -> None:
    repository.write(".sealwright.yaml", "cluster:\n  prod: {}\n")
    code, _, error = scan(repository)
    assert code == 2
    assert "unknown key `cluster`" in error
    assert "did you mean `clusters`?" in error


@posix_only
@pytest.mark.parametrize("command", [("scan", "-"), ("scan", "--format", "json", "-")])
def test_interrupted(repository: Repository, command: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *command],
        cwd=repository.path,
        env=scrubbed(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdin.write(SECRET.encode())
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, error) == (b"", b"\ninterrupted: nothing was left half done\n")


# Says when it waits for standard input; whatever else the program does is its own.
INTERRUPTIBLE = """
import sys
from sealwright.cli import main
from sealwright.cli.commands import scan
before = scan.read_stdin
def waiting(selection):
    print("ready", flush=True)
    return before(selection)
scan.read_stdin = waiting
sys.exit(main(sys.argv[1:]))
"""

BUG = f"""
import sys
import sealwright.run.scan as module
def broken(*arguments, **options):
    value = "{VALUE}"
    try:
        int(value)
    except ValueError as error:
        raise RuntimeError(value) from error
module.scan_bytes = broken
from sealwright.cli import main
sys.exit(main(["scan"]))
"""


def test_a_bug_of_ours_is_reported_without_what_was_read(repository: Repository) -> None:
    result = subprocess.run(
        [sys.executable, "-c", BUG], cwd=repository.path, env=scrubbed(os.environ), capture_output=True, check=False
    )
    error = result.stderr.decode()
    assert result.returncode == 3
    assert error.startswith("error: a bug in sealwright")
    assert "builtins.RuntimeError" in error
    assert "builtins.ValueError" in error
    assert "cli/commands/scan.py" in error
    assert VALUE not in error
    assert str(repository.path) not in error
    assert result.stdout == b""


def test_paths_are_relative_to_the_root_and_the_fix_to_the_current_folder(repository: Repository) -> None:
    certificate = "clusters:\n  prod: {certificate: c.pem, fingerprint: 'sha256:" + "a" * 64 + "'}\n"
    repository.write(".sealwright.yaml", certificate)
    (repository.path / "sub").mkdir()
    result = run_program("sealwright", "scan", cwd=repository.path / "sub")
    lines = result.stdout.decode().splitlines()
    assert result.returncode == 1
    assert lines[0] == "apps/db.yaml"
    assert lines[2].split(maxsplit=1) == ["fix", "sealwright seal --in-place --certificate prod ../apps/db.yaml"]


def test_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "db.yaml").write_text(SECRET, encoding="utf-8")
    result = run_program("sealwright", "scan", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith(b"db.yaml\n")
    result = run_program("sealwright", "scan", "--staged", cwd=tmp_path)
    assert result.returncode == 2


def test_more_processes_than_cores_are_not_started(repository: Repository) -> None:
    assert scan(repository, "--jobs", "999999999999")[0] == 1
