"""Verifying by asking: which items, with how many questions, and what is never taken for an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from controller_stand_in import StandIn, serving
from unit.verify.made import key, manifest, sealed

from sealwright.errors import ExitCode, NetworkError
from sealwright.finding import Problem, ResourceRef, Verdict
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.run.verify import verdicts_of
from sealwright.sealing import go_base64
from sealwright.sealing.controller.client import ControllerClient
from sealwright.sealing.controller.routes import Direct
from sealwright.sealing.scope import Scope
from sealwright.verify.by_controller import ControllerExaminer
from sealwright.verify.origins import origins
from sealwright.verify.sealed_items import Malformed, SealedItem, sealed_items


@pytest.fixture
def controller() -> Iterator[StandIn]:
    with serving(StandIn(key(), key(1))) as stand_in:
        yield stand_in


def verdicts(controller: StandIn, *objects: dict[str, Any] | str) -> list[Verdict]:
    """What is said about every item where nothing is in the way."""
    found = [result for result in results(controller, *objects) if isinstance(result, Verdict)]
    assert len(found) == len(results(controller, *objects))
    return found


def results(controller: StandIn, *objects: dict[str, Any] | str) -> list[Verdict | Problem]:
    """What is said about every item of some files; the questions are counted anew."""
    controller.seen.clear()
    items: list[SealedItem | Malformed] = []
    known: set[ResourceRef] = set()
    for number, content in enumerate(objects):
        text = content if isinstance(content, str) else json.dumps(content)
        for document in read_documents(decode(f"{number}.yaml", text.encode())):
            items += list(sealed_items(document))
            known.update(origins(document))
    examiner = ControllerExaminer(ControllerClient(Direct(controller.base), patience=0.3))
    return list(verdicts_of(items, known, lambda _: examiner))


def said(found: list[Verdict]) -> list[tuple[str, str]]:
    return [(verdict.item, verdict.outcome.value) for verdict in found]


def items(count: int, **bad: str) -> dict[str, str]:
    return {f"i{number}": sealed() for number in range(count)} | bad


def damaged(text: str, at: int = -1) -> str:
    blob = bytearray(go_base64.decode(text))
    blob[at] ^= 1
    return go_base64.encode(bytes(blob))


BAD = {
    "of another object": (sealed(name="other"), "fails"),
    "of another namespace": (sealed("dev"), "fails"),
    "of another scope": (sealed(scope=Scope.CLUSTER_WIDE), "fails"),
    "of another cluster": (sealed(by=key(2)), "fails"),
    "damaged in its body": (damaged(sealed()), "fails"),
    "damaged in its key": (damaged(sealed(), 40), "fails"),
    "cut off": (sealed()[:-8], "fails"),
    "empty": ("", "fails"),
    "not base64": ("no base64!", "fails"),
    "no string": (5, "fails"),
    "to be filled in": ("${PASSWORD}", "unknown"),
}


@pytest.mark.parametrize(("bad", "outcome"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("others", [0, 9])
def test_the_bad_one_is_named(controller: StandIn, bad: str, outcome: str, others: int) -> None:
    found = verdicts(controller, manifest({"first": bad} | items(others)))
    assert said(found) == [("first", outcome), *((f"i{number}", "opens") for number in range(others))]
    assert all(verdict.reason for verdict in found)


def test_all_are_named_wherever_they_stand(controller: StandIn) -> None:
    data = {"a": sealed(), "b": sealed(by=key(2)), "c": sealed(by=key(1)), "d": damaged(sealed())}
    found = verdicts(controller, manifest(data), manifest({"e": sealed(), "f": damaged(sealed())}))
    outcomes = ["opens", "fails", "opens", "fails", "opens", "fails"]
    assert said(found) == list(zip("abcdef", outcomes, strict=True))


def test_one_question_for_an_object_that_opens(controller: StandIn) -> None:
    objects = [manifest(items(10)), manifest(items(1), name="db"), manifest({"a": sealed("dev", "x")}, "dev", "x")]
    assert {outcome for _, outcome in said(verdicts(controller, *objects))} == {"opens"}
    assert len(controller.asked("/v1/verify")) == 3 + 1  # and one to see that it can say no


def test_no_question_for_what_is_known_without(controller: StandIn) -> None:
    unbound = manifest({"a": sealed()}, namespace=None)
    found = verdicts(controller, unbound, manifest({"a": "no base64!", "b": "${X}"}), manifest({}))
    assert [verdict.outcome.value for verdict in found] == ["fails", "fails", "unknown", "fails"]
    assert "names no namespace" in found[0].reason
    assert controller.seen == []


REASONS = {
    "renamed": (manifest({"a": sealed(name="db-old")}), "sealed for prod/db-old (strict), but stands here as prod/db"),
    "moved": (manifest({"a": sealed("dev")}), "sealed for dev/db (strict), but stands here as prod/db (strict)"),
    "widened": (
        manifest({"a": sealed()}, scope=Scope.NAMESPACE_WIDE),
        "sealed for prod/db (strict), but stands here as prod (namespace-wide)",
    ),
    "narrowed": (
        manifest({"a": sealed(scope=Scope.NAMESPACE_WIDE), "b": sealed(scope=Scope.NAMESPACE_WIDE)}),
        "sealed for prod (namespace-wide), but stands here as prod/db (strict)",
    ),
    "without its annotation": (
        manifest({"a": sealed(scope=Scope.CLUSTER_WIDE)}),
        "sealed for cluster-wide, but stands here as prod/db (strict)",
    ),
    "for nobody knows": (manifest({"a": sealed("x", "y")}), "the controller has no key that opens it here"),
}


@pytest.mark.parametrize(("content", "reason"), REASONS.values(), ids=REASONS)
def test_why_it_does_not_open_where_that_can_be_found_out(
    controller: StandIn, content: dict[str, Any], reason: str
) -> None:
    others = [manifest({"a": sealed(name="db-old")}, name="db-old"), manifest({"a": sealed("dev", "x")}, "dev", "x")]
    found = [verdict for verdict in verdicts(controller, content, *others) if verdict.location.path == "0.yaml"]
    assert {verdict.outcome.value for verdict in found} == {"fails"}
    assert {reason in verdict.reason for verdict in found} == {True}


def test_the_old_format_is_more_than_ciphertext_that_opens(controller: StandIn) -> None:
    """Of an item's value that was put there the controller makes no Secret, and /v1/verify of its item says nothing."""
    subjects = [manifest({}) | {"spec": {"data": sealed(name=name)}} for name in ("db", "x")]
    found = [verdicts(controller, subject)[0] for subject in subjects]
    assert said(found) == [("spec.data", "unknown"), ("spec.data", "fails")]
    assert "the format of before 2019" in found[0].reason


def test_guessing_has_an_end(controller: StandIn) -> None:
    objects = [manifest({"a": sealed("x", "y")}, name=f"n{number}") for number in range(80)]
    found = verdicts(controller, *objects)
    assert {outcome for _, outcome in said(found)} == {"fails"}
    assert len(controller.asked("/v1/verify")) <= 80 + 60


@pytest.mark.parametrize("status", [200, 409])
def test_who_always_says_the_same_is_not_believed_to_open(controller: StandIn, status: int) -> None:
    controller.answers["/v1/verify"] = (status, b"")
    content = manifest(items(3))
    if status == 409:
        assert {outcome for _, outcome in said(verdicts(controller, content))} == {"fails"}
        return
    with pytest.raises(NetworkError, match="it is not a controller"):
        verdicts(controller, content)


@pytest.mark.parametrize("status", [413, 500])
def test_an_object_that_is_refused_as_a_whole_is_asked_about_in_parts(controller: StandIn, status: int) -> None:
    whole = manifest(items(3) | {"bad": sealed(by=key(2))})
    answer = controller.respond

    def small_only(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        return (status, b"", {}) if body.count(b'":"A') > 1 else answer(method, path, headers, body)

    controller.respond = small_only  # type: ignore[method-assign]
    assert said(verdicts(controller, whole))[-1] == ("bad", "fails")
    assert {outcome for _, outcome in said(verdicts(controller, whole))[:-1]} == {"opens"}


@pytest.mark.parametrize("answer", [(500, b""), (413, b""), (503, b""), (200, b"<html>"), (404, b""), (302, b"/x")])
def test_what_was_not_answered_is_an_error(controller: StandIn, answer: tuple[int, bytes]) -> None:
    controller.answers["/v1/verify"] = answer
    with pytest.raises(NetworkError) as caught:
        verdicts(controller, manifest(items(1)))
    assert caught.value.exit_code is ExitCode.INCOMPLETE


def gone_after(controller: StandIn, questions: int, answer: tuple[int, bytes] = (503, b"")) -> None:
    """From then on the controller answers nothing that it would answer."""
    respond = controller.respond

    def answers(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        return respond(method, path, headers, body) if len(controller.seen) < questions else (*answer, {})

    controller.respond = answers  # type: ignore[method-assign]


@pytest.mark.parametrize("answered", range(1, 6))
def test_what_was_answered_before_it_stopped_is_told(controller: StandIn, answered: int) -> None:
    """An object as a whole, each of its items, then what the bad one was sealed for; then other objects."""
    gone_after(controller, answered)
    bad = manifest(items(2) | {"z": sealed(by=key(2))})
    found = results(controller, bad, *(manifest(items(1), name=f"n{number}") for number in range(3)))
    outcomes = [result.outcome.value for result in found if isinstance(result, Verdict)]
    expected = ["opens", "opens", "fails"][: answered - 1]
    assert outcomes == expected + ["unknown"] * (6 - len(expected))
    [problem] = [result for result in found if isinstance(result, Problem)]
    assert "no controller answers" in problem.message
    assert problem.path == ("0.yaml" if len(expected) < 3 else "1.yaml")


def test_an_object_that_it_cannot_read_does_not_hide_the_others(controller: StandIn) -> None:
    respond = controller.respond

    def but_one(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        return (500, b"", {}) if b'"n1"' in body else respond(method, path, headers, body)

    controller.respond = but_one  # type: ignore[method-assign]
    found = results(controller, *(manifest({"i": sealed(name=f"n{number}")}, name=f"n{number}") for number in range(3)))
    assert [result.outcome.value for result in found if isinstance(result, Verdict)] == ["opens", "unknown", "opens"]
    assert [result.path for result in found if isinstance(result, Problem)] == ["1.yaml"]


def test_nothing_but_ciphertext_leaves_the_machine(controller: StandIn) -> None:
    content = manifest(items(2))
    content["metadata"]["annotations"] = {"note": "a secret remark"}
    content["spec"]["template"] = {"data": {"url": "postgres://{{ .i0 }}"}, "metadata": {"labels": {"a": "b"}}}
    verdicts(controller, content)
    for body in controller.asked("/v1/verify"):
        document = json.loads(body)
        assert document["metadata"] == {"name": "db", "namespace": "prod"}
        assert document["spec"].keys() == {"encryptedData"}
