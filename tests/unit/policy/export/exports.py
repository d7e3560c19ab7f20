"""Exports of the shipped rules, with the parameters of each fixture, and what the commit's own judgement says."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from sealwright.convert.yaml_text import yaml_text
from sealwright.manifest.source import Source
from sealwright.policy.export.policies import Exported, Origin, Target, exported
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.catalogue import Catalogue, shipped
from sealwright.policy.packs.compiling import shipped_files
from sealwright.policy.packs.model import Fixture, Rule, Rules

USUAL = Target()
TESTS = {name: tests for file in shipped_files() for name, tests in file.tests.items()}


class Case(NamedTuple):
    """An object of a fixture, the export for that fixture's parameters, and whether the rule finds fault with it."""

    rule: Rule
    export: Exported
    value: dict[str, Any]
    broken: bool


@cache
def catalogue() -> Catalogue:
    return shipped()


def rules() -> list[Rule]:
    """The rules that can be exported."""
    return [rule for rule in map(catalogue().rule, sorted(catalogue().ids())) if rule.export.admission]


def export(rule: Rule, target: Target = USUAL, **params: Any) -> Exported:
    """The rule with its usual parameters but for these."""
    values = {name: param.value for name, param in catalogue().params.items()} | params
    return exported(rule, Origin("pack", "1.0.0", values, catalogue().variables), target)


def text(export: Exported) -> str:
    """As the command writes it."""
    return "".join(f"---\n{yaml_text(document)}" for document in export.documents)


def renamed(export: Exported, suffix: str) -> Exported:
    """The same under another name, so that there can be several."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return value + suffix if value == export.name else value

    documents = tuple(map(walk, export.documents))
    return export._replace(name=export.name + suffix, documents=documents)


@cache
def cases() -> list[Case]:
    """All objects of all fixtures of the rules that can be exported."""
    found = []
    for rule in rules():
        for number, fixture in enumerate((*TESTS[rule.id].passing, *TESTS[rule.id].failing)):
            made = renamed(export(rule, **fixture.params), f"-{number}") if fixture.params else export(rule)
            found += [Case(rule, made, value, broken) for value, broken in _judged(rule, fixture)]
    return found


def _judged(rule: Rule, fixture: Fixture) -> list[tuple[dict[str, Any], bool]]:
    params = {name: param.value for name, param in catalogue().params.items()} | dict(fixture.params)
    judging = Rules((rule,), params, catalogue().variables)
    subjects = objects_in(Source("fixture.yaml", fixture.text)).subjects
    return [(dict(subject.value), bool(list(judge(subject, judging)))) for subject in subjects]
