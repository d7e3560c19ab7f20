"""The packs that come with the program."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from support import NO_SHARED_DATA, ROOT, shared_dir

from sealwright.manifest.source import Source
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.catalogue import Catalogue, shipped
from sealwright.policy.packs.compiling import shipped_files
from sealwright.policy.packs.model import Fixture, Rules
from sealwright.policy.packs.trying import try_rule

FILES = {file.name: file for file in shipped_files()}
RULES = {rule.id: (file, rule) for file in FILES.values() for rule in file.rules}
NAMES = (
    "baseline",
    "pci-dss-4.0.1",
    "nist-800-53r5",
    "eks-best-practices",
    "external-secrets",
    "sealed-secrets",
    "csi",
)
UNKNOWN_UNTIL_SET = {"ESO017"}
"""Its reference inlines a list of regions; ours is silent until somebody says which are allowed."""
RENDERED = {"WRK007"}
"""Its reference takes a missing namespace for `default`, which is true of rendered manifests only."""


@cache
def catalogue() -> Catalogue:
    return shipped()


def test_the_generated_files_are_up_to_date() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "write_policy_pages.py"), "--check"]
    result = subprocess.run(check, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_packs_are_there_and_their_rules_too() -> None:
    assert set(NAMES) <= catalogue().packs.keys()
    for pack in catalogue().packs.values():
        assert pack.rules.keys() <= catalogue().ids()
    assert not [name for name in catalogue().packs["baseline"].rules if catalogue().rule(name).noisy]
    assert all(catalogue().rule(name).id == name for name in catalogue().raw)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_says_of_its_examples_what_it_should(name: str) -> None:
    file, rule = RULES[name]
    assert list(try_rule(rule, file.tests[name], catalogue())) == []
    assert rule.export.admission or rule.export.reason
    assert not rule.export.admission or rule.expression


@pytest.mark.parametrize("name", sorted(name for name, (_, rule) in RULES.items() if rule.expression))
def test_what_is_wrong_in_an_example_is_blamed_in_one_place(name: str) -> None:
    file, rule = RULES[name]
    for fixture in file.tests[name].failing:
        params = {param.name: param.value for param in catalogue().params.values()} | dict(fixture.params)
        for subject in objects_in(Source("a.yaml", fixture.text)).subjects:
            for violation in judge(subject, Rules((rule,), params, catalogue().variables)):
                (path,) = violation.blame.paths
                assert path, "the object as a whole is no place"
                assert subject.where(path).start.line == subject.where(path).end.line


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ('{apiGroups: [""], resources: ["*"], verbs: ["*"]}', ["rules.0.resources.0"]),
        ('{apiGroups: [""], resources: [configmaps, secrets], verbs: [get, "*"]}', ["rules.0.verbs.1"]),
        (
            '{apiGroups: [""], resources: ["*"], verbs: [get]}, {apiGroups: ["*"], resources: [secrets], verbs: ["*"]}',
            ["rules.0.resources.0", "rules.1.verbs.0"],
        ),
    ],
)
def test_a_wildcard_over_secrets_is_blamed_where_it_stands(rules: str, expected: list[str]) -> None:
    text = f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: a}}\nrules: [{rules}]\n"
    (subject,) = objects_in(Source("a.yaml", text)).subjects
    (violation,) = judge(subject, Rules((RULES["RBC002"][1],), {}, {}))
    assert [".".join(map(str, path)) for path in violation.blame.paths] == expected


@pytest.mark.parametrize("name", sorted(name for name, (_, rule) in RULES.items() if rule.expression))
def test_the_negation_of_a_rule_is_noticed(name: str) -> None:
    file, rule = RULES[name]
    negated = rule._replace(expression=f"!({rule.expression})")
    assert list(try_rule(negated, file.tests[name], catalogue()))


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_pack_is_as_its_schema_says(path: Any) -> None:
    schema = json.loads((ROOT / "policies" / "pack.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(content)] == []


def test_the_rules_agree_with_the_reference_on_its_fixtures() -> None:
    folder = shared_dir()
    if folder is None:
        pytest.skip(NO_SHARED_DATA)
    reference = json.loads((folder / "reference" / "policy-rules.json").read_text(encoding="utf-8"))["rules"]
    assert len(reference) == 94
    fixtures = [(entry["id"], kind, text) for entry in reference for kind in ("pass", "fail") for text in entry[kind]]
    wrong = [(name, text) for name, kind, text in fixtures if _fails(name, text) != (kind == "fail")]
    assert {name for name, _ in wrong} <= UNKNOWN_UNTIL_SET, wrong


def _fails(name: str, text: str) -> bool:
    _, rule = RULES[name]
    values = {param.name: param.value for param in catalogue().params.values()} | {"rendered": name in RENDERED}
    rules = Rules((rule,), values, catalogue().variables)
    subjects = objects_in(Source("a.yaml", Fixture(text).text)).subjects
    violations = [violation for subject in subjects for violation in judge(subject, rules)]
    assert not [violation for violation in violations if violation.blame.error]
    return bool(violations)
