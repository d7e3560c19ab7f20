"""Standard streams as they are in the wild: closed, full, cut short, unable to show a character, coloured."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from support import POSIX_ONLY, Repository, program, run_program, scrubbed

pytestmark = pytest.mark.skipif(os.name != "posix", reason=POSIX_ONLY)

VALUE = "correct-horse-" + "battery-staple"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  pässwörd: " + VALUE + "\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("dätei.yaml", SECRET)
    for number in range(100):
        repository.write(f"many/{number}.yaml", SECRET)
    return repository


def shell(repository: Repository, line: str, **env: str) -> tuple[int, str, str]:
    """Run a line of bash in which `$sealwright` is the program."""
    environment = scrubbed(os.environ) | env | {"sealwright": program("sealwright")}
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=repository.path,
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = result.stdout.decode(), result.stderr.decode()
    assert VALUE not in out + err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert "a bug in sealwright" not in err
    return result.returncode, out, err


def test_a_reader_that_leaves(repository: Repository) -> None:
    assert shell(repository, "$sealwright scan | head -1") == (3, "dätei.yaml\n", "")
    assert shell(repository, "$sealwright policy show private-key | true")[2] == ""


@pytest.mark.parametrize(
    "command", ["scan", "scan --format json", "version", "policy list", "policy show private-key", "scan --help"]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk(repository: Repository, command: str, unbuffered: str) -> None:
    code, _, error = shell(repository, f"$sealwright {command} > /dev/full", PYTHONUNBUFFERED=unbuffered)
    if command == "scan --help" and unbuffered:
        assert code in {0, 3}  # argparse hides that it could not print
    else:
        assert code == 3
        assert error.startswith("error: standard output cannot be written: No space left on device\nhint:  ")


def test_a_report_to_a_full_disk_or_nowhere(repository: Repository) -> None:
    for place in ("/dev/full", "no/such/folder/x.json", "many"):
        code, _, error = shell(repository, f"$sealwright scan --output json={place}")
        assert code == 3
        assert f"error: {place}: the report cannot be written: " in error
    assert not Path("/dev/full").is_file()
    assert list(repository.path.glob("**/*.tmp")) == []


def test_a_report_to_a_device_or_through_a_link(repository: Repository) -> None:
    code, out, _ = shell(repository, "$sealwright scan --output json=/dev/stdout > all.txt; cat all.txt")
    assert code == 0
    assert out.startswith("dätei.yaml\n")
    assert json.loads(out[out.index("\n{") :])["version"] == 1
    (repository.path / "link.json").symlink_to("report.json")
    shell(repository, "$sealwright scan --output json=link.json")
    assert (repository.path / "link.json").is_symlink()
    assert json.loads((repository.path / "report.json").read_text(encoding="utf-8"))["version"] == 1


def test_closed_streams(repository: Repository) -> None:
    assert shell(repository, "$sealwright scan >&-")[0] == 1
    assert shell(repository, "$sealwright scan 2>&-")[0] == 1
    assert shell(repository, "$sealwright scan <&-")[0] == 1
    assert shell(repository, "$sealwright scan <&- >&- 2>&-") == (1, "", "")
    assert shell(repository, "$sealwright nonsense 2>&-")[0] == 2
    assert shell(repository, "$sealwright nonsense 2>/dev/full")[0] == 2
    code, _, error = shell(repository, "$sealwright scan - <&-")
    assert code == 2
    assert error.startswith("error: standard input is closed")


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C"}, {"LANG": "C", "PYTHONUTF8": "0"}],
)
def test_consoles_that_cannot_show_everything(repository: Repository, environment: dict[str, str]) -> None:
    repository.write("秘密.yaml", SECRET)
    for command in ("scan", "scan --format github", "scan --format sarif", "scan --format json"):
        result = run_program("sealwright", *command.split(), cwd=repository.path, env=environment)
        assert result.returncode == 1, result.stderr
        assert result.stderr == b""


def test_colour(repository: Repository) -> None:
    for arguments, env, expected in (
        ("", {}, False),
        ("--color always", {}, True),
        ("--color always", {"NO_COLOR": "1"}, True),
        ("--color never", {}, False),
        ("", {"SEALWRIGHT_COLOR": "always"}, True),
    ):
        _, out, _ = shell(repository, f"$sealwright scan {arguments} dätei.yaml", **env)
        assert ("\x1b[" in out) is expected, (arguments, env)


@pytest.mark.parametrize(
    ("env", "expected"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_colour_and_width_on_a_terminal(repository: Repository, env: dict[str, str], expected: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [program("sealwright"), "scan", "many/1.yaml"],
        cwd=repository.path,
        env=scrubbed(os.environ) | env,
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    out = b""
    try:
        while chunk := os.read(leader, 4096):
            out += chunk
    except OSError:
        pass  # the other end is closed
    assert process.wait() == 1
    assert (b"\x1b[" in out) is expected
    assert VALUE.encode() not in out
