"""All rules over a world together: what they are called, what they cost, and that nothing makes them fail."""
# ruff: noqa: E501 - an object in a few lines reads better

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.policy.relations.worlds import deployment, external, secret, store, world

from sealwright.policy.packs.compiling import shipped_files
from sealwright.policy.relations.registry import CHECKS, may_find
from sealwright.policy.subject import Blame
from sealwright.policy.world import World

_TREE = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: a, annotations: {x: y}}
imagePullSecrets: [{name: pull}]
---
apiVersion: v1
kind: Pod
metadata: {name: external-secrets, labels: {app.kubernetes.io/part-of: a}}
spec:
  serviceAccountName: a
  containers:
    - name: a
      image: external-secrets/external-secrets:v1.0
      args: [--x]
      env: [{name: A, valueFrom: {secretKeyRef: {name: one, key: a, optional: false}}}]
      envFrom: [{secretRef: {name: two}}]
      volumeMounts: [{name: v, mountPath: /x, subPath: x}]
  volumes:
    - {name: v, secret: {secretName: three}}
    - {name: w, projected: {sources: [{secret: {name: four}}]}}
    - {name: x, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: a}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec: {podSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [a]}]}, policyTypes: [Egress], egress: [{}]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: b}
spec: {selector: all(), types: [Ingress]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: a}
spec: {endpointSelector: {matchLabels: {a: b}}, ingress: [{}], enableDefaultDeny: {ingress: true}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: a, namespace: prod}
spec: {refreshInterval: 1h, target: {name: one}, secretStoreRef: {name: a, kind: ClusterSecretStore}, dataFrom: [{extract: {key: a}, sourceRef: {storeRef: {name: b}}}], data: [{remoteRef: {key: a}}]}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: a}
spec: {provider: {aws: {auth: {jwt: {serviceAccountRef: {name: a, namespace: b}}}}}, conditions: [{namespaces: [a], namespaceRegexes: [b], namespaceSelector: {matchLabels: {a: b}}}]}
---
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: a}
spec: {provider: aws, parameters: {usePodIdentity: "false"}, secretObjects: [{secretName: five}]}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: six}
spec: {encryptedData: {a: AgA}, template: {metadata: {name: six, labels: {a: b}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a}
rules: [{resources: [secrets], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: z}
roleRef: {name: a}
subjects: [{kind: ServiceAccount, name: a, namespace: z}]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: a}
spec: {chart: {spec: {chart: secrets-store-csi-driver, version: 1.0}}, values: {syncSecret: {enabled: true}, rotationPollInterval: 1m}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec: {source: {chart: external-secrets, targetRevision: "1.0", helm: {valuesObject: {rbac: {x: y}}}}}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: a}
spec: {rules: [{generate: {kind: Pod, name: a}}]}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: a
resources: [b]
patches: [{target: {kind: Secret}, path: p.yaml}]
secretGenerator: [{name: seven, namespace: a}]
helmCharts: [{name: external-secrets, version: "1.0", valuesInline: {a: b}}]
---
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources: [{resources: [secrets], providers: [{identity: {}}]}]
"""
_SUBJECTS = world({"kustomization.yaml": _TREE}).subjects
_ODD_VALUES: list[Any] = [None, 7, "", [], {}, [[]], [{"name": 7}], {"name": []}]
_CATALOGUE = {
    rule: fixture.files
    for file in shipped_files()
    for rule, tests in file.tests.items()
    if rule in CHECKS
    for fixture in tests.failing[:1]
}
"""A tree in which each rule finds something."""


def _paths(value: Any) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(key, *rest) for key, inner in pairs for rest in [(), *_paths(inner)]]


_PLACES = [(index, path) for index, each in enumerate(_SUBJECTS) for path in _paths(each.value)]


def _with(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(copy[path[0]], path[1:], odd)
    return copy


def _all(tree: World) -> list[Blame]:
    checks = (name.partition(":") for name in CHECKS.values())
    return [blame for module, _, name in checks for blame in getattr(import_module(module), name)(tree)]


@pytest.mark.parametrize("odd", _ODD_VALUES, ids=repr)
def test_no_shape_makes_a_rule_fail(odd: Any) -> None:
    """Each value of a tree in turn is replaced by what it must not be."""
    for index, path in _PLACES:
        subjects = list(_SUBJECTS)
        subjects[index] = subjects[index]._replace(value=_with(subjects[index].value, path, odd))
        assert all(blame.paths for blame in _all(world({"kustomization.yaml": ""}, subjects=subjects))), path


_BESIDE = (".sops.yaml", ".github/workflows/a.yaml", "sealed.pem", "Chart.yaml", "values.yaml", "kustomization.yaml")


@given(
    st.text(max_size=80) | st.sampled_from(["jobs: [", "creation_rules: 7", "dependencies: [7, {name: [], alias: {}}]"])
)
def test_no_file_makes_a_rule_fail(content: str) -> None:
    assert all(blame.paths for blame in _all(world(dict.fromkeys(_BESIDE, content), subjects=_SUBJECTS)))


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_blame_shows_no_value(rule: str) -> None:
    canary = "hunter2-is-a-canary"
    files = {
        "prod/a.yaml": deployment("missing") + external() + store() + secret(more=f", annotations: {{a: {canary}}}"),
        "dev/a.yaml": external("other").replace("eA==", canary),
    }
    module, _, function = CHECKS[rule].partition(":")
    for blame in getattr(import_module(module), function)(world(files)):
        assert canary not in blame.detail


def test_twice_the_tree_costs_about_twice_the_steps() -> None:
    small, large = _steps(100), _steps(400)
    assert large < small * 8


def _steps(count: int) -> int:
    """Lines of the rules that run for a tree of so many applications."""
    import sys

    files = {
        f"apps/{number}/a.yaml": deployment(f"db-{number}", f"n{number}") + external(f"db-{number}", f"n{number}")
        for number in range(count)
    }
    tree = world(files | {"store.yaml": store(), "b.yaml": deployment("missing", "x")})
    taken = 0

    def trace(frame: Any, event: str, _: object) -> Any:
        nonlocal taken
        if "relations" not in frame.f_code.co_filename:
            return None
        taken += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for name in CHECKS.values():
            module, _, function = name.partition(":")
            list(getattr(import_module(module), function)(tree))
    finally:
        sys.settrace(before)
    return taken


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_a_check_that_is_passed_over_would_have_found_nothing(rule: str) -> None:
    files = {**_CATALOGUE[rule], **dict.fromkeys(_BESIDE, "")}
    module, _, function = CHECKS[rule].partition(":")
    for subjects in (_SUBJECTS, world(files).subjects):
        for more in ({}, {"whole": False}, {"whole": False, "rendered": True}, {"touched": tuple(files)}):
            tree = world(files, subjects=subjects, changed_on=lambda *_: "2020-01-01", **more)
            finds = any(getattr(import_module(module), function)(tree))
            assert may_find(rule, tree) or not finds, more
