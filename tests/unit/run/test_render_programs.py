"""Programs that render are shut in, whatever they are: here they are scripts that try to get out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import posix_only

from sealwright.run.limited import Finished
from sealwright.run.render.failures import failure_of
from sealwright.run.render.programs import program_path, run_shut_in

pytestmark = posix_only
SECRET = "correct-horse"


def script(text: str, folder: Path, **limits: float) -> Finished:
    return run_shut_in([sys.executable, "-I", "-c", text], str(folder), **limits)  # type: ignore[arg-type]


def test_nothing_of_the_callers_environment_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh")
    monkeypatch.setenv("HELM_PLUGINS", str(tmp_path))
    done = script("import json, os; print(json.dumps(dict(os.environ)))", tmp_path)
    environment = json.loads(done.output)
    assert SECRET not in done.output.decode()
    assert "GIT_SSH_COMMAND" not in environment
    for name in ("PATH", "HOME", "HELM_PLUGINS", "XDG_CONFIG_HOME", "TMPDIR"):
        assert not os.path.exists(environment[name]), name
    assert environment["KUBECONFIG"] == os.devnull


def test_it_cannot_start_git(tmp_path: Path) -> None:
    done = script("import shutil; print(shutil.which('git'))", tmp_path)
    assert done.output.strip() == b"None"


def can_be_set_apart() -> bool:
    unshare = program_path("unshare", "")
    command = [unshare, "--user", "--map-root-user", "--net", "--", sys.executable, "-c", ""]
    return bool(unshare) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_it_reaches_no_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        reached = script(text, tmp_path).code == 0
        by_proxy = f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=5)"
        assert script(by_proxy, tmp_path).code != 0
    assert reached is not can_be_set_apart()


def test_it_is_stopped_with_what_it_started_when_it_takes_too_long(tmp_path: Path) -> None:
    child = "import time; time.sleep(3); open('late', 'w')"
    text = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    before = time.monotonic()
    done = script(text, tmp_path, seconds=1)
    assert "took longer" in done.stopped
    assert done.output == b""
    time.sleep(max(0.0, before + 4.5 - time.monotonic()))
    assert not (tmp_path / "late").exists()


def test_it_is_stopped_when_it_writes_too_much(tmp_path: Path) -> None:
    done = script("import sys\nwhile True: sys.stdout.write('x' * 65536)", tmp_path, most=1_000_000)
    assert "wrote more" in done.stopped
    assert done.output == b""


def test_a_flood_of_words_does_not_stop_it(tmp_path: Path) -> None:
    done = script("import sys\nfor _ in range(200): sys.stderr.write('y' * 65536)\nprint('done')", tmp_path)
    assert (done.code, done.output, done.stopped) == (0, b"done\n", "")
    assert len(done.errors) <= 65536


@pytest.mark.skipif(sys.platform != "linux", reason="another platform is needed")
def test_it_has_only_so_much_memory(tmp_path: Path) -> None:
    done = script("import time; time.sleep(0.5); x = bytearray(3 * 1024 ** 3); print(len(x))", tmp_path)
    assert done.code != 0
    assert done.output == b""


def test_programs_are_looked_for_on_the_path_but_not_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "repository" / "bin", tmp_path / "bin"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
        (folder / "kustomize").write_text("#!/bin/sh\n")
        (folder / "kustomize").chmod(0o755)
    (outside / "helm").write_text("")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "kustomize").symlink_to(inside / "kustomize")
    root = str(tmp_path / "repository")
    monkeypatch.setenv("PATH", os.pathsep.join(["", "bin", ".", str(inside), str(linked), str(outside)]))
    monkeypatch.chdir(tmp_path / "repository")
    assert program_path("kustomize", root) == str(outside / "kustomize")
    assert program_path("kustomize", "") == str(inside / "kustomize")
    assert program_path("helm", root) == ""  # it cannot be executed


WORDS = {
    "nothing known": (f"error: {SECRET} is wrong", "exit code 1"),
    "a patch": (f"Error: trouble configuring builtin PatchTransformer: `password: {SECRET}`: yaml: x", "is not YAML"),
    "fail in a chart": (f"Error: execution error at (c/templates/db.yaml:3:4): {SECRET}", "refuses its values"),
    "another place": (f"parse error at ({SECRET}.yaml:3)", "does not parse"),
    "twice the same": (f"may not add resource with an already registered id: Secret.v1.[noGrp]/{SECRET}", "two of its"),
}


@pytest.mark.parametrize(("words", "expected"), WORDS.values(), ids=WORDS.keys())
def test_words_of_programs_are_not_repeated(words: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "db.yaml").write_text("")
    failure = failure_of(Finished(1, b"", words.encode()), "helm", str(tmp_path), "helm template NAME c")
    assert expected in failure.message
    assert SECRET not in str(failure)
    assert failure.place in {"", "templates/db.yaml:3"}
    assert bool(failure.place) is ("templates/db.yaml" in words)
    assert SECRET not in repr(Finished(1, SECRET.encode(), words.encode()))
