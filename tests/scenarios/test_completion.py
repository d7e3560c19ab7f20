"""Completion, tried in the shells themselves: what is typed, the Tab key, and what stands there then."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import posix_only, program, run_program, scrubbed
from terminal import on_terminal

COMPLETED = [
    ("sealwright gat", "sealwright gate"),
    ("sealwright cluster che", "sealwright cluster check"),
    ("sealwright --he", "sealwright --help"),
    ("sealwright convert --worklis", "sealwright convert --worklist"),
    ("sealwright gate --severity-threshold cri", "sealwright gate --severity-threshold critical"),
    ("sealwright scan --staged --format sarif-", "sealwright scan --staged --format sarif-github"),
    ("sealwright scan --format=sarif-", "sealwright scan --format=sarif-github"),
    ("sealwright gate --pack pci", "sealwright gate --pack pci-dss-4.0.1"),
    ("sealwright policy show secret-str", "sealwright policy show secret-string-data"),
    ("sealwright policy export --rule WRK00", "sealwright policy export --rule WRK00"),
    ("sealwright init --ci codec", "sealwright init --ci codecatalyst"),
    ("sealwright scan --output juni", "sealwright scan --output junit"),
    ("sealwright scan --output junit=rep", "sealwright scan --output junit=report.xml"),
    ("sealwright scan man", "sealwright scan manifest.yaml"),
    ("sealwright verify --certificate ./man", "sealwright verify --certificate ./manifest.yaml"),
    # Must not: nobody can guess these, and a file would be wrong.
    ("sealwright gate --base man", "sealwright gate --base man"),
    ("sealwright demo man", "sealwright demo man"),
    ("sealwright completion man", "sealwright completion man"),
]
SHELLS = ("bash", "zsh", "fish")
BASH = """\
source {script}
show() {{ printf '%s' "$READLINE_LINE" > {line}; exit; }}
bind -x '"\\C-g": show'
bind 'set bell-style none'
PS1='ready> '
"""
ZSH = """\
autoload -Uz compinit && compinit -u -d {folder}/dump
source {script}
show() {{ print -rn -- "$BUFFER" > {line}; exit }}
zle -N show && bindkey '^G' show && bindkey '^I' complete-word
unsetopt beep
PS1='ready> '
"""


def shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each shell's script, written to a file."""
    folder = tmp_path_factory.mktemp("completion")
    paths = {name: folder / f"completion.{name}" for name in SHELLS}
    for name, path in paths.items():
        result = run_program("sealwright", "completion", name, cwd=folder)
        assert result.returncode == 0, result.stderr
        path.write_bytes(result.stdout)
    return paths


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder in which files are completed."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "manifest.yaml").touch()
    (folder / "report.xml").touch()
    return folder


def completed(name: str, script: Path, typed: str, work: Path) -> str:
    """What stands on the command line after Tab."""
    path, tmp_path = shell(name), work.parent
    line = tmp_path / "line"
    environment = scrubbed(os.environ) | {"ZDOTDIR": str(tmp_path), "HOME": str(tmp_path), "TERM": "xterm"}
    if name == "fish":
        command = [path, "--no-config", "-c", f"source {script}; complete -C '{typed}'"]
        found = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=True).stdout
        words = [one.partition("\t")[0] for one in found.splitlines()]
        start = typed.rpartition(" ")[0]
        return f"{start} {words[0]}" if len(words) == 1 else typed
    start = (BASH if name == "bash" else ZSH).format(script=script, line=line, folder=tmp_path)
    (tmp_path / ".zshrc").write_text(start, encoding="utf-8")
    options = ["--noprofile", "--rcfile", str(tmp_path / ".zshrc"), "-i"] if name == "bash" else ["-d", "-i"]
    on_terminal(path, *options, cwd=work, env=environment, typed=f"{typed}\t\x07".encode())
    return line.read_text(encoding="utf-8")


@posix_only
@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize(("typed", "expected"), COMPLETED)
def test_tab_completes(name: str, typed: str, expected: str, scripts: dict[str, Path], work: Path) -> None:
    assert completed(name, scripts[name], typed, work).rstrip(" =") == expected


@posix_only
@pytest.mark.parametrize("name", SHELLS)
def test_the_scripts_are_read_without_a_word(name: str, scripts: dict[str, Path]) -> None:
    done = subprocess.run([shell(name), scripts[name]], capture_output=True, check=False, timeout=60)
    assert done.stdout == b""
    if name != "zsh":  # without compinit, zsh has nothing to hand the script to
        assert (done.returncode, done.stderr) == (0, b"")


@posix_only
def test_the_script_for_bash_stands_shellcheck(scripts: dict[str, Path]) -> None:
    check = [program("shellcheck"), "--shell=bash", str(scripts["bash"])]
    assert subprocess.run(check, capture_output=True, check=False).stdout == b""


def test_a_shell_that_is_not_known_is_an_error(tmp_path: Path) -> None:
    result = run_program("sealwright", "completion", "tcsh", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
