"""The values of a conversion that has begun, from what its files held before: for looking where else they stand.

Secrets are read where they stand; what generators and charts had is found as a plan finds it, in the repository as it
was before.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.convert.seal import is_secret
from sealwright.convert.secret_facts import facts_of
from sealwright.errors import SealwrightError
from sealwright.manifest.discover import Selection, Target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.run.convert.charts import Charts
from sealwright.run.convert.kustomizations import Kustomizations
from sealwright.run.convert.workspace import File, Workspace, read_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from sealwright.manifest.git import Repository
    from sealwright.manifest.places import Places
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.journal import Journal

    _Key: TypeAlias = tuple[str, str, str, str]
    _Contents: TypeAlias = Mapping[str, tuple[str, bytes | None]]


def values_before(journal: Journal, places: Places, repository: Repository) -> dict[str, Plaintext]:
    """The values that the old contents have in clear and the new ones do not, by what they are called.

    Raises StoreError.
    """
    shown = [(places.shown(kept.location), kept) for kept in journal.files]
    old = {path: (kept.location, journal.content(kept.before)) for path, kept in shown}
    new = {path: (kept.location, journal.content(kept.after)) for path, kept in shown}
    around = read_workspace(Selection(), repository)
    still = {key for key, _, _ in _values(new, around, repository)}
    return {label: value for key, label, value in _values(old, around, repository) if key not in still}


def _values(contents: _Contents, around: Workspace, repository: Repository) -> Iterator[tuple[_Key, str, Plaintext]]:
    """(what it is, what it is called, the value) of each value in clear, files being as `contents` have them."""
    files = {path: file for path, file in around.files.items() if path not in contents}
    files |= {path: _file(path, where, data) for path, (where, data) in contents.items() if data is not None}
    workspace = Workspace(files, tuple(path for path in contents if path in files), ())

    def location(path: str) -> str:
        return os.path.join(repository.root, *path.split("/"))

    def content(path: str) -> bytes | None:
        if path in contents:
            return contents[path][1]
        where = location(path)
        if not os.path.isfile(where) or os.path.islink(where):
            return None
        with open(where, "rb") as file:
            return file.read()

    kustomizations = Kustomizations(workspace, content, location)
    charts = Charts(workspace, kustomizations, content, location)
    for path in workspace.selected:
        yield from _held(files[path], path)
    for path, file in kustomizations.files.items():
        made = kustomizations.made(path)
        yield from _held(file, made.generated.kustomization.document.source.path if made else path)
    for path, file in charts.files.items():
        yield from _held(file, charts.host(path))


def _file(path: str, location: str, data: bytes) -> File:
    source = decode(path, data)
    return File(Target(path, location), data, source, tuple(read_documents(source)))


def _held(file: File, place: str) -> Iterator[tuple[_Key, str, Plaintext]]:
    """The values of each Secret of a file; `place` is where people find them."""
    for secret in file.resources():
        if not is_secret(secret):
            continue
        try:
            facts = facts_of(secret)
        except SealwrightError:
            continue  # it was not converted
        line = file.source.position(secret.node.start).line
        where = f"{place}:{line}" if place == file.path else place
        for value in facts.values:
            key = (place, facts.namespace, facts.name, value.key)
            yield key, f"`{value.key}` of {secret.ref} ({where})", value.plaintext
