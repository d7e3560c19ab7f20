"""What `sealwright doctor` asks: each check says what is there, and what to do where something is missing."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.context import configuration
from sealwright.errors import SealwrightError
from sealwright.run.render.programs import program_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.config import Config
    from sealwright.manifest.git import Repository

GOOD, NOTE, BAD = "ok", "note", "problem"
_HOOK_FILE = ".pre-commit-config.yaml"
_RENDERERS = {"kustomize": ("kustomize", "kubectl"), "helm": ("helm",)}
_BACKENDS = {
    "aws-secrets-manager": ("aws", "boto3"),
    "aws-parameter-store": ("aws", "boto3"),
    "vault": ("vault", "hvac"),
    "gcp-secret-manager": ("gcp", "google.cloud.secretmanager"),
    "azure-key-vault": ("azure", "azure.keyvault.secrets"),
}
"""Of each kind of store: the extra that it needs, and a module of it."""


class Check(NamedTuple):
    """`level` is one of GOOD, NOTE and BAD."""

    level: str
    about: str
    message: str
    hint: str = ""


def checks(config_path: str | None) -> Iterator[Check]:
    """Every check, in the order in which their answers build on each other. Nothing is fetched and nothing is run."""
    from sealwright.manifest.git import find_repository

    yield _program()
    repository = find_repository()
    yield from _repository(repository)
    try:
        config = configuration(config_path, repository)
    except SealwrightError as error:
        place = f"{error.place}: " if error.place else ""
        yield Check(BAD, "configuration", f"{place}{error.message}", error.hint)
        return
    yield _configured(config)
    if repository is not None:
        yield from _hooks(repository)
    yield from _clusters(config, repository)
    yield from _stores(config)
    yield from _renderers(repository.root if repository else "")


def _program() -> Check:
    import platform

    from sealwright import __version__

    return Check(GOOD, "sealwright", f"{__version__} on Python {platform.python_version()}, {platform.system()}")


def _repository(repository: Repository | None) -> Iterator[Check]:
    from sealwright.manifest.git_process import output

    if not program_path("git", repository.root if repository else ""):
        yield Check(BAD, "git", "there is no git on the PATH", "install git: the index and the history need it")
        return
    if repository is None:
        yield Check(NOTE, "repository", "this folder is in none", "commands see files only, neither index nor history")
        return
    yield Check(GOOD, "repository", repository.root)
    if output(repository.root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        hint = "git fetch --unshallow (in GitHub Actions: fetch-depth: 0)"
        yield Check(NOTE, "history", "this clone is shallow: --history and --base see a part of it only", hint)


def _configured(config: Config) -> Check:
    if not config.path:
        return Check(
            NOTE, "configuration", "there is no .sealwright.yaml", "`sealwright init` writes one to begin with"
        )
    counted = {"cluster": config.clusters, "store": config.stores, "waiver": config.waivers}
    parts = [f"{len(things)} {word}{'' if len(things) == 1 else 's'}" for word, things in counted.items() if things]
    return Check(GOOD, "configuration", f"{os.path.relpath(config.path)}: {', '.join(parts) or 'valid'}")


def _hooks(repository: Repository) -> Iterator[Check]:
    try:
        with open(os.path.join(repository.root, _HOOK_FILE), encoding="utf-8", errors="replace") as file:
            named = "sealwright-" in file.read(1024 * 1024)
    except OSError:
        named = False
    if not named:
        yield Check(NOTE, "hooks", f"{_HOOK_FILE} names no hook of sealwright", "`sealwright init` shows what to write")
        return
    from sealwright.manifest.git_process import output

    # Not `--git-path hooks`: git is started here with hooks switched off.
    folder = os.fsdecode(output(repository.root, "rev-parse", "--git-common-dir").rstrip(b"\r\n"))
    installed = os.path.isfile(os.path.join(repository.root, folder, "hooks", "pre-commit"))
    hint = "" if installed else "pre-commit install (or: prek install)"
    words = "named and installed" if installed else f"named in {_HOOK_FILE}, but git runs no pre-commit hook"
    yield Check(GOOD if installed else BAD, "hooks", words, hint)


def _clusters(config: Config, repository: Repository | None) -> Iterator[Check]:
    if not config.clusters:
        return
    from sealwright.run.clusters.health import Checks, health

    for cluster in config.clusters:
        found = health(cluster, Checks(config, repository, network=False))
        worst = {"ok": GOOD, "error": BAD}.get(found.status, NOTE)
        remarks = [remark for remark in found.remarks if remark.level != "note"]
        message = "; ".join(remark.message for remark in remarks) or "its certificate is the pinned one"
        hint = next((remark.hint for remark in remarks if remark.hint), "")
        yield Check(worst, f"cluster {cluster.name}", message, hint)


def _stores(config: Config) -> Iterator[Check]:
    for store in config.stores:
        extra, module = _BACKENDS.get(store.backend, ("", ""))
        if not extra or _is_there(module):
            yield Check(GOOD, f"store {store.name}", f"{store.backend}: what it needs is installed")
        else:
            hint = f"pip install 'sealwright[{extra}]'"
            yield Check(BAD, f"store {store.name}", f"{store.backend}: its client library is not installed", hint)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _renderers(root: str) -> Iterator[Check]:
    for what, programs in _RENDERERS.items():
        found = next((program for program in programs if program_path(program, root)), "")
        if found:
            yield Check(GOOD, what, f"{found} is on the PATH: --render can use it")
        else:
            yield Check(NOTE, what, "not on the PATH: --render cannot render these", f"install {' or '.join(programs)}")
