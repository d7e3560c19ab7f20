"""What kustomizations and charts make of files, under the rules for single objects: told where people can mend it.

A renderer changes names, namespaces and whatever patches say, so an object is found again by its kind and by the name
that kustomizations make of its own; the place in it by the same path, items of lists by their names. Helm says itself
which template it is from. Where neither tells, or more than one could be meant, the place is the kustomization, or the
values file or the chart.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.finding import Location, Problem, Span
from sealwright.manifest.discover import DEFAULT_MAX_BYTES
from sealwright.manifest.places import Places
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.paths import lookup
from sealwright.policy.relations.layout import Layout
from sealwright.run.gate.policy import findings_of, may_hold_objects
from sealwright.run.gate.renaming import HASH, Renaming
from sealwright.run.gate.template_places import kind_in_template
from sealwright.run.render.pipeline import content, outputs, unparsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.finding import Finding, ResourceRef
    from sealwright.manifest.source import Source
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import DocumentPath, Subject
    from sealwright.run.gate.asked import Asked
    from sealwright.run.render.pipeline import Output

_MATTERS = (b"kind", b"Generator")
"""Objects, or a kustomization that makes some."""
_MADE_OF = Pattern(r"^# Source: [^/\n]{1,200}/([^\n]{1,1000})$", 8)  # re.MULTILINE
_GENERATED = ("Secret", "ConfigMap")


class Renderings(NamedTuple):
    """`spoken` are the objects of files (path, object) that renderings are made of, `templates` the files of charts.

    `sources`: those in which findings stand, by path.
    """

    findings: list[Finding]
    problems: list[Problem]
    spoken: frozenset[tuple[str, ResourceRef]]
    templates: frozenset[str]
    sources: Mapping[str, Source]
    objects: int


def judge_renderings(asked: Asked) -> Renderings:
    """Everything that the rules for single objects find in what renderers put out. Raises UsageError for --staged."""
    files = _Files(asked)
    found: dict[tuple[object, ...], list[Finding]] = {}
    problems: list[Problem] = []
    spoken: set[tuple[str, ResourceRef]] = set()
    templates: set[str] = set()
    count = 0
    for output in outputs(asked.selection, asked.repository, lambda data: any(word in data for word in _MATTERS)):
        if isinstance(output, Problem):
            problems.append(output)
            continue
        contents = objects_in(decode(output.own, output.data))
        if contents.problems or contents.templates:
            problems.append(unparsed(output))
            continue
        count += len(contents.subjects)
        origins = _Templates(output, files) if output.by == "helm" else _Objects(output, files)
        for finding in _found(output, contents.subjects, asked.rules, origins):
            key = (finding.rule, finding.location, finding.resource, finding.field)
            found.setdefault(key, []).append(finding)
        spoken |= origins.spoken
        templates |= origins.templates
    findings = [_once(same) for same in found.values()]
    return Renderings(findings, problems, frozenset(spoken), frozenset(templates), files.sources, count)


def _found(
    output: Output, subjects: Sequence[Subject], rules: Rules, origins: _Objects | _Templates
) -> Iterator[Finding]:
    for subject in subjects:
        placed, source = origins.placed(subject)
        for violation in judge(placed, rules):
            for finding in findings_of(violation, source, mendable=False):
                yield finding._replace(message=f"{finding.message}, {output.words}")


def _once(same: Sequence[Finding]) -> Finding:
    """One finding of those that several renderings have at one place."""
    words = {finding.message for finding in same}
    if len(words) == 1:
        return same[0]
    others = "1 other does" if len(words) == 2 else f"{len(words) - 1} others do"
    return same[0]._replace(message=f"{same[0].message}, and {others}")


class _Files:
    """The files that renderers read, each decoded and parsed once."""

    def __init__(self, asked: Asked) -> None:
        self._places = Places(asked.repository)
        self._limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
        self._subjects: dict[str, list[Subject]] = {}
        self.sources: dict[str, Source] = {}

    def shown(self, path: str) -> str:
        return self._places.shown(path)

    def source(self, path: str) -> Source:
        shown = self.shown(path)
        if shown not in self.sources:
            self.sources[shown] = decode(shown, content(path, self._limit))
        return self.sources[shown]

    def subjects(self, path: str) -> list[Subject]:
        shown = self.shown(path)
        if shown not in self._subjects:
            data = content(path, self._limit)
            holds = may_hold_objects(shown, data, applied=True)
            self._subjects[shown] = objects_in(self.source(path)).subjects if holds else []
        return self._subjects[shown]


class _Objects:
    """Where the objects of a kustomization come from."""

    def __init__(self, output: Output, files: _Files) -> None:
        self._files = files
        self._start = _start(output, files)
        self._known: dict[tuple[str, str], list[Subject]] = {}
        self.spoken: set[tuple[str, ResourceRef]] = set()
        self.templates: set[str] = set()
        self._layout = Layout()
        self._renaming = Renaming()
        subjects = [subject for path in output.files for subject in files.subjects(path)]
        for subject in subjects:
            self._layout.add(subject)
            self._renaming.add(subject)
        for subject in subjects:
            if not self._layout.is_patch(subject.path):
                self._known.setdefault(_type(subject), []).append(subject)

    def placed(self, subject: Subject) -> tuple[Subject, Source | None]:
        """The object with places in a source, and that source."""
        origin = self._origin(subject)
        if origin is None:
            ref = subject.ref
            if ref.kind in _GENERATED:
                ref = ref._replace(name=HASH.sub("", ref.name))
            return subject._replace(path=self._start.path, ref=ref, where=lambda _path: self._start), None

        def where(path: DocumentPath) -> Location:
            there = _as_far_as(subject.value, origin.value, path)
            value = lookup(subject.value, path)
            made = value is not None and not isinstance(value, (dict, list))
            if made and (len(there) < len(path) or lookup(origin.value, there) != value):
                return self._start  # what the kustomization has put there is not the file's to excuse
            return origin.where(there)

        self.spoken.add((origin.path, origin.ref))
        return subject._replace(path=origin.path, where=where), self._files.sources[origin.path]

    def _origin(self, subject: Subject) -> Subject | None:
        """The one object that it was made of; None where there are several of which it could be."""
        ref = subject.ref
        close = [each for each in self._known.get(_type(subject), ()) if self._renaming.can_make(ref.name, each)]
        if len(close) > 1:
            close = [each for each in close if ref.namespace in self._namespaces(each)]
        return close[0] if len(close) == 1 else None

    def _namespaces(self, origin: Subject) -> set[str]:
        return {outside or origin.ref.namespace for outside in self._layout.namespaces(origin.path)}


class _Templates:
    """Where the objects of a chart come from."""

    def __init__(self, output: Output, files: _Files) -> None:
        self._output = output
        self._files = files
        self._start = _start(output, files)
        self._rendered = decode(output.own, output.data)
        self.spoken: set[tuple[str, ResourceRef]] = set()
        self.templates: set[str] = set()
        self._paths = {os.path.realpath(path): path for path in output.files}
        self._folder = os.path.commonpath([os.path.dirname(path) for path in output.files])

    def placed(self, subject: Subject) -> tuple[Subject, Source | None]:
        """The object at the line of its template that says its kind; at the template where several could be meant."""
        before = self._rendered.text[: self._rendered.offset(subject.where(()).start)]
        comments = _MADE_OF.findall(before)
        path = self._paths.get(os.path.realpath(posixpath.join(self._folder, comments[-1]))) if comments else None
        if path is None:
            return subject._replace(path=self._start.path, where=lambda _path: self._start), None
        source = self._files.source(path)
        self.templates.add(source.path)
        place = source.location(kind_in_template(source, subject.ref))
        return subject._replace(path=place.path, where=lambda _path: place), source


def _start(output: Output, files: _Files) -> Location:
    own = next(path for path in output.files if files.shown(path) == output.own)
    return files.source(own).location(Span(0, 0))


def _type(subject: Subject) -> tuple[str, str]:
    return subject.ref.api_version.rpartition("/")[0], subject.ref.kind


def _as_far_as(made: Any, origin: Any, path: DocumentPath) -> DocumentPath:
    """The path as it is in the origin, up to where what was made of it has something of its own."""
    found: list[str | int] = []
    for step in path:
        made = made[step]
        if isinstance(step, str):
            if not isinstance(origin, dict) or step not in origin:
                break
            found.append(step)
            origin = origin[step]
        else:
            position = _position(origin, step, made)
            if position is None:
                break
            found.append(position)
            origin = origin[position]
    return tuple(found)


def _position(items: Any, index: int, item: Any) -> int | None:
    """Where an item of a list was: the one of its name, else the same."""
    if not isinstance(items, list):
        return None
    name = item.get("name") if isinstance(item, dict) else None
    if isinstance(name, str):
        named = (at for at, each in enumerate(items) if isinstance(each, dict) and each.get("name") == name)
        return next(named, None)
    return index if index < len(items) and items[index] == item else None
