"""Mechanical repairs: what a rule's `fix` makes of a file, one after the other, each proved by reading the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import RewriteError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source
from sealwright.manifest.values import value_of
from sealwright.policy.judging import judge
from sealwright.policy.objects import subject_of
from sealwright.policy.patching import Unfixable, patch_edit, patched, pointer
from sealwright.policy.paths import keyed
from sealwright.rewrite.edit import apply_edits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from sealwright.manifest.resource import Resource
    from sealwright.policy.judging import Violation
    from sealwright.policy.packs.model import Rules
    from sealwright.policy.subject import DocumentPath
    from sealwright.rewrite.edit import Edit

_MOST = 500
"""Repairs in one file: whoever has more runs it again."""


class Repair(NamedTuple):
    """One that was made, or, with a `reason`, one that could not be. `field` is the blamed place."""

    rule: str
    path: str
    resource: str
    field: str
    reason: str = ""


def fixed(source: Source, rules: Rules, wanted: Collection[tuple[str, str, str]]) -> tuple[str, list[Repair]]:
    """The text with all repairs, and what was repaired and what was not. `wanted` has (rule, object, field).

    Files with a flaw of their encoding are left alone.
    """
    repairs: list[Repair] = []
    if source.flaw:
        return source.text, repairs
    refused: set[tuple[str, str, str]] = set()
    text = source.text
    for _ in range(_MOST):
        current = Source(source.path, text, encoding=source.encoding, mark=source.mark)
        broken = _repairable(current, rules)
        found = next((one for one in broken if one.key in wanted and one.key not in refused), None)
        if found is None:
            break
        rule, resource, field = found.key
        try:
            text = found.apply(current, rules)
            repairs.append(Repair(rule, source.path, resource, field))
        except Unfixable as error:
            repairs.append(Repair(rule, source.path, resource, field, str(error)))
            refused.add(found.key)
    return text, repairs


def replacement(violation: Violation, blamed: DocumentPath, source: Source) -> Edit | None:
    """The edit of a rule's fix at one place; None where there is none or it cannot be done cleanly."""
    fix, root = violation.rule.fix, getattr(violation.blame.subject.where, "root", None)
    if fix is None or not isinstance(root, Mapping) or violation.blame.error:
        return None
    try:
        path = pointer(blamed, fix.path)
        return patch_edit(source, root, fix.op, path, fix.value) if path else None
    except Unfixable:
        return None


class _Repairable(NamedTuple):
    """A broken rule that has a fix, and the object that it is about, by its number in the file."""

    key: tuple[str, str, str]
    number: int
    resource: Resource
    violation: Violation
    blamed: DocumentPath

    def edit(self, source: Source) -> tuple[Edit, Any]:
        """The edit, and the object as it must be afterwards. Raises Unfixable."""
        fix = self.violation.rule.fix
        if fix is None:
            raise Unfixable("the rule has no mechanical fix")
        path = pointer(self.blamed, fix.path)
        if not path:
            raise Unfixable("it would take the whole object away")
        try:
            expected = patched(value_of(self.resource.node), fix.op, path, fix.value)
        except (KeyError, IndexError, TypeError, ValueError):
            raise Unfixable("the object has another shape there") from None
        return patch_edit(source, self.resource.node, fix.op, path, fix.value), expected

    def apply(self, source: Source, rules: Rules) -> str:
        """The text with the fix. Raises Unfixable where anything else would change, or where the rule stays broken."""
        edit, expected = self.edit(source)
        try:
            text = apply_edits(source.text, [edit])
        except RewriteError:
            raise Unfixable("its text cannot be taken apart") from None
        before = [value_of(resource.node) for resource in _resources(source)]
        mended = list(_resources(Source(source.path, text)))
        before[self.number] = expected
        if before != [value_of(resource.node) for resource in mended]:
            raise Unfixable("more than this would change")
        self._prove(mended[self.number], rules)
        return text

    def _prove(self, mended: Resource, rules: Rules) -> None:
        """Raises Unfixable unless the rule still looks at the object, can evaluate it, and finds less in it."""
        subject, old, rule = subject_of(mended), self.violation.blame.subject, self.violation.rule
        if subject is None or subject.ref[1:] != old.ref[1:]:
            raise Unfixable("it would be another object")
        if rule not in rules.about(subject.ref.api_version, subject.ref.kind, subject.family):
            raise Unfixable("the rule would no longer look at it")
        before, left = ([one.blame for one in judge(each, rules) if one.rule == rule] for each in (old, subject))
        if any(blame.error for blame in left):
            raise Unfixable("the rule could not be evaluated then")
        if sum(len(blame.paths) for blame in left) >= sum(len(blame.paths) for blame in before):
            raise Unfixable("it would not be enough")


def _resources(source: Source) -> Iterator[Resource]:
    for document in read_documents(source):
        if document.exact:
            yield from resources(document)


def _repairable(source: Source, rules: Rules) -> Iterator[_Repairable]:
    for number, resource in enumerate(_resources(source)):
        subject = subject_of(resource)
        if subject is None:
            continue
        for violation in judge(subject, rules):
            if violation.rule.fix is None or violation.blame.error:
                continue
            for blamed in violation.blame.paths:
                key = (violation.rule.id, str(subject.ref), keyed(subject.value, blamed))
                yield _Repairable(key, number, resource, violation, blamed)
