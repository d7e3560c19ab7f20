"""The scanners that are compared: how each is got, and how it is run as its own documentation says, without a network.

Each is pinned. One that cannot be had here is left out with the reason; nothing is installed outside the cache folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Hit: TypeAlias = tuple[str, int]
"""A file, relative to the folder that was scanned, and a line."""

_PINNED_GO = Path(__file__).parent / "gitleaks"
_GITLEAKS = "8.30.1"
_MINUTES = 60


class NotHereError(Exception):
    """A tool that cannot be run on this machine; the message says why."""


class Tool(NamedTuple):
    """One scanner. `thrifty`: quick in large folders."""

    name: str
    version: str
    get: Callable[[Path], tuple[str, str]]
    """Makes it ready in a cache folder: its program and its version."""
    run: Callable[[str, Path, Path], set[Hit]]
    """With a program, scans a folder; may use the cache folder."""
    thrifty: bool = False


def _from_packages(name: str, version: str, program: str) -> Callable[[Path], tuple[str, str]]:
    """The program of a Python package, in an environment of its own: their requirements contradict each other."""

    def get(cache: Path) -> tuple[str, str]:
        folder = cache / f"{name}-{version}"
        scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        if not (folder / "ready").exists():
            try:
                venv.EnvBuilder(with_pip=True, clear=True).create(folder)
                pip = [str(scripts / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
                subprocess.run([*pip, f"{name}=={version}"], check=True, capture_output=True, timeout=30 * _MINUTES)
            except (subprocess.SubprocessError, OSError) as error:
                raise NotHereError(f"pip could not install {name}=={version}") from error
            (folder / "ready").touch()
        return str(scripts / program), version

    return get


def _gitleaks(cache: Path) -> tuple[str, str]:
    """One that is named or on the PATH, or built from the pinned sources."""
    for candidate in (os.environ.get("SEALWRIGHT_GITLEAKS"), "gitleaks"):
        found = shutil.which(candidate) if candidate else None
        if found:
            said = _output([found, "version"], cache).strip()
            return found, said if said[:1].isdigit() else "(of unknown version)"
    built = cache / ("gitleaks.exe" if os.name == "nt" else "gitleaks")
    if not built.exists():
        if not shutil.which("go"):
            raise NotHereError("neither gitleaks nor Go is installed")
        sources = cache / "gitleaks-sources"
        shutil.copytree(_PINNED_GO, sources, dirs_exist_ok=True)  # a copy: Go may complete go.sum
        command = ["go", "build", "-mod=mod", "-o", str(built), "github.com/zricethezav/gitleaks/v8"]
        try:
            subprocess.run(command, cwd=sources, check=True, capture_output=True, timeout=30 * _MINUTES)
        except (subprocess.SubprocessError, OSError) as error:
            raise NotHereError("go could not build gitleaks") from error
    return str(built), _GITLEAKS


def _output(command: Sequence[str], folder: Path, **environment: str) -> str:
    """What the command prints. Most end with another code than 0 when they find something."""
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=60 * _MINUTES,
    )
    return result.stdout.decode("utf-8", "replace")


def _hits(found: Iterator[tuple[str, int]]) -> set[Hit]:
    return {(os.path.normpath(path).replace(os.sep, "/").lstrip("/"), line) for path, line in found}


def _run_gitleaks(program: str, folder: Path, cache: Path) -> set[Hit]:
    report = cache / "gitleaks.json"
    options = ["--no-banner", "--log-level", "error", "--exit-code", "0", "--report-format", "json"]
    _output([program, "dir", ".", *options, "--report-path", str(report)], folder)
    return _hits((each["File"], each["StartLine"]) for each in _loaded(report))


def _run_kingfisher(program: str, folder: Path, cache: Path) -> set[Hit]:
    options = ["--no-validate", "--no-update-check", "--git-history", "none", "--format", "jsonl"]
    lines = _output([program, "scan", ".", *options], folder, KF_RULE_CACHE_DIR=str(cache / "kingfisher-rules"))
    found = (json.loads(line).get("finding") for line in lines.splitlines() if line.startswith("{"))
    return _hits((each["path"], each["line"]) for each in found if each)


def _run_detect_secrets(program: str, folder: Path, cache: Path) -> set[Hit]:  # noqa: ARG001 - all have one signature
    results = json.loads(_output([program, "scan", "--all-files", "--no-verify", "."], folder))["results"]
    return _hits((path, each["line_number"]) for path, found in results.items() for each in found)


def _run_credsweeper(program: str, folder: Path, cache: Path) -> set[Hit]:
    report = cache / "credsweeper.json"
    report.unlink(missing_ok=True)
    _output([program, "--path", ".", "--save-json", str(report)], folder)
    return _hits((line["path"], line["line_num"]) for each in _loaded(report) for line in each["line_data_list"][:1])


def _run_whispers(program: str, folder: Path, cache: Path) -> set[Hit]:  # noqa: ARG001
    found = json.loads(_output([program, "."], folder) or "[]")
    return _hits((each["file"], each["line"]) for each in found if each["line"])  # line 0: the file's name alone


def _run_checkov(program: str, folder: Path, cache: Path) -> set[Hit]:  # noqa: ARG001
    options = ["--framework", "secrets", "--enable-secret-scan-all-files", "--skip-download", "--quiet", "--compact"]
    found = json.loads(_output([program, "--directory", ".", *options, "--output", "json"], folder) or "{}")
    checks = found.get("results", {}).get("failed_checks", []) if isinstance(found, dict) else []
    return _hits((each["file_path"], each["file_line_range"][0]) for each in checks)


def _loaded(report: Path) -> Any:
    return json.loads(report.read_text(encoding="utf-8")) if report.exists() else []


def sealwright(folder: Path, *, confidences: Sequence[str] = ("certain", "likely")) -> set[Hit]:
    """Our own findings that stop a commit. Run like the others; only that git is asked which files there are."""
    return {(path, line) for path, line, confidence in own_findings(folder) if confidence in confidences}


def own_findings(folder: Path) -> list[tuple[str, int, str]]:
    """Path, line and confidence of everything that `sealwright scan` says about a folder."""
    ours = not (folder / ".git").exists()
    if ours:
        subprocess.run(["git", "init", "--quiet", "."], cwd=folder, check=True, capture_output=True)
    try:
        command = [sys.executable, "-m", "sealwright", "scan", "--format", "json", "--no-baseline", "--no-progress"]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    finally:
        if ours:
            shutil.rmtree(folder / ".git")
    if not result.stdout:
        raise RuntimeError(f"sealwright scan failed:\n{result.stderr}")
    report = json.loads(result.stdout)
    return [(each["path"], each["start"]["line"], each["confidence"]) for each in report["findings"]]


def _package(name: str, version: str, program: str, run: Callable[[str, Path, Path], set[Hit]], **more: bool) -> Tool:
    return Tool(name, version, _from_packages(name, version, program), run, **more)


RIVALS = (
    Tool("gitleaks", _GITLEAKS, _gitleaks, _run_gitleaks, thrifty=True),
    _package("kingfisher-bin", "2.14.0", "kingfisher", _run_kingfisher, thrifty=True),
    _package("detect-secrets", "1.5.0", "detect-secrets", _run_detect_secrets),
    _package("credsweeper", "1.19.5", "credsweeper", _run_credsweeper),
    _package("whispers", "2.4.0", "whispers", _run_whispers, thrifty=True),
    _package("checkov", "3.3.30", "checkov", _run_checkov),
)
