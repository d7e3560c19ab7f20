"""Rules tried on their own fixtures: `sealwright policy test`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.source import Source
from sealwright.policy.judging import judge, related
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.model import WORLD, Rules
from sealwright.policy.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.finding import Problem
    from sealwright.policy.judging import Violation
    from sealwright.policy.packs.catalogue import Catalogue
    from sealwright.policy.packs.model import Fixture, Rule, Tests
    from sealwright.policy.subject import Subject

_NAME = "fixture.yaml"


class Failure(NamedTuple):
    """What is wrong with a rule's fixtures: which one (`pass 1`, '' for all of them), and how."""

    rule: str
    fixture: str
    message: str


class _Outcome(NamedTuple):
    matched: bool
    violations: list[Violation]
    problems: list[Problem]


def try_rule(rule: Rule, tests: Tests, catalogue: Catalogue) -> Iterator[Failure]:
    """Everything that is wrong: a verdict that is not the expected one, and fixtures that prove nothing."""
    if not tests.passing or not tests.failing:
        yield Failure(rule.id, "", "it needs one fixture that passes and one that fails, at least")
    about = clean = False
    for number, fixture in enumerate(tests.passing, 1):
        outcome = _tried(rule, fixture, catalogue)
        about = about or outcome.matched
        yield from (Failure(rule.id, f"pass {number}", problem.message) for problem in outcome.problems)
        for violation in outcome.violations:
            why = violation.blame.error or violation.blame.detail or "the rule finds fault with it"
            yield Failure(rule.id, f"pass {number}", why)
    for number, fixture in enumerate(tests.failing, 1):
        outcome = _tried(rule, fixture, catalogue)
        clean = clean or any(not violation.blame.error for violation in outcome.violations)
        yield from (Failure(rule.id, f"fail {number}", problem.message) for problem in outcome.problems)
        if not outcome.violations:
            why = "the rule lets it pass" if outcome.matched else "it holds nothing that the rule is about"
            yield Failure(rule.id, f"fail {number}", why)
    if tests.passing and not about:
        yield Failure(rule.id, "", "no fixture that passes holds anything that the rule is about")
    if tests.failing and not clean:
        yield Failure(
            rule.id, "", "no fixture fails by the rule itself, without an error: its negation would do as well"
        )


def _tried(rule: Rule, fixture: Fixture, catalogue: Catalogue) -> _Outcome:
    params = {name: param.value for name, param in catalogue.params.items()} | dict(fixture.params)
    rules = Rules((rule,), params, catalogue.variables)
    subjects: list[Subject] = []
    problems: list[Problem] = []
    files = fixture.files or {_NAME: fixture.text}
    for path, text in sorted(files.items()):
        found, wrong = _read(path, text)
        subjects += found
        problems += wrong
    if rule.check == WORLD:
        world = _world(fixture, files, subjects, rules)
        return _Outcome(True, list(related(world, rules)), [] if fixture.files else problems)
    violations = [violation for subject in subjects for violation in judge(subject, rules)]
    matched = any(rules.about(subject.ref.api_version, subject.ref.kind, subject.family) for subject in subjects)
    return _Outcome(matched, violations, problems)


def _read(path: str, text: str) -> tuple[Sequence[Subject], Sequence[Problem]]:
    from sealwright.policy.infrastructure.reader import infrastructure_subjects, is_infrastructure

    source = Source(path, text)
    infrastructure = path != _NAME and is_infrastructure(path, text.encode())
    subjects = list(infrastructure_subjects(source)) if infrastructure else []
    if not path.endswith((".yaml", ".yml", ".json")):
        return subjects, ()
    contents = objects_in(source)
    return [*subjects, *contents.subjects], contents.problems


def _world(fixture: Fixture, files: Mapping[str, str], subjects: list[Subject], rules: Rules) -> World:
    return World(
        subjects,
        sorted(files),
        lambda path: files.get(path, ""),
        rules.params,
        fixture.rendered,
        True,
        fixture.today,
        lambda path, _start, _end: fixture.changed.get(path, ""),
        fixture.touched,
    )
