"""What is judged, what an error counts as, and where a finding points."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sealwright.finding import Confidence, ResourceRef, Severity
from sealwright.manifest.source import Source
from sealwright.policy.judging import judge
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.model import Rule, Rules, is_about
from sealwright.policy.packs.places import shown
from sealwright.policy.packs.schema import wrong_places
from sealwright.policy.subject import Subject


def rule(kinds: tuple[str, ...] = ("v1/Pod",), **fields: Any) -> Rule:
    texts: tuple[Any, ...] = ("OUR001", "ours", "t", "w", Severity.LOW, Confidence.CERTAIN, kinds, "m", "r", {})
    return Rule(*texts, **fields)


def pod(text: str = "spec: {containers: [{name: a, image: x}]}") -> Subject:
    (subject,) = objects_in(Source("a.yaml", f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{text}\n")).subjects
    return subject


def verdict(expression: str, variables: dict[str, str] | None = None, subject: Subject | None = None) -> Any:
    names = tuple(variables or ())
    rules = Rules((rule(expression=expression, variables=names),), {"list": ["x"]}, variables or {})
    return [violation.blame for violation in judge(subject or pod(), rules)]


@pytest.mark.parametrize(
    ("patterns", "api_version", "kind", "expected"),
    [
        (("v1/Pod",), "v2/v1", "Pod", False),
        (("v1/Pod",), "v1", "PodTemplate", False),
        (("external-secrets.io/*/ExternalSecret",), "external-secrets.io", "ExternalSecret", False),
        (("external-secrets.io/*/ExternalSecret",), "x.external-secrets.io/v1", "ExternalSecret", False),
        (("*/Pod",), "apps/v1", "Pod", False),
        (("*.upbound.io/v1*1/Key",), "kms.upbound.io/v1", "Key", False),
        (("v1/Pod",), "v1", "Pod", True),
        (("external-secrets.io/*/ExternalSecret",), "external-secrets.io/v1", "ExternalSecret", True),
        (("*.upbound.io/v1*1/K*",), "kms.upbound.io/v1beta1", "Key", True),
        (("cloudformation/AWS::KMS::Key",), "cloudformation", "AWS::KMS::Key", True),
        (("workloads",), "batch/v1", "CronJob", True),
    ],
)
def test_a_rule_is_about_some_kinds(patterns: tuple[str, ...], api_version: str, kind: str, *, expected: bool) -> None:
    ours = rule(patterns)
    assert is_about(ours, api_version, kind, "kubernetes") is expected
    assert bool(Rules((ours,), {}, {}).about(api_version, kind, "kubernetes")) is expected
    assert not is_about(ours._replace(family="terraform"), api_version, kind, "kubernetes")


@pytest.mark.parametrize("expression", ["has(object.spec)", "variables.names == ['a']", "'x' in params.list"])
def test_what_is_true_is_silent(expression: str) -> None:
    assert verdict(expression, {"names": "variables.all.map(c, c.name)", "all": "object.spec.containers"}) == []


@pytest.mark.parametrize(
    "expression",
    [
        "object.nothing == 1",
        "variables.broken",
        "object.spec.containers",
        "".join(f"[1, 2, 3, 4, 5, 6, 7, 8, 9].all({name}, " for name in "abcdefg") + "a + g > 0" + ")" * 7,
    ],
)
def test_what_cannot_be_judged_does_not_pass(expression: str) -> None:
    (blame,) = verdict(expression, {"broken": "object.x.y"})
    assert blame.error
    assert blame.paths


def test_blame_goes_through_variables_to_the_item() -> None:
    subject = pod("spec: {initContainers: [{name: i}], containers: [{name: a, image: x}, {name: b, image: evil}]}")
    both = {"all": "object.spec.containers + object.spec.initContainers"}
    (blame,) = verdict("variables.all.all(c, c.?image.orValue('') != 'evil')", both, subject)
    assert blame.paths == (("spec", "containers", 1, "image"),)


VALUE: dict[str, Any] = {"data": {"a": 1, "b": 2}, "l": [{"n": 1, "v": 2}, {"n": 3}], "x": 5, "s": {"t": {"c": 7}}}


@pytest.mark.parametrize(
    ("paths", "keys", "expected"),
    [
        ([("x",)], (), [("x",)]),
        ([("no",), ("x",)], (), [("x",)]),
        ([("no",), ("neither",)], (), [("no",)]),
        ([("data", "a"), ("data", "b")], (), [("data", "a"), ("data", "b")]),
        ([("data", "a"), ("s", "t", "c")], (), [("data", "a"), ("s", "t", "c")]),
        ([("data", "a"), ("s", "no"), ("data", "b"), ("x",)], (), [("data", "a"), ("data", "b"), ("x",)]),
        ([("data",), ("data", "a")], (), [("data",)]),
        ([("s", "t", "c"), ("s", "t"), ("s",)], (), [("s", "t", "c")]),
        ([("no",), ("data", "a"), ("s", "t", "c")], (), [("data", "a"), ("s", "t", "c")]),
        ([("l", 0, "n"), ("l", 1, "v")], (), [("l", 0, "n"), ("l", 1, "v")]),
        ([("l", 0, "n"), ("l", 0, "v"), ("x",)], ("v",), [("l", 0, "v")]),
        ([("x",), ("l", 0)], ("none", "l"), [("l", 0)]),
        ([("l", 0, "n"), ("m", 0, "v")], ("n", "v"), [("l", 0, "n")]),
        (
            [("l", 0, "n"), ("l", 1, "v"), ("l", 1, "n"), ("l", 2, "v")],
            ("n", "v"),
            [("l", 0, "n"), ("l", 1, "n"), ("l", 2, "v")],
        ),
    ],
)
def test_one_place_is_shown_for_each_thing_that_is_wrong(
    paths: list[Any], keys: tuple[str, ...], expected: list[Any]
) -> None:
    assert list(shown(paths, keys, VALUE)) == expected


SHAPE = {
    "type": "object",
    "required": ["kind"],
    "properties": {"n": {"type": "integer", "minimum": 0}, "l": {"type": "array", "items": {"enum": ["a", "b"]}}},
}
PLAIN = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-5, 5)
    | some.floats(allow_nan=False)
    | some.sampled_from(["a", "b", "c"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["kind", "n", "l"]), inner),
    max_leaves=8,
)


@given(PLAIN)
def test_the_accelerator_gives_the_same_verdicts(value: Any) -> None:
    slow = wrong_places(
        {**SHAPE, "patternProperties": {"^nosuchkey$": True}}
    )  # regular expressions are read by one only
    assert wrong_places(SHAPE)(value) == slow(value)


def test_a_schema_blames_each_place() -> None:
    subject = Subject("a.yaml", ResourceRef("v1", "Pod"), {"kind": "Pod", "n": -1, "l": ["a", "c"]}, lambda _: None)  # type: ignore[arg-type, return-value]
    found = list(judge(subject, Rules((rule(schema=SHAPE),), {}, {})))
    assert [violation.blame.paths for violation in found] == [(("l", 1), ("n",))]


ROUND = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
BROAD = {"$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 9} for n in range(9)} | {"a9": True}}


@pytest.mark.parametrize("endless", [{"schema": {"$ref": "#"}}, {"expression": "LOOP"}])
def test_a_rule_that_takes_too_long_is_given_up_and_counts_as_broken_everywhere(endless: Any) -> None:
    loop = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
    for name in "abcdefgh":
        loop = f"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map({name}, {loop})"
    endless = {key: f"size({loop}) > 0" if value == "LOOP" else value for key, value in endless.items()}
    rules = Rules((rule(**endless),), {}, {})
    errors = [violation.blame.error for _ in range(6) for violation in judge(pod(), rules)]
    assert ["not tried any more" in error for error in errors] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("schema", [{"$ref": "#"}, ROUND, {**BROAD, "$ref": "#/$defs/a0"}])
def test_a_schema_without_an_end_counts_as_broken(schema: Any) -> None:
    (found,) = judge(pod(), Rules((rule(schema=schema),), {}, {}))
    assert "more steps" in found.blame.error


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"n": {"pattern": "^(a+)+$"}}}, [("n",)]),
        ({"patternProperties": {"^(a+)+$": {"type": "string"}}}, [("aa",)]),
        ({"properties": {"n": True}, "patternProperties": {"^(a+)+$": True}, "additionalProperties": False}, [()]),
        ({"patternProperties": {"^[an]": True}, "additionalProperties": {"type": "string"}}, [("x",)]),
        ({"patternProperties": {"^[anx]": True}, "additionalProperties": False}, []),
    ],
)
def test_regular_expressions_of_a_schema_end(schema: Any, expected: Any) -> None:
    assert wrong_places(schema)({"n": "a" * 5_000 + "b", "aa": 1, "x": 2}) == expected
