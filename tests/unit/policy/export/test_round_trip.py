"""The exported policies say of every fixture what the rule says of it, by our own evaluator and by the API server's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from oracle_admission import Admission, admission, needs_admission
from unit.policy.export.admitting import denied
from unit.policy.export.exports import cases, catalogue, export, rules, text

from sealwright.policy.export.admission_types import NEWEST
from sealwright.policy.export.policies import BINDINGS, LONGEST_MESSAGE, Target, message_of
from sealwright.policy.packs.model import Rule

POLICIES = [rule.id for rule in rules()]
SOME = rules()[::5]
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "api", "labels": {"a": "b"}, "finalizers": ["example.com/one"], "resourceVersion": "1"},
    "spec": {"template": {"spec": {"containers": [{"name": "a", "envFrom": [{"secretRef": {"name": "db"}}]}]}}},
    "status": {"replicas": 1},
}
CLUSTER_STORE = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ClusterSecretStore",
    "metadata": {"name": "aws"},
    "spec": {"provider": {"fake": {}}},
}


@cache
def judged() -> Admission:
    """Everything in one run of the API server's code: it takes seconds to start."""
    manifests = {case.export.name: text(case.export) for case in cases()}
    questions = [{"policies": [case.export.name], "object": case.value} for case in cases()]
    return admission("".join(manifests.values()), questions)


def test_there_is_something_to_compare() -> None:
    assert len(POLICIES) >= 66
    assert {case.rule.id for case in cases() if case.broken} == set(POLICIES)
    assert {case.rule.id for case in cases() if not case.broken} == set(POLICIES)


@pytest.mark.parametrize("name", POLICIES)
def test_the_verdict_is_the_same(name: str) -> None:
    for case in cases():
        if case.rule.id == name:
            message = denied(text(case.export), case.value)
            assert bool(message) is case.broken, case.value
            assert not message or message == message_of(case.rule) or message.startswith("error: ")


@needs_admission
def test_the_api_server_takes_all_of_them_without_a_warning() -> None:
    assert judged().refused == {}
    assert judged().warnings == {}


@needs_admission
def test_newer_versions_take_them_too() -> None:
    newest = admission("".join(text(export(rule)) for rule in SOME), version="1.36")
    assert (newest.refused, newest.warnings) == ({}, {})


@needs_admission
@pytest.mark.parametrize("binding", BINDINGS)
def test_the_api_server_takes_every_binding(binding: str) -> None:
    target = Target(binding=binding, except_namespaces=("kube-system",))
    assert admission("".join(text(export(rule, target)) for rule in SOME[:4])).refused == {}


@needs_admission
@pytest.mark.parametrize("name", POLICIES)
def test_the_verdict_of_the_api_server_is_the_same(name: str) -> None:
    for case, answers in zip(cases(), judged().answers, strict=True):
        if case.rule.id == name and not _is_partial(case.value):
            answer = answers[case.export.name]
            assert (answer is not None and answer[0] == "deny") is case.broken, (case.value, answer)


def _is_partial(value: dict[str, Any]) -> bool:
    """A workload without containers is a patch: the API server refuses it before any policy sees it."""
    template = value.get("spec", {}).get("template")
    return value["kind"] == "Deployment" and template is None


ROLE = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "a"}}


@needs_admission
@pytest.mark.parametrize(
    "value", [ROLE, {**ROLE, "aggregationRule": {}}, {**ROLE, "rules": []}, {**ROLE, "kind": "Role"}]
)
def test_a_role_without_rules_breaks_none(value: dict[str, Any]) -> None:
    """For the API server it has `rules: null`."""
    made = [export(rule) for rule in rules() if rule.id.startswith("RBC")]
    (answers,) = admission(
        "".join(map(text, made)), [{"policies": [each.name for each in made], "object": value}]
    ).answers
    assert {name: answer for name, answer in answers.items() if answer and answer[0] != "admit"} == {}
    assert any(answers.values())


@needs_admission
def test_no_answer_of_the_api_server_shows_a_value() -> None:
    for case, answers in zip(cases(), judged().answers, strict=True):
        answer = answers[case.export.name]
        if answer is not None and answer[2]:
            known = json.dumps(case.export.documents)
            shown = [value for value in _texts(case.value) if value in answer[2] and value not in known]
            assert shown == [], answer[2]


def _texts(value: Any) -> Iterator[str]:
    """Values of an object that nobody could take for words of a rule."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif len(str(value)) > 3:
        yield str(value)


@needs_admission
def test_the_oracle_does_refuse() -> None:
    whole = text(export(catalogue().rule("WRK002")))
    for wrong in (
        whole.replace(".all(c,", ".every(c,", 1),
        whole.replace("'Pod'", "1", 1).replace("variables.object.kind ==", "1 +", 1),
        whole.replace("reason: Forbidden", "reason: Because"),
        whole.replace("- Audit", "- Shout"),
    ):
        assert wrong != whole
        assert admission(wrong).refused


@pytest.mark.parametrize(("version", "some"), [("1.30", rules()), (f"1.{NEWEST}", SOME)], ids=["oldest", "newest"])
def test_the_documents_are_as_the_schema_says(version: str, some: list[Rule]) -> None:
    target = Target(binding="deny", except_namespaces=("kube-system",))
    for rule in some:
        for document in yaml.safe_load_all(text(export(rule, target))):
            assert kubernetes_validate.validate(document, version, strict=True) == version


def test_nothing_of_an_object_is_told() -> None:
    for rule in rules():
        policy = next(d for d in export(rule).documents if d["kind"] == "ValidatingAdmissionPolicy")
        assert "auditAnnotations" not in policy["spec"]
        (validation,) = policy["spec"]["validations"]
        assert validation.keys() == {"expression", "message", "reason"}
        assert 0 < len(validation["message"].encode()) <= LONGEST_MESSAGE
        assert validation["message"].isprintable()


UPDATES: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing", {}, False),
    ("a finalizer is taken away", {"metadata": {**DEPLOYMENT["metadata"], "finalizers": []}}, False),  # type: ignore[dict-item]
    ("the status", {"status": {"replicas": 2}}, False),
    ("no status", {"status": None}, False),
    ("a label", {"metadata": {"name": "api", "labels": {"a": "c"}}}, True),
    ("no labels", {"metadata": {"name": "api"}}, True),
    ("annotations", {"metadata": {"name": "api", "labels": {"a": "b"}, "annotations": {"x": "y"}}}, True),
    ("the spec", {"spec": {**DEPLOYMENT["spec"], "replicas": 2}}, True),  # type: ignore[dict-item]
    ("one more key", {"data": {}}, True),
]


def _updated(change: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**before, **change}.items() if value is not None}


@pytest.mark.parametrize(("what", "change", "judged_again"), UPDATES, ids=[row[0] for row in UPDATES])
def test_what_only_keeps_the_books_is_not_judged(what: str, change: dict[str, Any], judged_again: bool) -> None:
    manifests = text(export(catalogue().rule("WRK002")))
    assert denied(manifests, DEPLOYMENT)
    assert bool(denied(manifests, _updated(change, DEPLOYMENT), DEPLOYMENT)) is judged_again
    if judged_again and what == "one more key":  # and one less
        assert denied(manifests, DEPLOYMENT, _updated(change, DEPLOYMENT))


@needs_admission
def test_the_api_server_agrees_on_updates() -> None:
    made = export(catalogue().rule("WRK002"))
    store = export(catalogue().rule("ESO003"))
    questions = [{"policies": [made.name], "object": _updated(c, DEPLOYMENT), "old": DEPLOYMENT} for _, c, _ in UPDATES]
    before = {**CLUSTER_STORE, "conditions": []}
    questions.append({"policies": [store.name], "object": CLUSTER_STORE, "old": before})
    found = admission(text(made) + text(store), questions).answers
    told = [bool(answer[made.name]) for answer in found[:-1]]
    assert told[:-1] == [judged_again for *_, judged_again in UPDATES[:-1]]  # Deployments have no other keys
    assert found[-1][store.name] is not None


@needs_admission
def test_a_large_object_costs_no_more_than_it_may() -> None:
    """docs/policy-export.md promises so much."""
    content = {"file.txt": "some text here and there\n" * 8_000, **{f"key{number}": "x" * 900 for number in range(50)}}
    large = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": content}
    assert len(json.dumps(large)) > 250_000
    made = export(catalogue().rule("GIT006"))
    (answer,) = admission(text(made), [{"policies": [made.name], "object": large}]).answers
    assert answer == {made.name: ["admit", "admit", "", ""]}


def test_an_export_is_the_same_every_time() -> None:
    assert [text(export(rule)) for rule in rules()] == [text(export(rule)) for rule in rules()]
