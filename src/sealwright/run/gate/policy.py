"""One file under the rules of policy: what they find in it, and the objects that rules over several files need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import STDIN_NAME, Finding, Problem, Replacement
from sealwright.gate.excerpt import excerpt
from sealwright.manifest.source import decode
from sealwright.manifest.spelling import hides_words, is_wide
from sealwright.policy.infrastructure.reader import (
    MODULE_FILES,
    TERRAFORM_JSON,
    infrastructure_contents,
    is_infrastructure,
)
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.paths import keyed
from sealwright.run.gate.definitions import DEFINITION, is_no_definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.finding import Span
    from sealwright.manifest.source import Source
    from sealwright.policy.judging import Violation
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import DocumentPath, Subject

_MANIFESTS = (".yaml", ".yml", ".json")
_ENDINGS = (*_MANIFESTS, *MODULE_FILES, ".template", ".cfn", "kustomization")
_KIND = b"kind"
_VERSION = b"apiVersion"
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "kustomization")


class Examined(NamedTuple):
    """`subjects` in the order of the file; `templates` are documents that only rendering makes readable."""

    findings: list[Finding]
    problems: list[Problem]
    subjects: list[Subject]
    source: Source
    templates: Sequence[Span] = ()


def is_read_by_policy(path: str) -> bool:
    """Whether a file's name is one that rules are about."""
    return path == STDIN_NAME or path.lower().endswith(_ENDINGS)


def is_in_module(path: str) -> bool:
    """Whether a file says something together with others of its folder: Terraform."""
    return path.endswith((*MODULE_FILES, *TERRAFORM_JSON))


def examine(
    path: str, data: bytes, rules: Rules, rest: Iterable[Source] = (), *, applied: bool = False
) -> Examined | None:
    """What the rules for single objects say of a file's content; None where it holds nothing that rules are about.

    `rest` are the other files of a Terraform module. `applied`: it is a manifest, whatever its name says.
    """
    infrastructure = not applied and is_infrastructure(path, data)
    objects = may_hold_objects(path, data, applied=applied)
    if not (infrastructure or objects):
        return None
    source = decode(path, data)
    problems: list[Problem] = []
    subjects: list[Subject] = []
    templates: Sequence[Span] = ()
    if objects:
        contents = objects_in(source, bool if rules.about(*DEFINITION) else is_no_definition)
        problems, subjects, templates = contents.problems, contents.subjects, contents.templates
    for item in infrastructure_contents(source, rest) if infrastructure else ():
        if not isinstance(item, Problem):
            subjects.append(item)
        elif not objects:
            problems.append(item)
    found = numbered(finding for subject in subjects for finding in _findings(subject, rules, source))
    return Examined(list(found), problems, subjects, source, templates)


def is_manifest(path: str) -> bool:
    """Whether a file is read for objects because of its name."""
    name = path.lower()
    return name.endswith((*_MANIFESTS, *_KUSTOMIZATIONS)) and not name.endswith(TERRAFORM_JSON)


def may_hold_objects(path: str, data: bytes, *, applied: bool = False) -> bool:
    """Whether the bytes may hold a Kubernetes object. Errs towards yes for manifests; other files hold none.

    `applied`: it is a manifest, whatever its name says.
    """
    if path.lower().endswith(_KUSTOMIZATIONS):
        return True
    named = is_manifest(path) or (path.lower().endswith(TERRAFORM_JSON) and _VERSION in data)
    return (applied or named or path == STDIN_NAME) and (_KIND in data or is_wide(data) or hides_words(data))


def _findings(subject: Subject, rules: Rules, source: Source) -> Iterator[Finding]:
    for violation in judge(subject, rules):
        yield from findings_of(violation, source)


def findings_of(violation: Violation, source: Source | None, *, mendable: bool = True) -> Iterator[Finding]:
    """A finding for each path that a rule blames. Not `mendable`: the source is not what was judged."""
    rule, (subject, paths, detail, error) = violation.rule, violation.blame
    message = f"{rule.message}: {detail}" if detail else rule.message
    mends = mendable and rule.fix is not None
    if error:
        message = f"{rule.message} (it could not be evaluated, which counts as broken: {error})"
    for path in paths:
        location = subject.where(path)
        yield Finding(
            rule.id,
            violation.severity,
            rule.confidence,
            location,
            message,
            subject.ref,
            keyed(subject.value, path),
            excerpt=excerpt(source, location, path) if source is not None and source.path == location.path else None,
            replacement=_replacement(violation, path, source) if mends and source is not None else None,
        )


def _replacement(violation: Violation, path: DocumentPath, source: Source) -> Replacement | None:
    """What the rule's mechanical fix would change; None where that takes a person."""
    from sealwright.policy.fixing import replacement

    edit = replacement(violation, path, source)
    if edit is None:
        return None
    return Replacement(source.position(edit.start), source.position(edit.end), edit.text, violation.rule.remediation)


def numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that are otherwise the same told apart."""
    seen: dict[str, int] = {}
    for finding in findings:
        number = seen.get(finding.fingerprint, 0)
        seen[finding.fingerprint] = number + 1
        yield finding._replace(occurrence=number) if number else finding
