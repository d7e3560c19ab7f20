"""What kustomize makes of a repository before a conversion and after it: the same, but for what was planned.

Both are built from a mirror of the files: folders of its own, links to the files as they are, and the new contents of
those that change. The caller makes them; new contents may hold values that are not converted, so that they must be in
memory. The program is shut in as for a verification (`run.render`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sealwright.errors import ConvertError
from sealwright.manifest.neighbours import KUSTOMIZATIONS
from sealwright.run.convert.built import built_objects, unplanned
from sealwright.run.render.kustomizations import Kustomizations
from sealwright.run.render.programs import program_path, run_shut_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.rewrite.transaction import FileChange
    from sealwright.run.convert.built import Built
    from sealwright.run.convert.plan import Plan

_SHOWN = 5


class Root(NamedTuple):
    """A kustomization that no other one uses: its folder and all files that building it reads, as real paths."""

    folder: str
    files: tuple[str, ...]


class Builds(NamedTuple):
    """The roots that the changes reach, and why some of them cannot be built here, in words."""

    roots: tuple[Root, ...]
    notes: tuple[str, ...]


class Mirror(Protocol):
    """A folder in memory that is wiped afterwards. Names have `/` between folders, which are made."""

    @property
    def path(self) -> str:
        """Where it is."""

    def put(self, name: str, content: bytes) -> None:
        """A new file."""

    def link(self, name: str, target: str) -> None:
        """A link to a file elsewhere."""


def builder(root: str) -> list[str]:
    """The command that builds the folder it is started in; [] where there is no program for it."""
    restricted = ["--load-restrictor", "LoadRestrictionsNone"]  # the mirror's links lead out of it
    program = program_path("kustomize", root)
    if program:
        return [program, "build", ".", *restricted]
    program = program_path("kubectl", root)
    return [program, "kustomize", ".", *restricted] if program else []


def builds_of(root: str, folders: Sequence[str], changes: Sequence[FileChange]) -> Builds:
    """The builds that read a file of the changes. `folders` are all that have a kustomization."""
    real = os.path.realpath(root)
    changed = {os.path.realpath(change.path) for change in changes}
    known = Kustomizations(real)
    roots, notes = [], []
    for folder in known.roots(folders):
        reach = known.reach(folder)
        if changed.isdisjoint(reach.files):
            continue
        if reach.flaw is not None:
            notes.append(f"{os.path.relpath(folder, real)} is not built: {reach.flaw.message}")
        else:
            roots.append(Root(folder, reach.files))
    return Builds(tuple(roots), tuple(notes))


def compare(mirror: Mirror, top: str, command: Sequence[str], builds: Builds, plan: Plan) -> Iterator[str]:
    """Build each root before and after; in words, what could not be compared.

    Raises ConvertError where anything differs that was not planned.
    """
    real = os.path.realpath(top)
    files = {file for root in builds.roots for file in root.files}
    after = {os.path.realpath(change.path): change.after for change in plan.changes}
    _fill(mirror, "before", real, dict.fromkeys(files))
    _fill(mirror, "after", real, dict.fromkeys(files) | {file: (content,) for file, content in after.items()})
    for root in builds.roots:
        name = os.path.relpath(root.folder, real)
        before = _built(command, os.path.join(mirror.path, "before", name))
        if before is None:
            yield f"{name} does not build as it is: not compared"
            continue
        found = _built(command, os.path.join(mirror.path, "after", name))
        if found is None:
            hint = "nothing was changed. Convert the rest by naming its paths; please report this"
            raise ConvertError("it would not build any more after the conversion", place=name, hint=hint)
        differing = list(unplanned(before, found, plan))
        if differing:
            more = f" and {len(differing) - _SHOWN:,} more" if len(differing) > _SHOWN else ""
            what = ", ".join(differing[:_SHOWN])
            hint = "nothing was changed. Convert the rest by naming its paths; please report this"
            raise ConvertError(f"its build would differ where nothing is planned: {what}{more}", place=name, hint=hint)


def folders_of(paths: Sequence[str]) -> list[str]:
    """The folders of those files that are kustomizations."""
    found = {os.path.dirname(path) or os.curdir for path in paths if os.path.basename(path) in KUSTOMIZATIONS}
    return sorted(found)


def _fill(mirror: Mirror, folder: str, root: str, files: Mapping[str, tuple[bytes | None] | None]) -> None:
    """The files as they lie below `root`: as links, or with another content (None in it: not there)."""
    for file, changed in sorted(files.items()):
        name = "/".join((folder, *os.path.relpath(file, root).split(os.sep)))
        if changed is None:
            mirror.link(name, file)
        elif changed[0] is not None:
            mirror.put(name, changed[0])


def _built(command: Sequence[str], folder: str) -> Built | None:
    finished = run_shut_in(command, folder)
    return None if finished.code or finished.stopped else built_objects(finished.output)
