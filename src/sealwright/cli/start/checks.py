"""What `sealwright doctor` asks: each check says what is there, and what to do where something is missing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.context import configuration
from sealwright.cli.start.check import BAD, GOOD, NOTE, Check, failed
from sealwright.errors import SealwrightError
from sealwright.run.render.programs import program_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.config import Config
    from sealwright.manifest.git import Repository

_RENDERERS = {"kustomize": ("kustomize", "kubectl"), "helm": ("helm",)}


def checks(config_path: str | None, *, network: bool = False) -> Iterator[Check]:
    """Every check, in the order in which their answers build on each other.

    Without `network` nothing is asked but git, and `pre-commit` or `prek` for their version.
    """
    from sealwright.cli.start.connections import clusters, stores
    from sealwright.cli.start.guards import guards
    from sealwright.manifest.git import find_repository

    yield _program()
    has_git = bool(program_path("git", ""))
    repository = find_repository() if has_git else None
    yield from _repository(repository) if has_git else _no_git()
    yield from guards(repository)
    try:
        config = configuration(config_path, repository)
        _check_names(config, repository)
    except SealwrightError as error:
        yield failed("configuration", error)
        return
    yield _configured(config)
    yield from clusters(config, repository, network=network)
    yield from stores(config, network=network)
    yield from _renderers(repository.root if repository else "")


def _program() -> Check:
    import platform

    from sealwright import __version__

    return Check(GOOD, "sealwright", f"{__version__} on Python {platform.python_version()}, {platform.system()}")


def _no_git() -> Iterator[Check]:
    yield Check(BAD, "git", "there is no git on the PATH", "install git: the index and the history need it")


def _repository(repository: Repository | None) -> Iterator[Check]:
    from sealwright.manifest.git_process import output, run

    version = output(os.curdir, "version").decode("utf-8", "replace").removeprefix("git version ").strip()
    yield Check(GOOD, "git", version)
    if repository is None:
        yield Check(NOTE, "repository", "this folder is in none", "commands see files only, neither index nor history")
        return
    yield Check(GOOD, "repository", repository.root)
    commits = run(repository.root, "rev-list", "--count", "HEAD").stdout.decode("ascii", "replace").strip()
    counted = "no commit yet" if not commits else "1 commit" if commits == "1" else f"{commits} commits"
    if output(repository.root, "rev-parse", "--is-shallow-repository").strip() != b"true":
        yield Check(GOOD, "history", f"{counted}; the clone has all of it")
        return
    hint = "git fetch --unshallow (GitHub Actions: fetch-depth: 0; GitLab: GIT_DEPTH: 0; Azure: fetchDepth: 0)"
    message = f"this clone is shallow ({counted}): --history and --base see a part of it only"
    # Where a gate runs, it would have nothing to compare with.
    yield Check(BAD if os.environ.get("CI") or os.environ.get("TF_BUILD") else NOTE, "history", message, hint)


def _configured(config: Config) -> Check:
    if not config.path:
        return Check(
            NOTE, "configuration", "there is no .sealwright.yaml", "`sealwright init` writes one to begin with"
        )
    counted = {"cluster": config.clusters, "store": config.stores, "waiver": config.waivers}
    parts = [f"{len(things)} {word}{'' if len(things) == 1 else 's'}" for word, things in counted.items() if things]
    return Check(GOOD, "configuration", f"{os.path.relpath(config.path)}: {', '.join(parts) or 'valid'}")


def _check_names(config: Config, repository: Repository | None) -> None:
    """Raise ConfigurationError for packs, rules and parameters that are not there: keys alone do not tell."""
    from sealwright.cli.rule_names import check_names, check_policy_names

    check_names(config)
    check_policy_names(config, (), repository.root if repository else os.curdir)


def _renderers(root: str) -> Iterator[Check]:
    for what, programs in _RENDERERS.items():
        found = next((program for program in programs if program_path(program, root)), "")
        if found:
            yield Check(GOOD, what, f"{found} is on the PATH: --render can use it")
        else:
            yield Check(NOTE, what, "not on the PATH: --render cannot render these", f"install {' or '.join(programs)}")
