"""What stands between a Secret and the branch: the hooks of this clone, and the workflow of the CI service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.start.check import BAD, GOOD, NOTE, Check
from sealwright.cli.start.services import beginning
from sealwright.patterns import Pattern
from sealwright.run.render.programs import program_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.git import Repository

HOOK_FILE = ".pre-commit-config.yaml"
_SECONDS = 20
_RUNNERS = ("pre-commit", "prek")
_CALLERS = (b"pre-commit", b"prek", b"sealwright", b"lefthook", b"husky")
"""What a hook says that runs ours, by itself or through a file of its own."""
_HOOK_ID = Pattern(r"\bid:\s*[\"']?(sealwright-[a-z-]+)")
_REVISION = Pattern(r"repo:\s*[\"']?\S*/sealwright(?:\.git)?[\"']?\s*\n\s*rev:\s*[\"']?([^\s\"']+)")
_OLDEST = (3, 2)
"""Of pre-commit: the first that knows the names of the stages in .pre-commit-hooks.yaml."""


def guards(repository: Repository | None) -> Iterator[Check]:
    """Hooks and CI; nothing where there is no repository."""
    if repository is None:
        return
    yield from _hooks(repository)
    yield from _services(repository.root, repository)


def _hooks(repository: Repository) -> Iterator[Check]:
    text = beginning(os.path.join(repository.root, HOOK_FILE)).decode("utf-8", "replace")
    named = {found.group(1) for found in _HOOK_ID.finditer(text)}
    if not named:
        there = os.path.lexists(os.path.join(repository.root, HOOK_FILE))
        words = f"{HOOK_FILE} names no hook of sealwright" if there else f"there is no {HOOK_FILE}"
        verb = "shows what to add" if there else "writes one"
        yield Check(NOTE, "hooks", words, f"`sealwright init` {verb}")
        return
    yield from _runner(repository.root)
    yield from _revision(text)
    yield _installed(repository, "pre-commit", "")
    if "sealwright-history" in named:
        yield _installed(repository, "pre-push", " --hook-type pre-push")


def _runner(root: str) -> Iterator[Check]:
    for name in _RUNNERS:
        path = program_path(name, root)
        if not path:
            continue
        version = _version(path)
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
        if name == "pre-commit" and numbers and numbers < _OLDEST:
            yield Check(BAD, name, f"{version} is too old for these hooks", "install pre-commit 3.2 or newer")
        else:
            yield Check(GOOD, name, version or "is on the PATH")
        return
    yield Check(BAD, "pre-commit", "neither pre-commit nor prek is on the PATH", "pipx install pre-commit, or prek")


def _version(path: str) -> str:
    import subprocess

    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = done.stdout.decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


def _revision(text: str) -> Iterator[Check]:
    from sealwright import __version__

    found = _REVISION.search(text)
    if found and found.group(1).removeprefix("v") != __version__:
        message = f"{HOOK_FILE} runs {found.group(1)}, and this is {__version__}"
        yield Check(NOTE, "hooks", message, "pre-commit autoupdate, if the hooks are to be as new")


def _installed(repository: Repository, stage: str, option: str) -> Check:
    path = os.path.join(_folder(repository), stage)
    hint = f"pre-commit install{option} (or: prek install{option})"
    content = beginning(path)
    if not content:
        return Check(BAD, f"hook {stage}", f"named in {HOOK_FILE}, but git runs no {stage} hook", hint)
    if any(word in content for word in _CALLERS):
        return Check(GOOD, f"hook {stage}", "named and installed")
    return Check(NOTE, f"hook {stage}", f"git runs another {stage} hook, which may not call those of {HOOK_FILE}", hint)


def _folder(repository: Repository) -> str:
    """Where git looks for hooks. Not `--git-path hooks`: git is started here with hooks switched off."""
    from sealwright.manifest.git_process import output, run

    told = run(repository.root, "config", "--show-scope", "--type=path", "--get-all", "core.hooksPath").stdout
    scopes = (line.partition("\t") for line in os.fsdecode(told).splitlines())
    chosen = [path for scope, _, path in scopes if scope != "command"]
    if chosen:
        return os.path.join(repository.root, chosen[-1])
    common = os.fsdecode(output(repository.root, "rev-parse", "--git-common-dir").rstrip(b"\r\n"))
    return os.path.join(repository.root, common, "hooks")


def _services(root: str, repository: Repository) -> Iterator[Check]:
    from sealwright.cli.start.services import detected, naming
    from sealwright.cli.start.workflows import WORKFLOWS

    found = detected(repository)
    if not found:
        hint = "hooks can be skipped, a gate in CI cannot: sealwright init --ci NAME"
        yield Check(NOTE, "CI", "no service that is known here", hint)
    for name in found:
        about, files = f"CI {name}", naming(root, name)
        if files:
            yield Check(GOOD, about, f"{', '.join(files)} runs sealwright")
        else:
            hint = f"sealwright init --ci {name}"
            yield Check(NOTE, about, f"no workflow of {WORKFLOWS[name].title} runs sealwright", hint)
