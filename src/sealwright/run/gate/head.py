"""The tree that is to be merged, as it lies here: plaintext, policy, and what is sealed."""

from __future__ import annotations

import os
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.finding import Finding, Problem, Verdict
from sealwright.gate.override import with_overrides, without_dormant
from sealwright.manifest.applied import Applied
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target, read_target, too_large
from sealwright.manifest.globs import compile_globs
from sealwright.manifest.links import behind
from sealwright.policy.infrastructure.reader import is_part_of_infrastructure
from sealwright.run.gate.asked import Seen
from sealwright.run.gate.partial import Patches
from sealwright.run.gate.policy import is_in_module, is_manifest, is_read_by_policy, may_hold_objects
from sealwright.run.gate.tree_policy import TreePolicy
from sealwright.run.results import FileDone
from sealwright.run.scan import large_may_matter, scan, targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.manifest.trees import Tree
    from sealwright.run.gate.asked import Asked
    from sealwright.verify.examiner import Examiner

_BEGINNING = 1024
"""Bytes that tell the encoding of a file."""


def look(asked: Asked) -> Seen:
    """Everything that is found, before anybody's waivers and baselines."""
    seen = Seen([], [], [], [])
    selection, repository, stdin = asked.selection, asked.repository, asked.stdin
    for result in scan(selection, repository, stdin=stdin, jobs=asked.jobs, worth=asked.worth, checks=asked.checks):
        if isinstance(result, Finding):
            seen.findings.append(result)
        elif isinstance(result, Problem):
            seen.problems.append(result)
        elif isinstance(result, FileDone):
            seen.done.append(result)
    tree = TreePolicy(
        asked.rules,
        asked.today,
        whole=asked.whole,
        rendered=stdin is not None,
        touched=asked.touched,
        marking=asked.marking,
    )
    for found in _policy(asked, tree):
        if isinstance(found, Problem):
            seen.problems.append(found)
        else:
            seen.findings.append(found)
    if asked.examiner_for is not None:
        _verify(asked, asked.examiner_for, seen)
    findings = overridden(seen.findings, asked)
    return seen._replace(
        findings=findings,
        problems=_told_once(seen.problems),
        objects=tree.objects,
        templates=tree.templates,
        legible=tree.legible,
        silent=tree.silent,
    )


def overridden(found: Iterable[Finding], asked: Asked) -> list[Finding]:
    """The findings with the severities that hold at their paths, those left out that count only where it is said."""
    overrides, findings = asked.overrides, list(found)
    if not overrides:
        return findings
    if asked.rules.dormant:
        findings = without_dormant(findings, asked.rules.dormant, overrides)
    return [kept for finding in findings for kept in with_overrides(finding.location.path, [finding], overrides)]


def _policy(asked: Asked, tree: TreePolicy) -> Iterator[Finding | Problem]:
    limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
    with closing(_tree(asked, limit)) as files:
        locations, applied, problems = _selected(asked, files)
        yield from problems
        for target in locations.values():
            named = target.path in applied
            if not (named or is_read_by_policy(target.path)):
                tree.name(target.path)
                continue
            data = _content(target, limit)
            if data is not None:
                tree.take(target.path, data, applied=named)
            elif _is_too_large(target, limit, applied=named):  # the scan tells of those only that may hold a value
                yield too_large(target.path, limit)
        for target in _module_files(locations) if not asked.whole else ():
            tree.beside(target.path, _content(target, limit) or b"")
        if asked.render:
            from sealwright.run.gate.rendered import judge_renderings

            tree.exchange(judge_renderings(asked))
        patches = Patches(files)
        yield from tree.findings(
            _reader(locations, limit), _ages(asked), lambda path: path in locations and patches.holds(locations[path])
        )


def _selected(asked: Asked, files: Tree) -> tuple[dict[str, Target], frozenset[str], list[Problem]]:
    """The targets by their paths, the paths of those that are applied under a name that says otherwise, and problems.

    What a selected kustomization applies is selected with it, and what a selected link leads to. What cannot be read is
    not among them: the scan tells it.
    """
    links: list[Target] = []
    found = targets(asked.selection, asked.repository, asked.stdin, links)
    locations = {target.path: target for target in found if not isinstance(target, Problem)}
    asking = Applied(files)
    named = [other for target in locations.values() for other in asking.named_by(target) if not is_manifest(other.path)]
    linked = list(behind(links, files, asking, is_manifest, asked.selection.skip_files))
    named += [other for other in linked if not isinstance(other, Problem)]
    paths = {path for path, target in locations.items() if not is_manifest(path) and asking.holds(target)}
    skip = compile_globs(asked.selection.skip_files)
    more = {other.path: other for other in named if other.path not in locations and files.holds(other)}
    wanted = [other for other in more.values() if skip is None or not skip.match(other.path)]
    locations |= {other.path: other for other in files.filled(wanted) if not isinstance(other, Problem)}
    problems = [each for each in linked if isinstance(each, Problem)]
    return locations, frozenset({*paths, *(other.path for other in named)}), problems


def _tree(asked: Asked, limit: int) -> Tree:
    """Where what is beside the files is looked for."""
    if asked.selection.staged and asked.repository is not None:
        from sealwright.manifest.index import Index

        return Index(asked.repository, limit)
    from sealwright.manifest.trees import WorkTree

    return WorkTree(asked.repository, limit)


def _module_files(locations: dict[str, Target]) -> Iterator[Target]:
    """The files beside those of Terraform modules that were not selected: what is selected may need their variables."""
    folders = {
        os.path.dirname(target.location): path.rpartition("/")[0]
        for path, target in locations.items()
        if is_in_module(path) and target.content is None
    }
    for folder, shown in folders.items():
        for name in sorted(os.listdir(folder or os.curdir)):
            path = f"{shown}/{name}" if shown else name
            if is_in_module(name) and path not in locations:
                yield Target(path, os.path.join(folder, name))


def _reader(locations: dict[str, Target], limit: int) -> Callable[[str], str]:
    @cache
    def read(path: str) -> str:
        data = _content(locations[path], limit) if path in locations else None
        return (data or b"").decode("utf-8", "replace")

    return read


def _content(target: Target, limit: int) -> bytes | None:
    """None where it cannot be read or is too large: the scan has told it."""
    try:
        data = read_target(target, limit)
    except SealwrightError:
        return None
    return data if len(data) <= limit else None


def _is_too_large(target: Target, limit: int, *, applied: bool) -> bool:
    """Whether rules may be about what a file holds that is larger than what is read: all of it is searched."""
    try:
        data = read_target(target, limit)
    except SealwrightError:
        return False

    def may_hold(piece: bytes) -> bool:
        # The first bytes of a piece from the middle say nothing of an encoding.
        piece = b"    " + piece
        return may_hold_objects(target.path, piece, applied=applied) or is_part_of_infrastructure(target.path, piece)

    return len(data) > limit and large_may_matter(
        target, data[:_BEGINNING], may_hold, lambda text: may_hold(text.encode("utf-8", "surrogatepass"))
    )


def _ages(asked: Asked) -> Callable[[str, int, int], str]:
    repository = asked.repository
    if repository is None:
        return lambda _path, _first, _last: ""
    from sealwright.manifest.ages import changed_on

    return lambda path, first, last: changed_on(repository.root, path, first, last)


def _verify(asked: Asked, examiner_for: Callable[[str], Examiner], seen: Seen) -> None:
    from sealwright.run.verify import verify

    for result in verify(asked.selection, asked.repository, examiner_for, stdin=asked.stdin, render=asked.render):
        if isinstance(result, Verdict):
            seen.verdicts.append(result)
        elif isinstance(result, Problem):
            seen.problems.append(result)


def _told_once(problems: list[Problem]) -> list[Problem]:
    """Scan, policy and verification each meet a broken document; the first that tells of its line is enough."""
    first: dict[tuple[str, int], Problem] = {}
    for problem in problems:
        first.setdefault((os.path.normpath(problem.path), problem.line), problem)
    return list(first.values())
