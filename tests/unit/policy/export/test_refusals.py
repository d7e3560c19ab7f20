"""What is not exported, each with its reason; and what makes expressions those of a policy."""

from __future__ import annotations

from typing import Any

import pytest
from oracle_admission import admission, needs_admission
from unit.policy.export.admitting import denied
from unit.policy.export.exports import catalogue, export, text

from sealwright.policy.export.parameters import parameter_texts, parameter_variables
from sealwright.policy.export.policies import Origin, Target, exported
from sealwright.policy.export.references import translated
from sealwright.policy.export.refusal import NotExportable
from sealwright.policy.export.resources import PLURALS
from sealwright.policy.export.selecting import export as select
from sealwright.policy.packs.model import Export, Rule

POD = catalogue().rule("WRK002")._replace(expression="true", variables=(), params=())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"export": Export(admission=False, reason="for a reason")}, "for a reason"),
        ({"export": Export(admission=False)}, "its pack does not say"),
        ({"expression": "", "schema": {}}, "it is no expression"),
        ({"expression": "", "check": "object"}, "it is no expression"),
        ({"family": "chart"}, "where an object was found"),
        ({"kinds": ("example.com/v1/Widget",)}, "the plural of Widget in example.com is not known"),
        ({"kinds": ("v1/Gadget",)}, "the plural of Gadget in the core group is not known"),
        ({"kinds": ("v1/Pod", "example.com/v1/Widget")}, "the plural of Widget"),
        ({"kinds": ("v1/*",)}, "a policy names its kinds"),
        ({"kinds": ("eks.*/*/Cluster",)}, "a policy names its kinds"),
        ({"kinds": ("apps/v1*/Deployment",)}, "one version or all"),
        ({"expression": "object.spec.x"}, "a rule must be a bool"),
        ({"expression": "object.spec.map(a, b, a == b)[0]"}, "`b`"),
        ({"expression": "size([1, 'a']) == object.n"}, "beside others"),
        ({"expression": "params == {}"}, "`params` as a whole"),
        ({"expression": "params['a'] == 1"}, "`params` as a whole"),
        ({"expression": "isSemver(object.spec.version)"}, "it needs Kubernetes 1.3"),
        ({"export": Export(admission=True, minimum="1.35")}, "it needs Kubernetes 1.35, and the target is 1.30"),
        ({"expression": "variables.odd", "variables": ("odd",)}, "a rule must be a bool"),
        ({"expression": "variables.broken", "variables": ("broken",)}, "the variable broken: "),
        ({"expression": "variables.object", "variables": ("object",)}, "is called object"),
        ({"expression": "variables.both == params.both", "variables": ("both",)}, "are both called both"),
        ({"expression": "params.mapping == {}"}, "neither a text"),
        ({"expression": "params.lines == []"}, "not one line of text"),
        ({"expression": "params.empty == []"}, "not one line of text"),
        ({"expression": "params.mixed == []"}, "not all texts, or all numbers"),
    ],
)
def test_what_cannot_be_exported_says_why(fields: dict[str, Any], reason: str) -> None:
    variables = {"odd": "object.x", "broken": "nothing(1)", "object": "true", "both": "1"}
    params = {"both": 1, "mapping": {"a": 1}, "lines": ["a\nb"], "empty": [""], "mixed": [1, "a"]}
    with pytest.raises(NotExportable) as caught:
        exported(POD._replace(**fields), Origin("pack", "1", params, variables), Target())
    assert reason in str(caught.value)


def test_a_newer_target_has_newer_functions() -> None:
    rule = POD._replace(expression="isSemver(object.?spec.?version.orValue(''))")
    made = exported(rule, Origin("pack", "1", {}, {}), Target(version=36))
    assert 30 < made.minimum <= 34


def test_a_kind_of_ones_own_can_be_told() -> None:
    rule = POD._replace(kinds=("example.com/*/Wolf",))
    made = exported(rule, Origin("", "", {}, {}), Target(plurals={"example.com/Wolf": "wolves"}))
    (policy,) = (each for each in made.documents if each["kind"] == "ValidatingAdmissionPolicy")
    assert policy["spec"]["matchConstraints"]["resourceRules"][0]["resources"] == ["wolves"]
    assert "sealwright/pack" not in policy["metadata"]["labels"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("object.spec.object", "variables.object.spec.object"),
        ("'object.params' == object.a", "'object.params' == variables.object.a"),
        ("has(object.params)", "has(variables.object.params)"),
        ("[1].all(object, object > 0) && object.a", "[1].all(object, object > 0) && variables.object.a"),
        ("object.all(object, object == 'a')", "variables.object.all(object, object == 'a')"),
        ("[1].all(params, params > 0)", "[1].all(params, params > 0)"),
        ("params.a == 1 // params.b, object", "variables.a == 1 // params.b, object"),
        ("params . a", "variables . a"),
        ("has(params.a) || object.?params.a", "has(variables.a) || variables.object.?params.a"),
        ("myobject == 1 || object_ == 2 || x.object == 3", "myobject == 1 || object_ == 2 || x.object == 3"),
        ("{'object': object}.object[object.params]", "{'object': variables.object}.object[variables.object.params]"),
        ("object\n  .a", "variables.object\n  .a"),
    ],
)
def test_only_what_means_the_object_is_renamed(expression: str, expected: str) -> None:
    assert translated(expression) == expected


@pytest.mark.parametrize(
    ("value", "data", "value_text"),
    [
        (["a", "b c"], "a\nb c\n", "params.data.p.split('\\n').map(item, item.trim()).filter(item, item != '')"),
        ([1, 2], "1\n2\n", None),
        ([], "", None),
        ("24h", "24h", "params.data.p"),
        (5, "5", "int(params.data.p)"),
        (0.5, "0.5", "double(params.data.p)"),
        (True, "true", "params.data.p == 'true'"),
    ],
)
def test_parameters_come_back_as_they_were(value: Any, data: str, value_text: str | None) -> None:
    from sealwright.policy.cel.environment import Environment
    from sealwright.policy.cel.program import compile_expression
    from sealwright.policy.cel.types import DYN

    assert parameter_texts({"p": value}) == {"p": data}
    expression = parameter_variables({"p": value})["p"]
    assert value_text is None or expression == value_text
    found = compile_expression(expression, Environment({"params": DYN})).evaluate({"params": {"data": {"p": data}}})
    assert found == value


def test_without_its_parameter_a_policy_denies() -> None:
    manifests = text(export(catalogue().rule("ESO010")))
    store = {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "spec": {"provider": {"aws": {}}}}
    assert denied(manifests, store) == ""
    assert denied(manifests.replace("allowedProviders: |", "forgotten: |"), store)
    assert denied(manifests.replace("\n    aws\n", "\n"), store)
    assert denied(manifests.replace("\n    aws\n", "\n      aws   \n\n"), store) == ""


def test_rules_that_are_off_are_exported_only_by_name() -> None:
    params = {name: param.value for name, param in catalogue().params.items()}
    found = select(catalogue(), ["external-secrets"], [], params, Target())
    assert "ESO011" in {each.rule for each in found.left_out}
    named = select(catalogue(), ["external-secrets"], ["ESO011", "WRK002"], params, Target())
    assert [each.rule for each in named.exported] == ["ESO011", "WRK002"]
    labels = [each.documents[0]["metadata"]["labels"] for each in named.exported]
    assert [label.get("sealwright/pack") for label in labels] == ["external-secrets", None]


def test_every_rule_is_exported_or_has_a_reason() -> None:
    params = {name: param.value for name, param in catalogue().params.items()}
    for pack in catalogue().packs.values():
        found = select(catalogue(), [pack.name], [], params, Target())
        names = [each.rule for each in found.exported] + [each.rule for each in found.left_out]
        assert sorted(names) == sorted(pack.rules)
        assert all(each.reason for each in found.left_out)


@needs_admission
def test_the_plurals_are_those_of_the_api_server() -> None:
    """Where Kubernetes knows the kind itself, and for the others by its own guess."""
    rule = catalogue().rule("WRK002")
    objects, manifests = [], []
    for number, kind in enumerate(sorted(PLURALS)):
        group, _, name = kind.partition("/")
        made = exported(
            _about(rule, f"{group}/*/{name}" if group else f"v1/{name}", number), Origin("", "", {}, {}), Target()
        )
        version = _VERSIONS.get(group, "v1")
        objects.append(({"apiVersion": f"{group}/{version}" if group else version, "kind": name}, made.name))
        manifests.append(text(made))
    questions = [{"policies": [policy], "object": value} for value, policy in objects]
    found = admission("".join(manifests), questions)
    assert found.refused == {}
    assert [value for (value, policy), answer in zip(objects, found.answers, strict=True) if not answer[policy]] == []


_VERSIONS = {"external-secrets.io": "v1beta1", "generators.external-secrets.io": "v1alpha1"}


def _about(rule: Rule, kind: str, number: int) -> Rule:
    return rule._replace(kinds=(kind,), expression="true", variables=(), params=(), slug=f"kind-{number}")
