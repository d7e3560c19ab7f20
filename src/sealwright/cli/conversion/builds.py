"""Kustomizations built before a conversion and after it, in memory, and what there is to say about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.private_folder import PrivateFolder
from sealwright.cli.streams import complain
from sealwright.errors import UsageError
from sealwright.report.wording import plural, printable
from sealwright.run.convert.building import builder, builds_of, compare, folders_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.manifest.git import Repository
    from sealwright.run.convert.plan import Plan


def compare_builds(repository: Repository, plan: Plan) -> None:
    """Say what was not compared, one line each. Raises ConvertError where something else than planned would differ."""
    paths = [os.path.join(repository.root, os.fsdecode(path)) for path in repository.files()]
    builds = builds_of(repository.root, folders_of(paths), plan.changes)
    _note(builds.notes)
    command = builder(repository.root)
    if not builds.roots:
        return
    if not command:
        count = plural(len(builds.roots), "kustomization")
        _note([f"neither kustomize nor kubectl is here: {count} not built before and after"])
        return
    try:
        folder = PrivateFolder()
    except UsageError as error:
        _note([f"{error.message}: no kustomization is built before and after"])
        return
    with folder:
        _note(compare(folder, repository.root, command, builds, plan))


def _note(words: Iterable[str]) -> None:
    for one in words:
        complain(f"note: {printable(one)}\n")
