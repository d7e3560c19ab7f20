"""Packs of a repository: data, checked before they judge, with errors that say where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sealwright.config import Named, Override
from sealwright.errors import ConfigurationError
from sealwright.finding import Position, Severity
from sealwright.policy.packs.load import load_packs

HEAD = "pack: ours\nversion: '1'\ntitle: Ours\n"
RULE = """\
rules:
  - id: OUR001
    slug: ours
    title: Ours
    why: Because.
    severity: high
    kinds: [v1/Pod]
    message: it is wrong
    remediation: Mend it.
"""
WHOLE = f"{HEAD}{RULE}    expression: has(object.spec)\n"


def load(folder: Path, text: str, **more: Any) -> Any:
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    return load_packs(["ours.yaml"], root=str(folder), **more)


ERRORS = {
    "nothing": ("", "1:1", "needs `pack`"),
    "broken YAML": ("pack: [\n", ":", "not well-formed"),
    "an unknown key": (WHOLE + "    serverity: low\n", "14:5", "did you mean `severity`?"),
    "a severity": (WHOLE.replace("high", "hihg"), "9:15", "no severity"),
    "no condition": (HEAD + RULE, "5:5", "needs one condition"),
    "two conditions": (WHOLE + "    schema: {type: object}\n", "5:5", "needs one condition"),
    "code": (f"{HEAD}{RULE}    check: object\n", "13:12", "data, not code"),
    "an id": (WHOLE.replace("OUR001", "our1"), "5:9", "three capital letters"),
    "an id that is taken": (WHOLE.replace("OUR001", "WRK001"), "5:9", "there is a rule `WRK001` already"),
    "a slug that is taken": (
        WHOLE.replace("slug: ours", "slug: secret-in-environment"),
        "6:11",
        "WRK001 has this slug",
    ),
    "a rule twice": (WHOLE + RULE.removeprefix("rules:\n") + "    expression: 'true'\n", "14:5", "is there twice"),
    "a kind": (WHOLE.replace("[v1/Pod]", "[Pod]"), "10:13", "apiVersion/Kind"),
    "a missing key": (WHOLE.replace("    why: Because.\n", ""), "5:5", "has no `why`"),
    "an unknown function": (WHOLE.replace("has(object.spec)", "object.name.startWith('x')"), "13:29", "`startsWith`?"),
    "a syntax error": (WHOLE.replace("has(object.spec)", "object.spec &&"), "13:31", "end of the expression"),
    "another type": (WHOLE.replace("has(object.spec)", "size('x')"), "13:17", "type int, not bool"),
    "an unknown variable": (WHOLE.replace("has(object.spec)", "variables.podSpc == 1"), "13:17", "`podSpec`?"),
    "an unknown parameter": (
        WHOLE.replace("has(object.spec)", "params.allowdRegions == []"),
        "13:17",
        "`allowedRegions`?",
    ),
    "a variable that needs itself": (f"{HEAD}variables: {{a: variables.b, b: variables.a}}\n", "4:16", "needs itself"),
    "a parameter of another type": (f"{HEAD}set: {{allowedRegions: 5}}\n", "4:7", "another type"),
    "a parameter to set": (f"{HEAD}set: {{allowedRegion: []}}\n", "4:7", "`allowedRegions`?"),
    "an included rule": (f"{HEAD}include: [{{rules: [WRK01]}}]\n", "4:11", "there is no rule"),
    "an included pack": (f"{HEAD}include: [{{packs: [basline]}}]\n", "4:11", "`baseline`?"),
    "an included framework": (f"{HEAD}include: [{{controls: pci-dss}}]\n", "4:11", "`pci-dss-4.0.1`?"),
    "a pack that includes itself": (f"{HEAD}include: [{{packs: [ours]}}]\n", "ours.yaml", "includes itself"),
    "a shipped name": (WHOLE.replace("pack: ours", "pack: csi"), "ours.yaml", "there is a pack `csi` already"),
    "a key that is a list": (f"{WHOLE}    tests: {{pass: [{{[a]: 1, object: 5}}]}}\n", "14:21", "must be a string"),
    "a schema that is none": (f"{HEAD}{RULE}    schema: {{type: objekt}}\n", "13:13", "no JSON Schema"),
    "a schema from elsewhere": (f"{HEAD}{RULE}    schema: {{$ref: 'https://x/y'}}\n", "13:13", "itself only"),
    "a schema with another regex": (f"{HEAD}{RULE}    schema: {{pattern: '(?=a)'}}\n", "13:13", "of RE2"),
    "no kind": (WHOLE.replace("[v1/Pod]", "[]"), "10:12", "about nothing"),
    "a fix that says nothing": (WHOLE + "    fix: {}\n", "5:5", "does not say what to do"),
    "a fix without a place": (WHOLE + "    fix: {op: remove}\n", "5:5", "does not say what to do"),
    "a fix without a value": (WHOLE + "    fix: {op: add, path: /a}\n", "5:5", "does not say what to do"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, case: str) -> None:
    text, place, words = ERRORS[case]
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    said = f"{caught.value} {caught.value.hint}"
    assert "ours.yaml" in said
    assert place in caught.value.place
    assert words in said


def test_a_block_of_text_keeps_its_lines(tmp_path: Path) -> None:
    text = f"{HEAD}{RULE}    expression: |\n      has(object.spec)\n      && nosuch(object)\n"
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    assert caught.value.place == "ours.yaml:15:10"


@pytest.mark.parametrize("path", ["../ours.yaml", "/etc/hosts.yaml", "link.yaml", "missing.yaml", "folder.yaml"])
def test_a_pack_lies_in_the_repository(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "folder.yaml").mkdir(parents=True)
    (tmp_path / "ours.yaml").write_text(WHOLE, encoding="utf-8")
    os.symlink(tmp_path / "ours.yaml", root / "link.yaml")
    with pytest.raises(ConfigurationError):
        load_packs([path], root=str(root))


def test_packs_choose_rules_with_severities_and_parameters(tmp_path: Path) -> None:
    text = f"{WHOLE}include: [{{rules: [ESO017, WRK006], severity: low}}]\nset: {{allowedRegions: [eu-west-1]}}\n"
    rules = load(tmp_path, text)
    assert {rule.id: rule.severity for rule in rules.rules} == {"OUR001": Severity.HIGH, "ESO017": Severity.LOW}
    assert rules.params["allowedRegions"] == ["eu-west-1"]
    assert load(tmp_path, text, params={"allowedRegions": []}).params["allowedRegions"] == []
    named = Override(("**",), ((Named("WRK006", Position(1, 1), Position(1, 7)), "medium"),))
    awake = load(tmp_path, text, overrides=[named])
    assert awake.dormant == {"WRK006"}
    assert "WRK006" in {rule.id for rule in awake.rules}


def test_the_severest_of_several_packs_counts(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(f"{HEAD}include: [{{rules: [ESO015], severity: info}}]\n", encoding="utf-8")
    rules = load_packs(["ours.yaml", "baseline"], root=str(tmp_path))
    assert {rule.severity for rule in rules.rules if rule.id == "ESO015"} == {Severity.CRITICAL}


@pytest.mark.parametrize("params", [{"allowedRegion": []}, {"allowedRegions": "x"}, {"allowedRegions": [1]}])
def test_a_parameter_must_be_there_and_fit(params: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        load_packs(["baseline"], root="", params=params)


def test_a_pack_must_be_there() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_packs(["basline"], root="")
    assert "`baseline`?" in caught.value.hint
