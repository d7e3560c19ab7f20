"""A whole tree under the rules of policy: file by file, and then what only shows when all objects are there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sealwright.gate.allowance import NEEDLE, apply_allowances
from sealwright.gate.rule_names import is_policy_rule
from sealwright.manifest.source import decode
from sealwright.policy.judging import related
from sealwright.policy.world import World
from sealwright.run.gate.legible import Legible
from sealwright.run.gate.partial import of_what_is_there
from sealwright.run.gate.policy import examine, findings_of, is_in_module, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sealwright.finding import Finding, Problem, Span
    from sealwright.gate.keyed import Key
    from sealwright.manifest.source import Source
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import Subject
    from sealwright.run.gate.rendered import Renderings

_ABOUT_MATERIAL = ("GIT", "SLS003", "SLS004", "SMG003")
"""Ids of rules that find a value where only a reference or ciphertext should be."""


class TreePolicy:
    """Takes files in one by one, in the order of the tree; `findings` says in the end what the rules find in them.

    `whole`: all files of the tree are taken in. `rendered`: they are what a renderer made, so that nothing is hidden.
    `related`: rules over several objects are asked, too. `touched` are the paths that a change touches. `marking` is
    the key under which values in clear are compared with those of another tree.
    """

    def __init__(  # noqa: PLR0913 - what a tree is judged by
        self,
        rules: Rules,
        today: str,
        *,
        whole: bool,
        rendered: bool,
        related: bool = True,
        touched: Collection[str] = (),
        marking: Key | None = None,
    ) -> None:
        self._rules = rules
        self._is_related = related
        self._world = rules.world if related else ()
        self._today = today
        self._whole = whole
        self._rendered = rendered
        self._touched = touched
        self._marking = marking
        self._files: list[str] = []
        self._subjects: list[Subject] = []
        self._sources: dict[str, Source] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._problems: list[Problem] = []
        self._modules: dict[str, dict[str, Source]] = {}
        self._judged_modules: list[tuple[str, bytes]] = []
        self._templates: dict[str, Sequence[Span]] = {}
        self._made = 0

    @property
    def is_related(self) -> bool:
        """Whether rules over several objects are asked, so that all files are wanted."""
        return self._is_related

    @property
    def templates(self) -> int:
        """How many documents cannot be read before they are rendered."""
        return sum(map(len, self._templates.values()))

    def legible(self, path: str) -> Legible:
        """What policy can read of a file that was taken in, and what it cannot."""
        objects = frozenset(subject.ref for subject in self._subjects if subject.path == path)
        spans = self._templates.get(path, ())
        return Legible(objects, frozenset(self._sources[path].text[start:end] for start, end in spans))

    @property
    def objects(self) -> int:
        """How many objects were judged."""
        return len(self._subjects) + self._made

    def take(self, path: str, data: bytes, *, applied: bool = False) -> None:
        """One file of the tree. `applied`: a kustomization names it as a manifest, whatever its own name says."""
        self._files.append(path)
        if applied:
            self._examine(path, data, applied=True)
        if is_in_module(path):
            self.beside(path, data)
            self._judged_modules.append((path, data))
        elif not applied:
            self._examine(path, data)

    def beside(self, path: str, data: bytes) -> None:
        """A file that is not judged, but that others of its folder may need to be understood."""
        self._modules.setdefault(posixpath.dirname(path), {})[path] = decode(path, data)

    def name(self, path: str) -> None:
        """A file of the tree that is not read."""
        self._files.append(path)

    def exchange(self, made: Renderings) -> None:
        """What renderers put out, in place of the objects that it was made of. Call it when all files were taken in.

        Rules over several objects still see the files: they know themselves what kustomizations do.
        """
        for path, found in self._findings.items():
            self._findings[path] = [
                finding
                for finding in found
                if path not in made.templates and (path, finding.resource) not in made.spoken
            ]
        for path in made.templates:
            self._templates.pop(path, None)
        self._made += made.objects
        self._problems.extend(made.problems)
        for finding in numbered(made.findings):
            path = finding.location.path
            self._sources.setdefault(path, made.sources[path])
            self._findings.setdefault(path, []).append(finding)

    def findings(
        self,
        read: Callable[[str], str],
        changed_on: Callable[[str, int, int], str],
        is_patch: Callable[[str], bool] = lambda _path: False,
    ) -> Iterator[Finding | Problem]:
        """File by file, with those of rules over several objects and files, when all was taken in.

        `is_patch` tells of a path whether a kustomization patches objects with the file.
        """
        for path, data in self._judged_modules:
            module = self._modules[posixpath.dirname(path)]
            self._examine(path, data, [source for other, source in module.items() if other != path])
        for path in [path for path in self._findings if not self._rendered and is_patch(path)]:
            subjects = [subject for subject in self._subjects if subject.path == path]
            self._findings[path] = of_what_is_there(subjects, self._rules, self._sources[path])
        for finding in self._related(read, changed_on):
            self._findings.setdefault(finding.location.path, []).append(finding)
        if self._marking is not None:
            for path, found in self._findings.items():
                self._findings[path] = _marked(found, self._sources.get(path), self._marking)
        for path, source in self._sources.items():
            if NEEDLE in source.text:
                found = self._findings.get(path, [])
                self._findings[path] = apply_allowances(source, found, self._answers_for)
        yield from self._problems
        for found in self._findings.values():
            yield from found

    def _examine(self, path: str, data: bytes, rest: Iterable[Source] = (), *, applied: bool = False) -> None:
        examined = examine(path, data, self._rules, rest, applied=applied)
        if examined is None:
            return
        self._templates[path] = examined.templates
        self._subjects.extend(examined.subjects)
        self._sources[path] = examined.source
        self._problems.extend(examined.problems)
        if examined.findings:
            self._findings.setdefault(path, []).extend(examined.findings)

    def silent(self) -> frozenset[str]:
        """Ids of the rules that had nothing to be about in what was taken in."""
        from sealwright.policy.silent import silent

        return silent(self._rules, self._everything(lambda _path: "", lambda _path, _first, _last: ""))

    def _related(self, read: Callable[[str], str], changed_on: Callable[[str, int, int], str]) -> Iterator[Finding]:
        if not self._world:
            return
        world = self._everything(read, changed_on)
        yield from numbered(
            finding
            for violation in related(world, self._rules)
            for finding in findings_of(violation, self._sources.get(violation.blame.subject.path))
        )

    def _everything(self, read: Callable[[str], str], changed_on: Callable[[str, int, int], str]) -> World:
        return World(
            self._subjects,
            self._files,
            read,
            self._rules.params,
            self._rendered,
            self._whole,
            self._today,
            changed_on,
            self._touched,
        )

    def _answers_for(self, rule: str) -> bool:
        """Whether it would have been found here, had it been there."""
        return is_policy_rule(rule) and (self._whole or all(rule != world.id for world in self._world))


def _marked(findings: list[Finding], source: Source | None, key: Key) -> list[Finding]:
    """Those about material with marks of it: another value in clear is another leak, as another image is not."""
    if source is None:
        return findings
    from sealwright.gate.keyed import with_marks

    return [
        with_marks(source, [finding], key)[0] if finding.rule.startswith(_ABOUT_MATERIAL) else finding
        for finding in findings
    ]
