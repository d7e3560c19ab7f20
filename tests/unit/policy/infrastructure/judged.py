"""What the rules on infrastructure say of texts, in a form that a test can compare: `KMS001 2:25-30 spec.x`."""

from __future__ import annotations

from functools import cache
from typing import Any

from support import ROOT

from sealwright.finding import Problem
from sealwright.manifest.source import Source
from sealwright.policy.infrastructure.reader import infrastructure_contents
from sealwright.policy.judging import judge
from sealwright.policy.packs.model import Rules
from sealwright.policy.packs.reader import read_pack
from sealwright.policy.paths import keyed
from sealwright.policy.subject import Subject


@cache
def rules() -> Rules:
    """The rules of the shipped pack, also those that are off by themselves."""
    path = ROOT / "policies" / "infrastructure.yaml"
    file = read_pack(path.read_bytes(), str(path), shipped=True)
    return Rules(file.rules, {name: param.value for name, param in file.params.items()}, file.variables)


def contents(path: str, text: str, **others: str) -> list[Subject | Problem]:
    """What is read from a text. `others` are files of the same folder: `variables_tf`."""
    rest = (Source(name.replace("_", "."), said) for name, said in others.items())
    return list(infrastructure_contents(Source(path, text), rest))


def specs(path: str, text: str, **others: str) -> dict[str, Any]:
    """The `spec` of every resource, by its name; there must be no problem."""
    found = contents(path, text, **others)
    assert not [item for item in found if isinstance(item, Problem)]
    return {item.ref.name: item.value["spec"] for item in found if isinstance(item, Subject)}


def judged(path: str, text: str, only: str = "", **others: str) -> list[str]:
    """Rule, place and field of everything that is wrong, sorted; of the rule `only`, where one is named."""
    found = []
    for item in contents(path, text, **others):
        assert isinstance(item, Subject), item
        for violation in judge(item, rules()):
            assert not violation.blame.error
            for path_ in violation.blame.paths:
                place = item.where(path_)
                where = f"{place.start.line}:{place.start.column}-{place.end.column}"
                found.append(f"{violation.rule.id} {where} {keyed(item.value, path_)}")
    return sorted(line for line in found if line.startswith(only))
