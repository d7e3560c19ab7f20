"""Which places a rule blames: the rules of the reference, and forms that these do not have."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import yaml
from support import NO_SHARED_DATA, ROOT

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.program import Program, compile_expression
from sealwright.policy.cel.scope import Scope
from sealwright.policy.cel.types import DYN

RULES = ROOT.parent / "shared" / "reference" / "policy-rules.json"

POD = "spec/template/spec"
APP = f"{POD}/containers/0"

BLAMED = {
    "GIT002": "data/q sops",
    "GIT004": f"{APP}/env/0/name {APP}/env/0/value",
    "GIT005": f"{APP}/args/0",
    "GIT006": "data/db_password",
    "GIT008": "secretGenerator/0/literals",
    "GIT009": "spec/source/helm/parameters/0/name spec/source/helm/parameters/0/value",
    "GIT011": "type",
    "WRK001": f"{APP}/env/0/valueFrom/secretKeyRef",
    "WRK002": f"{APP}/envFrom/0/secretRef",
    "WRK003": f"{POD}/volumes/0/secret/defaultMode",
    "WRK006": f"{POD}/automountServiceAccountToken",
    "WRK007": "metadata/namespace",
    "WRK008": f"{POD}/volumes/0/hostPath/path",
    "WRK010": f"{APP}/envFrom/0/secretRef {POD}/shareProcessNamespace",
    "WRK011": f"{POD}/volumes/0/secret/optional",
    "ESO001": "apiVersion",
    "ESO002": "spec/provider/aws/auth/secretRef",
    "ESO003": "spec/conditions",
    "ESO005": "spec/refreshInterval",
    "ESO006": "spec/refreshInterval",
    "ESO007": "spec/data/0/remoteRef/version",
    "ESO009": "metadata/namespace spec/data/0/remoteRef/key",
    "ESO010": "spec/provider/webhook",
    "ESO011": "spec/secretStoreRef/kind",
    "ESO012": "spec/target/manifest/kind",
    "ESO014": "metadata/annotations",
    "ESO015": "spec/provider/vault/server",
    "ESO017": "spec/provider/aws/region",
    "ESO019": "spec/target/creationPolicy",
    "ESO020": "spec/length",
    "SLS001": "metadata/annotations/sealedsecrets.bitnami.com*cluster-wide",
    "SLS003": "spec/encryptedData/a",
    "SLS004": "spec/template/data/password",
    "SLS006": "metadata/labels/data-classification",
    "CSI001": "spec/secretObjects",
    "CSI002": f"{APP}/image {APP}/args",
    "CSI004": "spec/parameters/objects",
    "CSI006": "spec/provider spec/parameters/failoverRegion",
    "RBC001": "rules/0/apiGroups/0 rules/0/resources/0 rules/0/verbs/0 rules/0/verbs/1 rules/0/resourceNames",
    "RBC003": "rules/0/apiGroups/0 rules/0/resources/0 rules/0/verbs/0",
    "RBC005": "subjects/0/name",
    "RBC007": "rules/0/verbs/0",
    "ENC001": "resources/0/providers/0/identity",
    "ENC002": "resources",
    "ENC003": "resources/0/providers/0/aescbc",
    "ENC004": "resources/0/providers/0/secretbox/keys/0/secret",
    "ENC005": "resources/0/providers/0/kms/apiVersion",
    "ENC007": "spec/containers/0/command/0",
    "EKS001": "secretsEncryption",
    "KMS002": "spec/deletion_window_in_days",
    "SMG001": "spec/kms_key_id",
    "SMG004": "spec/replica",
    "STO002": "provisioner parameters/kmsKeyId",
    "NET001": "metadata/namespace spec/egress/0/to",
    "SUP001": f"{APP}/image",
    "SUP002": "apiVersion",
    "SUP003": "spec/chart/spec/chart spec/chart/spec/version",
    "GOV001": "spec/validationActions",
}
"""Paths for the first failing fixture of a rule; `*` is a slash inside a key."""


@cache
def reference() -> dict[str, Any]:
    if not RULES.exists():
        pytest.skip(NO_SHARED_DATA)
    found: dict[str, Any] = json.loads(RULES.read_text(encoding="utf-8"))
    return found


@cache
def programs() -> tuple[dict[str, Program], dict[str, Program]]:
    """The rules, and the shared expressions."""
    variables = reference()["variables"]
    environment = Environment(dict.fromkeys(["object", *(f"variables.{name}" for name in variables)], DYN))
    shared = {f"variables.{name}": compile_expression(text, environment) for name, text in variables.items()}
    return {rule["id"]: compile_expression(rule["cel"], environment) for rule in reference()["rules"]}, shared


def blamed(name: str, fixture: str) -> list[str]:
    rules, shared = programs()
    paths = rules[name].blame(Scope({"object": yaml.safe_load(fixture)}, shared))
    return ["/".join(str(part).replace("/", "*") for part in path) for path in paths]


def test_rules_of_the_reference_judge_their_fixtures() -> None:
    rules, shared = programs()
    wrong = []
    for rule in reference()["rules"]:
        for verdict in ("pass", "fail"):
            for fixture in rule[verdict]:
                scope = Scope({"object": yaml.safe_load(fixture)}, shared)
                if rules[rule["id"]].evaluate(scope) is not (verdict == "pass"):
                    wrong.append((rule["id"], verdict, fixture))
    assert len(rules) == 94
    assert wrong == []


def test_what_rules_of_the_reference_blame() -> None:
    first = {rule["id"]: rule["fail"][0] for rule in reference()["rules"] if rule["id"] in BLAMED}
    assert {name: " ".join(blamed(name, fixture)) for name, fixture in first.items()} == BLAMED


def test_blame_is_there_or_missing_from_what_is_there() -> None:
    rules, shared = programs()
    for rule in reference()["rules"]:
        for fixture in rule["fail"]:
            document = yaml.safe_load(fixture)
            for path in rules[rule["id"]].blame(Scope({"object": document}, shared)):
                assert path
                parent: Any = document
                for part in path[:-1]:
                    parent = parent[part]
                assert isinstance(parent, (dict, list)), (rule["id"], path)
                assert isinstance(parent, dict) or path[-1] in range(len(parent))


DOCUMENT = {
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"a": "1", "b": "2"}, "annotations": None},
    "spec": {
        "containers": [{"name": "a", "args": ["x", "--bad"]}, {"name": "b", "command": ["--bad"], "privileged": True}],
        "initContainers": [{"name": "c", "privileged": True}],
        "ports": [80, 443, 70000],
        "on": True,
    },
}
ENVIRONMENT = Environment(dict.fromkeys(("object", "params", "variables.all", "variables.names"), DYN))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        # both sides of && that are false, all sides of ||
        ("object.kind == 'x' && object.metadata.name == 'y'", "metadata/name"),
        ("object.spec.on == false && object.metadata.name == 'y'", "metadata/name spec/on"),
        ("object.spec.on && object.metadata.name == 'y'", "metadata/name"),
        ("object.spec.on == false || object.metadata.name == 'y'", "metadata/name spec/on"),
        ("!(object.spec.on && object.metadata.name == 'web')", "metadata/name spec/on"),
        ("!(object.spec.on || object.metadata.name == 'y')", "spec/on"),
        ("object.kind == 'Job'", "kind"),
        ("object.kind == 'Pod' ? object.spec.on == false : true", "spec/on"),
        ("object.spec.on ? false : true", "spec/on"),
        # elements
        ("object.spec.ports.all(p, p < 100)", "spec/ports/1 spec/ports/2"),
        ("object.spec.ports.exists(p, p == 1)", "spec/ports"),
        ("!object.spec.ports.exists(p, p > 100)", "spec/ports/1 spec/ports/2"),
        ("object.spec.ports.exists_one(p, p > 1000000)", "spec/ports"),
        ("size(object.spec.ports.filter(p, p > 1000)) == 0", "spec/ports/2"),
        ("object.spec.containers.map(c, c.name).all(n, n == 'a')", "spec/containers/1/name"),
        ("object.spec.ports.all(i, p, i != 2)", "spec/ports/2"),
        ("object.metadata.labels.all(k, k == 'a')", "metadata/labels/b"),
        ("object.metadata.labels.all(k, v, v == '2')", "metadata/labels/a"),
        ("object.metadata.labels.transformMap(k, v, v + '!').all(k, v, v == '1!')", "metadata/labels/b"),
        ("(object.spec.containers + object.spec.initContainers).all(c, !c.?privileged.orValue(false))",
         "spec/containers/1/privileged spec/initContainers/0/privileged"),
        ("object.spec.containers.all(c, (c.?args.orValue([]) + c.?command.orValue([])).all(a, a != '--bad'))",
         "spec/containers/0/args/1 spec/containers/1/command/0"),
        ("[object.spec.on, object.metadata.name == 'web'].all(b, !b)", "metadata/name spec/on"),
        ("object.spec.ports[2] < 100", "spec/ports/2"),
        ("object.spec.ports.exists(p, p > 100) && object.spec.ports.all(p, p != 443)", "spec/ports/1"),
        ("!('a' in object.metadata.labels)", "metadata/labels/a"),
        ("'z' in object.metadata.labels", "metadata/labels"),
        ("!(443 in object.spec.ports)", "spec/ports/1"),
        ("object.metadata.name in ['x', 'y']", "metadata/name"),
        # what is missing, under what is there
        ("has(object.spec.nodeName)", "spec/nodeName"),
        ("object.spec.nodeName == 'x'", "spec/nodeName"),
        ("object.spec.security.runAsUser == 1", "spec/security"),
        ("object.spec.?security.?runAsUser.orValue(0) == 1", "spec/security"),
        ("object.spec.?security.?runAsUser.hasValue()", "spec/security"),
        ("object.metadata.?annotations.?x.hasValue()", "metadata/annotations"),
        ("object.spec.containers.all(c, has(c.image))", "spec/containers/0/image spec/containers/1/image"),
        ("object.spec.containers.all(c, c.image != 'x')", "spec/containers/0/image spec/containers/1/image"),
        ("object.spec.ports[7] == 1", "spec/ports"),
        ("object.metadata.labels['z'] == 'x'", "metadata/labels/z"),
        # through variables, bindings and functions
        ("variables.all.all(c, !has(c.privileged))", "spec/containers/1/privileged spec/initContainers/0/privileged"),
        ("variables.names.all(n, n != 'b')", "spec/containers/1/name"),
        ("cel.bind(n, object.metadata.name, n.startsWith('x'))", "metadata/name"),
        ("object.metadata.?name.optMap(n, n + '!').orValue('') == ''", "metadata/name"),
        ("object.metadata.name.upperAscii().contains('Q')", "metadata/name"),
        ("dyn(object).metadata.name == ''", "metadata/name"),
        ("params.allowed.exists(a, a == object.metadata.name)", "metadata/name"),
        ("object.spec.ports.sortBy(p, 0 - p).all(p, p < 443)", "spec/ports/1 spec/ports/2"),
        # nothing of the document
        ("1 == 2", ""),
        ("params.none", ""),
        ("object == 1", ""),
    ],
)  # fmt: skip
def test_blame(text: str, paths: str) -> None:
    shared = {
        "variables.all": compile_expression("object.spec.containers + object.spec.initContainers", ENVIRONMENT),
        "variables.names": compile_expression("variables.all.map(c, c.name)", ENVIRONMENT),
    }
    scope = Scope({"object": DOCUMENT, "params": {"allowed": ["x"]}}, shared)
    program = compile_expression(text, ENVIRONMENT)
    try:
        assert program.evaluate(scope) is False
    except EvaluationError:
        pass
    found = program.blame(scope)
    assert " ".join("/".join(map(str, path)) for path in found) == paths


def test_values_worked_out_elsewhere_are_found_in_the_document() -> None:
    containers = [*DOCUMENT["spec"]["containers"], *DOCUMENT["spec"]["initContainers"]]  # type: ignore[index]
    program = compile_expression("variables.all.all(c, !has(c.privileged))", ENVIRONMENT)
    assert program.blame({"object": DOCUMENT, "variables.all": containers}) == (
        ("spec", "containers", 1, "privileged"),
        ("spec", "initContainers", 0, "privileged"),
    )
