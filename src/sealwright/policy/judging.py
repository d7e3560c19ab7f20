"""What rules say of one object, and what rules over several objects say of everything.

As in admission, an evaluation that ends in an error counts as a broken rule: nothing that could not be judged passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError, UnknownValue
from sealwright.policy.packs.model import OBJECT
from sealwright.policy.packs.places import shown
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.finding import Severity
    from sealwright.policy.cel.program import Program
    from sealwright.policy.cel.scope import Scope
    from sealwright.policy.packs.model import Rule, Rules
    from sealwright.policy.subject import Subject
    from sealwright.policy.world import World

_TOO_LONG = "it takes more steps than an evaluation may"
_GIVEN_UP = "it was not tried any more: it took more steps than an evaluation may for other objects"
_MOST_TOO_LONG = 3
"""Objects on which a rule may take too long: seconds for each of thousands would stop a run as a loop would."""
_MAX_PATHS = 50
"""Places for which one rule blames one object; whoever mends fifty sees the next fifty."""


class Violation(NamedTuple):
    """A rule, and what it has against one object."""

    rule: Rule
    blame: Blame

    @property
    def severity(self) -> Severity:
        """That of the rule in the packs that were chosen."""
        return self.rule.severity


def judge(subject: Subject, rules: Rules) -> Iterator[Violation]:
    """What the rules for single objects have against this one."""
    about = rules.about(subject.ref.api_version, subject.ref.kind, subject.family)
    if not about:
        return
    from sealwright.policy.cel.scope import Scope

    scope = Scope({"object": subject.value, "params": rules.params}, _definitions(rules))
    for rule in about:
        if rule.expression:
            blame = _evaluated(rule, subject, rules, scope)
            if blame is not None:
                yield Violation(rule, blame)
        else:
            for blame in _shaped(rule, subject, rules):
                yield Violation(rule, blame)


def related(world: World, rules: Rules) -> Iterator[Violation]:
    """What the rules over several objects have against what there is."""
    if not rules.world:
        return
    from importlib import import_module

    from sealwright.policy.relations.registry import CHECKS, may_find

    for rule in rules.world:
        if not may_find(rule.id, world):
            continue
        module, _, name = CHECKS[rule.id].partition(":")
        for blame in getattr(import_module(module), name)(world):
            yield Violation(rule, blame)


def _evaluated(rule: Rule, subject: Subject, rules: Rules, scope: Scope) -> Blame | None:
    """None where the object complies."""
    program: Program = rules.plans.get(rule.id) or _compiled(rule, rules)
    if _is_given_up(rule, rules):
        return Blame(subject, ((),), error=_GIVEN_UP)
    error = ""
    try:
        verdict = program.evaluate(scope)
        if verdict is True:
            return None
        if verdict is not False:
            error = "it gives no boolean"
    except UnknownValue:
        return None  # only applying the infrastructure tells: neither broken nor kept
    except EvaluationError as problem:
        error = str(problem) or "an error"
    except BudgetExceeded:
        return _too_long(rule, subject, rules)
    paths = shown(program.blame(scope), rule.at, subject.value)
    return Blame(subject, paths[:_MAX_PATHS] or ((),), error=error)


def _too_long(rule: Rule, subject: Subject, rules: Rules) -> Blame:
    """It counts as broken, and against further tries."""
    rules.slow[rule.id] = rules.slow.get(rule.id, 0) + 1
    return Blame(subject, ((),), error=_TOO_LONG)


def _is_given_up(rule: Rule, rules: Rules) -> bool:
    return rules.slow.get(rule.id, 0) >= _MOST_TOO_LONG


def _compiled(rule: Rule, rules: Rules) -> Program:
    from sealwright.policy.packs.checking import prepared

    program = rules.plans[rule.id] = prepared(rule.expression, rules.variables)
    return program


def _definitions(rules: Rules) -> Mapping[str, Program]:
    """Shared expressions under the names that rules use, compiled when one is asked for."""
    found: Mapping[str, Program] | None = rules.plans.get("variables")
    if found is None:
        found = rules.plans["variables"] = _Definitions(rules.variables)
    return found


class _Definitions(dict[str, "Program"]):
    """Compiles what is asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__()
        self._variables = variables

    def __missing__(self, name: str) -> Program:
        from sealwright.policy.packs.checking import prepared

        program = self[name] = prepared(self._variables[name.partition(".")[2]], self._variables)
        return program


def _shaped(rule: Rule, subject: Subject, rules: Rules) -> Iterator[Blame]:
    if rule.check == OBJECT:
        from importlib import import_module

        from sealwright.policy.packs.checks import CHECKS

        module, _, name = CHECKS[rule.id].partition(":")
        yield from getattr(import_module(module), name)(subject, rules.params)
        return
    from sealwright.policy.packs.schema import wrong_places

    if _is_given_up(rule, rules):
        yield Blame(subject, ((),), error=_GIVEN_UP)
        return
    if rule.id not in rules.plans:
        rules.plans[rule.id] = wrong_places(rule.schema)
    try:
        paths = rules.plans[rule.id](subject.value)
    except BudgetExceeded:
        yield _too_long(rule, subject, rules)
        return
    if paths:
        yield Blame(subject, tuple(paths)[:_MAX_PATHS])
