"""`sealwright policy` as people use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Repository, run_program

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: x}]}\n"
PACK = """\
pack: ours
version: "1"
title: Ours
rules:
  - id: OUR001
    slug: no-latest
    title: An image has the tag latest
    why: Nobody knows what runs.
    severity: high
    kinds: [workloads]
    expression: variables.containers.all(c, !c.?image.orValue('').endsWith(':latest'))
    message: the tag can be moved
    remediation: Name a version.
    tests:
      pass: [{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: "x:1"}]}}]
      fail: [{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: "x:latest"}]}}]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("pod.yaml", POD)
    repository.write("policy/ours.yaml", PACK)
    return repository


def policy(repository: Repository, *arguments: str) -> tuple[int, str, str]:
    result = run_program("sealwright", "policy", *arguments, cwd=repository.path)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert "Traceback" not in out + err
    return result.returncode, out, err


def test_rules_are_listed_by_kind_and_by_pack(repository: Repository) -> None:
    _, everything, _ = policy(repository, "list")
    _, detect, _ = policy(repository, "list", "--kind", "detect")
    _, rules, _ = policy(repository, "list", "--kind", "policy")
    assert everything == detect + rules or sorted(map(str.split, everything.splitlines())) == sorted(
        map(str.split, (detect + rules).splitlines())
    )
    assert "secret-data" in detect
    assert "ESO003" not in detect
    assert "WRK001" in rules
    code, out, _ = policy(repository, "list", "--pack", "csi", "--pack", "policy/ours.yaml")
    assert code == 0
    assert {"CSI002", "OUR001"} <= {line.split()[0] for line in out.splitlines()}
    assert policy(repository, "list", "--pack", "cis")[0] == 2
    assert policy(repository, "list", "--kind", "detect", "--pack", "csi")[0] == 2


@pytest.mark.parametrize("name", ["ESO015", "eso015", "store-without-tls"])
def test_a_rule_is_shown_whole(repository: Repository, name: str) -> None:
    code, out, _ = policy(repository, "show", name)
    assert code == 0
    for words in ("severity critical", "PCI DSS 4.0.1", "Bad:", "Good:", "What is allowed", "Fix:", "waivers:"):
        assert words in out


def test_a_rule_of_the_repository_is_shown_and_tested(repository: Repository) -> None:
    code, out, _ = policy(repository, "show", "OUR001", "--pack", "policy/ours.yaml")
    assert code == 0
    assert "x:latest" in out
    assert policy(repository, "test", "policy/ours.yaml") == (0, "1 rule tried.\n", "")
    assert policy(repository, "show", "nosuchrule")[0] == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("x:1", "y:latest", "OUR001 pass 1: the rule finds fault with it"),
        ("x:latest", "x:2", "OUR001 fail 1: the rule lets it pass"),
        (
            "      pass: [{apiVersion: v1, kind: Pod",
            "      pass: [{apiVersion: v1, kind: Service",
            "that the rule is about",
        ),
        (
            "      fail: [{apiVersion: v1, kind: Pod",
            "      fail: [{apiVersion: v1, kind: Service",
            "nothing that the rule is about",
        ),
        ('containers: [{name: a, image: "x:latest"}]', "containers: 5", "its negation would do as well"),
    ],
)
def test_examples_that_do_not_hold_fail(repository: Repository, old: str, new: str, words: str) -> None:
    assert old in PACK
    repository.write("policy/ours.yaml", PACK.replace(old, new))
    code, out, _ = policy(repository, "test", "policy/ours.yaml")
    assert code == 1
    assert words in out
    assert "policy/ours.yaml:1" in out


def test_a_broken_pack_is_an_error_of_its_own(repository: Repository) -> None:
    repository.write("policy/ours.yaml", PACK.replace("endsWith", "endWith"))
    code, _, err = policy(repository, "test", "policy/ours.yaml")
    assert code == 2
    assert "policy/ours.yaml:11:" in err
    assert "endsWith" in err


@pytest.mark.parametrize(
    ("expression", "code", "words"),
    [
        ("object.kind == 'Pod'", 0, "true"),
        ("size(variables.containers) > 1", 1, "false"),
        ("object.spec.containers.map(c, c.name)", 0, '["a"]'),
        ("b'x'", 0, '"eA=="'),
        ("object.spec.nothing", 3, "no such key"),
        ("object.spec &&", 2, "^"),
        ("nosuch(object)", 2, "^"),
        ("variables.contaners == []", 2, "did you mean `variables.containers`?"),
        ("params.nosuch == 1", 2, "there is no parameter"),
    ],
)
def test_an_expression_is_tried_on_an_object(repository: Repository, expression: str, code: int, words: str) -> None:
    found, out, err = policy(repository, "eval", "--expression", expression, "--object", "pod.yaml")
    assert (found, words in (out if code < 2 else err)) == (code, True), out + err


@pytest.mark.parametrize(
    ("name", "content"),
    [("missing.yaml", None), ("broken.yaml", "a: [\n"), ("t.yaml", "kind: {{ .x }}\n"), ("e.yaml", "")],
)
def test_what_cannot_be_read_is_said(repository: Repository, name: str, content: str | None) -> None:
    if content is not None:
        repository.write(name, content)
    code, out, err = policy(repository, "eval", "--expression", "true", "--object", name)
    assert (code, out) == (3, "")
    assert name in err


@pytest.mark.parametrize(
    "expression",
    [
        "object",
        "object.stringData.p + 'x'",
        "object.stringData.map(k, object.stringData[k])",
        "{object.stringData.p: 1}",
        "object.data.pin",
        "object.metadata.annotations",
        "object.stringData.p.split('')",
    ],
)
def test_eval_shows_nothing_that_a_secret_holds(repository: Repository, expression: str) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: {x: hunter2}}\n"
    repository.write("secret.yaml", f"{secret}stringData: {{p: hunter2}}\ndata: {{pin: 271828}}\n")
    _, out, err = policy(repository, "eval", "--expression", expression, "--object", "secret.yaml")
    assert out
    assert "hunter2" not in out + err
    assert "271828" not in out + err


@pytest.mark.parametrize(
    "text",
    [
        "kind: Pod\nspec: {containers: [{name: a, env: [{name: DB_PASSWORD, value: hunter2hunter2x}]}]}\n",
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, args: ['--password=hunter2hunter2xyz']}]}\n",
        "apiVersion: v1\nkind: secret\ndata: {a: hunter2hunter2xyz}\n",
        "kind: Kustomization\nsecretGenerator: [{name: a, literals: [password=hunter2hunter2xyz]}]\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: {encryptedData: {a: hunter2hunter2xyz}}\n",
    ],
)
def test_eval_shows_no_value_in_clear_of_any_object(repository: Repository, text: str) -> None:
    repository.write("a.yaml", text)
    for expression in ("object", "string(object.kind) + 'x'", "[object]"):
        _, out, err = policy(repository, "eval", "--expression", expression, "--object", "a.yaml")
        assert "hunter2" not in out + err


def test_eval_takes_standard_input_and_several_objects(repository: Repository) -> None:
    text = f"{POD}---\n{POD.replace('Pod', 'Node')}"
    result = run_program(
        "sealwright", "policy", "eval", "--expression", "object.kind == 'Pod'", "--object", "-",
        cwd=repository.path, stdin=text.encode(),
    )  # fmt: skip
    assert (result.returncode, result.stdout.decode()) == (1, "true\nfalse\n")
