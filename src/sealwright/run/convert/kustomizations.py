"""Secrets that kustomizations generate: each becomes a manifest of its own first, which then is converted like others.

The manifest is only thought of: what is written is the converted one, a kustomization that names it instead of
generating it, and nothing where the files were that held its values.
"""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.edits import kustomization_edits
from sealwright.convert.kustomize.fold import Folded, folded
from sealwright.convert.kustomize.generated import Generated, generated_secrets
from sealwright.convert.kustomize.held import still_used
from sealwright.convert.kustomize.name_reference import configuration_file, name_reference_text, secret_sites
from sealwright.convert.kustomize.other_kinds import may_patch
from sealwright.convert.kustomize.patches import Secret, patches_on
from sealwright.convert.kustomize.roots import Roots
from sealwright.convert.yaml_text import yaml_text
from sealwright.errors import ConvertError
from sealwright.finding import ResourceRef
from sealwright.manifest.discover import Target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import is_kustomization, scalars
from sealwright.manifest.nodes import lookup
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import apply_edits
from sealwright.rewrite.transaction import FileChange
from sealwright.run.convert.made import manifest_of
from sealwright.run.convert.plan import Stay
from sealwright.run.convert.workspace import File

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.convert.kustomize.patches import Patch
    from sealwright.convert.kustomize.refusal import Refusal
    from sealwright.convert.kustomize.roots import Effect
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.nodes import Node
    from sealwright.run.convert.workspace import Workspace


class Made(NamedTuple):
    """A generated Secret, the path of the manifest that takes its place, and what was folded into it."""

    generated: Generated
    path: str
    patches: tuple[Patch, ...] = ()


class Kustomizations:
    """What the kustomizations of a repository make of its Secrets, and what must change in them.

    `read` gives a file's bytes by its path from the root, `location` where it is.
    """

    def __init__(
        self, workspace: Workspace, read: Callable[[str], bytes | None], location: Callable[[str], str]
    ) -> None:
        self.stays: list[Stay] = []
        self.files: dict[str, File] = {}
        self._made: dict[str, Made] = {}
        self._workspace = workspace
        self._read = read
        self._location = location
        self._by_path = {
            path: resource
            for path, file in workspace.files.items()
            for resource in file.resources()
            if is_kustomization(resource)
        }
        self._roots = Roots(self._by_path.values())
        self._generated = {path: generated_secrets(resource, read) for path, resource in self._by_path.items()}
        for path in workspace.selected:
            for found in self._generated.get(path, ()):
                self._take(path, found)

    def made(self, path: str) -> Made | None:
        """The generated Secret whose manifest is at a path; None for a manifest that is there."""
        return self._made.get(path)

    def folds(self, path: str) -> bool:
        """Whether what stands in the file, a patch, is part of the manifest of a generated Secret."""
        return any(patch.path == path for made in self._made.values() for patch in made.patches)

    def namespace(self, path: str, own: str) -> str:
        """The namespace in which a Secret of the file that says `own` ends up; `own` where there are several."""
        found = self._roots.effective_namespaces(self._listed(path), own)
        return next(iter(found)) if len(found) == 1 else own

    def ends_as(self, path: str, facts: SecretFacts) -> tuple[set[str], set[str]]:
        """The names and the namespaces that a Secret of the file gets on its ways to a cluster."""
        listed = self._listed(path)
        return self._roots.effective_names(listed, facts.name), self._roots.effective_namespaces(
            listed, facts.namespace
        )

    def against(self, path: str, facts: SecretFacts) -> Refusal | None:
        """What a kustomization does to the Secret that could not be done to what it becomes."""
        made = self._made.get(path)
        if made is not None and made.patches:
            return None
        patches = self._patches(self._listed(path), facts, made.generated.item if made else None)
        return patches[0].refused(facts.name) if patches else None

    def may_change(self, path: str, kind: str) -> str:
        """Why an object of that kind in the file may be another one in the cluster; '' where nothing says so."""
        effects = self._roots.effects(path)
        if any(effect.prefix or effect.suffix for effect in effects):
            return "a kustomization changes its name"
        if any(effect.transformers for effect in effects):
            return "a kustomization runs plug-ins on it"
        ways = dict.fromkeys(step for effect in effects for step in effect.way)
        above = [self._by_path[step] for step in ways if step in self._by_path]
        return "a kustomization may patch it" if may_patch(above, kind, self._read) else ""

    def _patches(self, listed: str, facts: SecretFacts, item: Node | None) -> list[Patch]:
        """What changes the Secret on its way; labels that everything gets reach what it becomes as well."""
        effects = self._roots.effects(listed)
        names = {facts.name, *(effect.name(facts.name) for effect in effects)}
        namespaces = {facts.namespace, "", *(effect.namespace for effect in effects)}
        secret = Secret(frozenset(names), frozenset(namespaces))
        ways = dict.fromkeys(step for effect in effects for step in effect.way)
        above = [self._by_path[step] for step in ways if step in self._by_path]
        found = patches_on(above, secret, self._read, made=item)
        return [patch for patch in found if patch.sole or not patch.metadata]

    def notes(self, path: str) -> tuple[str, ...]:
        """What a generator did in silence."""
        made = self._made.get(path)
        if made is None or not made.generated.hashed:
            return ()
        return (
            "its name had a suffix made of its content; pods restart by themselves only with --restart-annotations",
        )

    def edited(self, paths: Iterable[str]) -> dict[str, str]:
        """The new texts of kustomizations, and of what they need, where the Secrets of these files are converted.

        Raises ConvertError where the layout of one cannot be kept.
        """
        texts: dict[str, str] = {}
        removed: dict[str, list[Node]] = defaultdict(list)
        added: dict[str, list[str]] = defaultdict(list)
        renaming: dict[str, list[Effect]] = defaultdict(list)
        for path in paths:
            made = self._made.get(path)
            for effect in self._roots.effects(self._listed(path)):
                if effect.way and _renames(effect):
                    renaming[effect.way[0]].append(effect)
            if made is not None:
                kustomization = self._listed(path)
                removed[kustomization].append(made.generated.item)
                added[kustomization].append(posixpath.relpath(path, posixpath.dirname(kustomization) or "."))
                for patch in made.patches:
                    removed[patch.kustomization.document.source.path].append(patch.item)
        for path in sorted({*removed, *renaming}):
            source = self._workspace.files[path].source
            configurations = self._configurations(path, renaming[path], texts) if renaming[path] else []
            edits = kustomization_edits(
                source, remove=removed[path], add_resources=added[path], configurations=configurations
            )
            texts[path] = apply_edits(source.text, edits)
        return texts

    def _configurations(self, path: str, effects: Sequence[Effect], texts: dict[str, str]) -> list[str]:
        """The file that lets names follow, put into `texts` where it has to be written."""
        folder, text = posixpath.dirname(path), name_reference_text(self._sites(effects))
        name, write = configuration_file(lambda name: self._read(posixpath.join(folder, name)), text)
        if write:
            texts[posixpath.join(folder, name)] = text
        return [name]

    def file(self, path: str) -> File:
        """A file of the repository, or one that is to be made."""
        known = self.files.get(path) or self._workspace.files.get(path)
        return known or File(Target(path, self._location(path)), self._read(path), Source(path, ""), ())

    def emptied(self, paths: Iterable[str]) -> Iterator[tuple[str, FileChange]]:
        """(path, removal) of every file that held values of these manifests, unless a kustomization still names it."""
        made = [self._made[path] for path in paths if path in self._made]
        patches = [patch for one in made for patch in one.patches]
        gone = {file for one in made for file in one.generated.files} | {patch.path for patch in patches if patch.path}
        removed = [(one.generated.kustomization, one.generated.item) for one in made]
        removed += [(patch.kustomization, patch.item) for patch in patches]
        used = still_used(gone, removed, self._by_path.values())
        for file in sorted(gone - set(used)):
            data = self._read(file)
            if data is not None:
                yield file, FileChange(self._location(file), data, None)

    def _listed(self, path: str) -> str:
        """The path by which a file, or the generator of a manifest, is part of kustomizations."""
        made = self._made.get(path)
        return made.generated.kustomization.document.source.path if made else path

    def _sites(self, effects: Iterable[Effect]) -> Iterator[tuple[str, str, str]]:
        """Where else Secrets are named, as the configurations on the way say."""
        for path in dict.fromkeys(step for effect in effects for step in effect.way):
            value = lookup(self._by_path[path].node, "configurations")
            for scalar in scalars(value):
                name = posixpath.normpath(posixpath.join(posixpath.dirname(path), scalar.value))
                data = self._read(name)
                if data is not None:
                    yield from secret_sites(data, name)

    def _take(self, path: str, found: Generated | Refusal) -> None:
        if not isinstance(found, Generated):
            self.stays.append(_refused(found))
            return
        ref = ResourceRef("v1", "Secret", found.facts.namespace, found.facts.name)
        if found.behavior != "create":
            if not self._is_folded(found):
                hint = "write the whole Secret in one place, as a generator or a manifest"
                reason = f"its generator has `behavior: {found.behavior}`"
                self.stays.append(Stay(ref, path, found.line, reason, hint))
            return
        patches = self._patches(path, found.facts, found.item)
        folded = self._folded(found, patches) if patches else None
        if folded is not None:
            found = found._replace(facts=folded.facts)
        name = self._free(posixpath.dirname(path), found.facts.name)
        source = Source(name, yaml_text(manifest_of(found.facts)))
        self.files[name] = File(Target(name, self._location(name)), None, source, tuple(read_documents(source)))
        self._made[name] = Made(found, name, folded.patches if folded is not None else ())

    def _folded(self, found: Generated, patches: Sequence[Patch]) -> Folded | None:
        """The Secret with its patches in it; None where they cannot be taken over."""
        listed = found.kustomization.document.source.path
        merging = [one for group in self._generated.values() for one in group if isinstance(one, Generated)]
        result = folded(found.facts, patches, self._roots.effects(listed), merging)
        return result if isinstance(result, Folded) else None

    def _is_folded(self, found: Generated) -> bool:
        """Whether what it changes has taken it over, or will: those are read in the same way."""
        bases = [one for group in self._generated.values() for one in group if isinstance(one, Generated)]
        for base in bases:
            if base.behavior == "create" and base.facts.name == found.facts.name:
                patches = self._patches(base.kustomization.document.source.path, base.facts, base.item)
                own = any(patch.item is found.item for patch in patches)
                if own and self._folded(base, patches) is not None:
                    return True
        return False

    def _free(self, folder: str, name: str) -> str:
        """A path where nothing stands and nothing will."""
        for number in range(1, 1000):
            path = posixpath.join(folder, f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
            if path not in self.files and not os.path.lexists(self._location(path)):
                return path
        raise ConvertError("no name is free for its manifest", place=folder)


def _renames(effect: Effect) -> bool:
    """Whether a kustomization changes names, or what a Secret's template must have as well."""
    return bool(effect.prefix or effect.suffix or effect.labels or effect.annotations)


def _refused(refusal: Refusal) -> Stay:
    ref = ResourceRef("v1", "Secret", "", refusal.name)
    return Stay(ref, refusal.path, refusal.line, f"its generator has {refusal.message}", refusal.hint)
