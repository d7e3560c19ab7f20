"""NET002: isolation of the controllers, by every kind of policy."""

from __future__ import annotations

import pytest
from unit.policy.relations.worlds import found, kustomization

_IMAGES = [
    "ghcr.io/external-secrets/external-secrets:v2.9.0",
    "oci.external-secrets.io/external-secrets/external-secrets@sha256:aa",
    "docker.io/bitnami/sealed-secrets-controller:0.36.6",
    "registry.k8s.io/csi-secrets-store/driver:v1.6.0",
    "public.ecr.aws/aws-secrets-manager/secrets-store-csi-driver-provider-aws:1.0",
    "hashicorp/vault-csi-provider:1.5",
]
_PLACE = "controller.yaml:12 spec.template.spec.containers[name=manager].image"


def _controller(image: str = _IMAGES[0], namespace: str = "eso", more: str = "") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: controller{where}}}
spec:
  template:
    metadata:
      labels: {{app: eso}}
    spec:
{more}      # one container
      containers:
        - name: manager
          image: {image}
"""


def _policy(spec: str, kind: str = "networking.k8s.io/v1/NetworkPolicy", namespace: str = "eso") -> str:
    group, _, name = kind.rpartition("/")
    where = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: {group}\nkind: {name}\nmetadata: {{name: a{where}}}\nspec: {spec}\n"


_BOTH = "policyTypes: [Ingress, Egress]"
_CILIUM, _CALICO = "cilium.io/v2/CiliumNetworkPolicy", "projectcalico.org/v3/NetworkPolicy"


@pytest.mark.parametrize(
    "policies",
    [
        _policy(f"{{podSelector: {{}}, {_BOTH}}}"),
        _policy(f"{{podSelector: {{matchLabels: {{app: eso}}}}, {_BOTH}}}"),
        _policy(f"{{podSelector: {{matchExpressions: [{{key: app, operator: In, values: [eso]}}]}}, {_BOTH}}}"),
        _policy("{podSelector: {}}") + _policy("{podSelector: {matchLabels: {app: eso}}, policyTypes: [Egress]}"),
        _policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}"),
        _policy(f"{{podSelector: {{}}, {_BOTH}}}", namespace=""),  # nobody can say where it is applied
        _policy("{endpointSelector: {}, ingress: [], egress: [{}]}", _CILIUM),
        _policy("{endpointSelector: {matchLabels: {'k8s:app': eso}}, ingressDeny: [{}], egress: [{}]}", _CILIUM),
        _policy("{selector: all(), types: [Ingress, Egress]}", _CALICO),
        _policy("{subject: {namespaces: {}}}", "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy", ""),
    ],
)
def test_an_isolated_controller_is_left_alone(policies: str) -> None:
    assert found("NET002", {"controller.yaml": _controller(), "policies.yaml": policies}) == []


@pytest.mark.parametrize(
    "text",
    [
        _controller("example.com/shop/api:1"),
        _controller("example.com/not-external-secrets-at-all:1"),
        _controller(more="      hostNetwork: true\n"),
        _controller().replace("apiVersion: apps/v1", "apiVersion: example.com/v1"),
    ],
)
def test_what_policies_do_not_reach_or_concern_is_left_alone(text: str) -> None:
    assert found("NET002", {"controller.yaml": text}) == []


@pytest.mark.parametrize(
    "policies",
    [
        "",
        _policy("{podSelector: {}}"),
        _policy("{podSelector: {}, policyTypes: [Egress]}"),
        _policy(f"{{podSelector: {{matchLabels: {{app: other}}}}, {_BOTH}}}"),
        _policy(f"{{podSelector: {{matchExpressions: [{{key: app, operator: NotIn, values: [eso]}}]}}, {_BOTH}}}"),
        _policy(f"{{podSelector: {{}}, {_BOTH}}}", namespace="shop"),
        _policy("{endpointSelector: {}, ingress: [{}]}", _CILIUM),
        _policy("{endpointSelector: {}, ingress: [{}], egress: [{}], enableDefaultDeny: {egress: false}}", _CILIUM),
        _policy("{selector: all(), types: [Ingress]}", _CALICO),
    ],
)
def test_an_open_controller_is_found_at_its_image(policies: str) -> None:
    assert found("NET002", {"controller.yaml": _controller(), "policies.yaml": policies}) == [_PLACE]


@pytest.mark.parametrize("image", _IMAGES)
def test_every_controller_is_known_by_its_image(image: str) -> None:
    assert found("NET002", {"controller.yaml": _controller(image)}) == [_PLACE]


def test_removing_a_policy_shows_at_the_controller_whatever_its_version() -> None:
    policy = _policy(f"{{podSelector: {{}}, {_BOTH}}}")
    before = found("NET002", {"controller.yaml": _controller(), "policies.yaml": policy})
    after = found("NET002", {"controller.yaml": _controller()})
    newer = found("NET002", {"controller.yaml": _controller(_IMAGES[1])})
    assert (before, after) == ([], [_PLACE])
    assert after == newer


def test_namespaces_are_those_of_the_kustomization() -> None:
    files = {
        "kustomization.yaml": kustomization("controller.yaml, policies.yaml", "namespace: eso\n"),
        "controller.yaml": _controller(namespace=""),
        "policies.yaml": _policy(f"{{podSelector: {{}}, {_BOTH}}}", namespace="shop"),
    }
    assert found("NET002", files) == []
    assert found("NET002", files | {"kustomization.yaml": kustomization("policies.yaml", "namespace: x\n")}) == []
    assert found("NET002", files, rendered=True, whole=False) == []


def test_a_policy_that_is_only_a_patch_isolates_nothing() -> None:
    files = {
        "kustomization.yaml": kustomization("controller.yaml", "patches: [{path: policies.yaml}]\n"),
        "controller.yaml": _controller(),
        "policies.yaml": _policy(f"{{podSelector: {{}}, {_BOTH}}}"),
    }
    assert found("NET002", files) == [_PLACE]


def test_nothing_is_said_of_a_part_of_a_tree() -> None:
    assert found("NET002", {"controller.yaml": _controller()}, whole=False) == []
