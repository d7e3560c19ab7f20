"""`sealwright policy export` as people use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from oracle_admission import admission, needs_admission
from support import Repository, run_program

PACK = """\
pack: ours.
version: "7+a b"
title: Ours
include:
  - rules: [ESO010, WRK007]
set: {allowedProviders: [vault]}
rules:
  - id: OUR001
    slug: no-latest
    title: An image has the tag latest
    why: Nobody knows what runs.
    severity: high
    kinds: [example.com/*/Widget]
    expression: object.spec.image.endsWith(':latest') == false
    message: the tag can be "moved"
    remediation: Name a version.
    export: {admission: true}
    tests:
      pass: [{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, spec: {image: "x:1"}}]
      fail: [{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, spec: {image: "x:latest"}}]
"""
TO = ("--to", "validating-admission-policy")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "repository")
    repository.write("policy/ours.yaml", PACK)
    return repository


def export(repository: Repository, *arguments: str, code: int = 0) -> tuple[str, str]:
    result = run_program("sealwright", "policy", "export", *arguments, cwd=repository.path)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert "Traceback" not in out + err
    assert result.returncode == code, err
    return out, err


def kinds(text: str) -> list[str]:
    return [document["kind"] for document in yaml.safe_load_all(text)]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ([], "--to"),
        (["--to", "gatekeeper"], "--help"),
        ([*TO, "--rule", "ESO999"], "did you mean `ESO0"),
        ([*TO, "--pack", "basline"], "did you mean `baseline`?"),
        ([*TO, "--pack", "policy/none.yaml"], "a path from the repository's root"),
        ([*TO, "--binding", "maybe"], "--help"),
        ([*TO, "--kubernetes", "1.29"], "1.30, or newer"),
        ([*TO, "--kubernetes", "new"], "for example 1.30"),
        ([*TO, "--kubernetes", "1.3"], "for example 1.30"),
        ([*TO, "--namespace", "a b"], "small letters"),
        ([*TO, "--except-namespace", "*"], "small letters"),
        ([*TO, "--resource", "Widget=widgets"], "--resource example.com/Widget=widgets"),
        ([*TO, "--resource", "example.com/Widget"], "--resource example.com/Widget=widgets"),
    ],
)
def test_a_wrong_option_is_an_error(repository: Repository, arguments: list[str], hint: str) -> None:
    out, err = export(repository, *arguments, code=2)
    assert out == ""
    assert hint in err


def test_the_baseline_is_exported_for_audit(repository: Repository) -> None:
    out, err = export(repository, *TO)
    documents = list(yaml.safe_load_all(out))
    bindings = [each for each in documents if each["kind"] == "ValidatingAdmissionPolicyBinding"]
    assert {tuple(each["spec"]["validationActions"]) for each in bindings} == {("Audit",)}
    assert err.startswith(f"{len(bindings)} rules exported, for Kubernetes 1.30 and newer.\n")
    assert "  ENC001  the API server reads it as a file\n" in err
    assert export(repository, *TO) == (out, err)


@pytest.mark.parametrize(("binding", "actions"), [("warn", ["Warn", "Audit"]), ("deny", ["Deny", "Audit"])])
def test_a_binding_says_what_becomes_of_a_request(repository: Repository, binding: str, actions: list[str]) -> None:
    arguments = ("--rule", "no-restart-on-rotation", "--binding", binding, "--except-namespace", "kube-system")
    out, err = export(repository, *TO, *arguments)
    policy, bound = yaml.safe_load_all(out)
    assert bound["spec"]["validationActions"] == actions
    assert bound["spec"]["policyName"] == policy["metadata"]["name"] == "sealwright-wrk005-no-restart-on-rotation"
    assert "kube-system" in json.dumps(bound["spec"]["matchResources"])
    assert err == "1 rule exported, for Kubernetes 1.30 and newer.\n"


def test_parameters_are_those_of_the_configuration_and_the_pack(repository: Repository) -> None:
    out, _ = export(repository, *TO, "--pack", "policy/ours.yaml", "--namespace", "policies")
    config, _, binding = yaml.safe_load_all(out)
    assert config["metadata"]["namespace"] == binding["spec"]["paramRef"]["namespace"] == "policies"
    assert config["data"] == {"allowedProviders": "vault\n"}
    repository.write(
        ".sealwright.yaml", "policy: {packs: [policy/ours.yaml], params: {allowedProviders: [aws, gcpsm]}}\n"
    )
    out, _ = export(repository, *TO)
    assert next(yaml.safe_load_all(out))["data"] == {"allowedProviders": "aws\ngcpsm\n"}


def test_a_rule_of_ones_own_needs_its_plural(repository: Repository) -> None:
    own = (*TO, "--pack", "policy/ours.yaml")
    out, err = export(repository, *own)
    assert "OUR001  the plural of Widget in example.com is not known: --resource example.com/Widget=PLURAL" in err
    assert "WRK007  it is off unless --rule WRK007 asks for it" in err
    assert "Widget" not in out
    out, err = export(repository, *own, "--resource", "example.com/Widget=widgets", "--rule", "our001")
    assert kinds(out) == ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]
    policy = next(yaml.safe_load_all(out))
    assert policy["spec"]["validations"][0]["message"] == 'OUR001: the tag can be "moved". Name a version.'
    assert policy["metadata"]["annotations"]["sealwright/pack-version"] == "7+a b"


@needs_admission
def test_the_api_server_takes_what_the_program_wrote(repository: Repository) -> None:
    out, _ = export(repository, *TO, "--pack", "policy/ours.yaml", "--resource", "example.com/Widget=widgets")
    value = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"image": "x:latest"}}
    found = admission(out, [{"policies": ["sealwright-our001-no-latest"], "object": value}])
    assert found.refused == {}
    assert found.answers == [
        {
            "sealwright-our001-no-latest": [
                "deny",
                "deny",
                'OUR001: the tag can be "moved". Name a version.',
                "Forbidden",
            ]
        }
    ]


def test_json_says_what_is_exported_and_what_is_not(repository: Repository) -> None:
    out, _ = export(repository, *TO, "--format", "json", "--pack", "external-secrets", "--kubernetes", "v1.33")
    content = json.loads(out)
    assert (content["version"], content["kubernetes"], content["binding"]) == (1, "1.33", "audit")
    assert {each["minimumKubernetes"] for each in content["exported"]} == {"1.30"}
    assert all(each["documents"][-1]["kind"].endswith("Binding") for each in content["exported"])
    assert {"rule": "ESO001", "reason": "the API server refuses such objects by itself"} in content["notExported"]


def test_a_folder_holds_a_file_for_each_rule(repository: Repository) -> None:
    rules = ("--rule", "ESO003", "--rule", "ESO010")
    out, err = export(repository, *TO, *rules, "--output-directory", "cluster/policies")
    assert out == ""
    assert err.startswith("2 rules exported")
    folder = repository.path / "cluster" / "policies"
    assert {path.name: kinds(path.read_text(encoding="utf-8")) for path in folder.iterdir()} == {
        "sealwright-eso003-cluster-store-for-every-namespace.yaml": [
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ],
        "sealwright-eso010-store-provider-not-allowed.yaml": [
            "ConfigMap",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ],
    }
    before = {path: path.read_bytes() for path in folder.iterdir()}
    export(repository, *TO, *rules, "--output-directory", "cluster/policies", "--binding", "deny")
    assert all(path.read_bytes() != before[path] for path in folder.iterdir())


def test_a_file_of_somebody_else_stays(repository: Repository) -> None:
    foreign = "policies/sealwright-eso010-store-provider-not-allowed.yaml"
    repository.write(foreign, "kind: Mine\n")
    arguments = (*TO, "--rule", "ESO003", "--rule", "ESO010", "--output-directory", "policies")
    _, err = export(repository, *arguments, code=2)
    assert foreign in err
    assert [path.name for path in (repository.path / "policies").iterdir()] == [Path(foreign).name]
    assert (repository.path / foreign).read_text(encoding="utf-8") == "kind: Mine\n"
