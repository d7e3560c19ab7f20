"""The mechanical repairs of the rules that come with the program, on the rules' own examples."""

from __future__ import annotations

from typing import Any

import pytest

from sealwright.manifest.source import Source
from sealwright.policy.fixing import fixed
from sealwright.policy.judging import Violation, judge
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.catalogue import shipped
from sealwright.policy.packs.compiling import shipped_files
from sealwright.policy.packs.model import Fix, Rules
from sealwright.policy.paths import keyed

RULES = {rule.id: (file, rule) for file in shipped_files() for rule in file.rules if rule.fix is not None}
PARAMS = {param.name: param.value for param in shipped().params.values()}
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec:
  containers:
    - name: c
      volumeMounts:
        - {name: s, mountPath: /s, readOnly: true}
  volumes:
    - name: s
      secret: {secretName: s}
"""


def rules_of(name: str, **changes: Any) -> Rules:
    return Rules((RULES[name][1]._replace(**changes),), PARAMS, shipped().variables)


def violations(text: str, rules: Rules) -> list[Violation]:
    return [each for subject in objects_in(Source("a.yaml", text)).subjects for each in judge(subject, rules)]


def repaired(text: str, rules: Rules) -> tuple[str, list[str]]:
    wanted = {
        (each.rule.id, str(each.blame.subject.ref), keyed(each.blame.subject.value, path))
        for each in violations(text, rules)
        for path in each.blame.paths
    }
    after, repairs = fixed(Source("a.yaml", text), rules, wanted)
    return after, [repair.reason for repair in repairs]


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_fix_mends_an_example_of_its_rule(name: str) -> None:
    rules, results = rules_of(name), []
    for fixture in RULES[name][0].tests[name].failing:
        after, reasons = repaired(fixture.text, rules)
        assert (after != fixture.text) == ("" in reasons)
        assert not violations(after, rules) or after == fixture.text
        results.append(after != fixture.text)
    assert any(results)


@pytest.mark.parametrize(
    "fix",
    [
        Fix("add", "./secret/defaultMode", 256),
        Fix("replace", "/spec/volumes", "none"),
        Fix("remove", "/kind"),
        Fix("replace", "/kind", "Other"),
        Fix("replace", "/metadata/name", "b"),
    ],
)
def test_what_can_no_longer_be_judged_is_not_mended(fix: Fix) -> None:
    after, reasons = repaired(POD, rules_of("WRK003", fix=fix))
    assert after == POD
    assert all(reasons)
    assert reasons
