"""Keys that encrypt a cluster's storage: first configurations that show none."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
import textwrap

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.finding import Confidence, Severity

KEY = b64("a key of thirty-two bytes for us")


def configuration(secret: str = KEY, kind: str = "EncryptionConfiguration", provider: str = "aescbc") -> str:
    return textwrap.dedent(f"""\
        apiVersion: apiserver.config.k8s.io/v1
        kind: {kind}
        resources:
          - resources: [secrets]
            providers:
              - {provider}:
                  keys:
                    - name: key1
                      secret: {secret}
              - identity: {{}}
        """)


def inside(header: str, text: str) -> str:
    """The text as a block scalar below the header's last line."""
    last = header.splitlines()[-1]
    return f"{header}\n{textwrap.indent(text, ' ' * (len(last) - len(last.lstrip()) + 2))}"


CONFIG_MAP = "kind: ConfigMap\ndata:\n  encryption.yaml: |"
KUBEADM = "kind: KubeadmConfig\nspec:\n  files:\n  - path: /etc/kubernetes/enc.yaml\n    content: |"
CLOUD_INIT = (
    "kind: ConfigMap\ndata:\n  user-data: |\n    #cloud-config\n    write_files:\n    - path: /a\n      content: |"
)


@pytest.mark.parametrize(
    "text",
    [
        configuration("<BASE 64 ENCODED SECRET>"),
        configuration("'{{ kube_encrypt_token }}'"),
        configuration("${ENCRYPTION_KEY}"),
        configuration("$(ENCRYPTION_KEY)"),
        configuration("''"),
        configuration("CHANGEME"),
        configuration(b64("CHANGEME")),
        configuration("YS1rZXktb2Yt..."),
        configuration(kind="Kustomization").replace("secret:", "other:"),
        configuration().replace("aescbc", "kms"),
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n",
        "kind: EncryptionConfiguration\nresources: [{providers: [{aescbc: {keys: }}]}]\n",
        inside(CONFIG_MAP, configuration("<BASE 64 ENCODED SECRET>")),
    ],
)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_silent(text: str, libyaml: bool) -> None:
    assert found(text, libyaml=libyaml) == []


@pytest.mark.parametrize("kind", ["EncryptionConfiguration", "EncryptionConfig"])
@pytest.mark.parametrize("provider", ["aescbc", "aesgcm", "secretbox"])
def test_every_provider_and_both_kinds(kind: str, provider: str) -> None:
    text = configuration(kind=kind, provider=provider)
    assert found(text) == [
        ("encryption-configuration", f"resources[0].providers[0].{provider}.keys[0].secret", 9),
    ]
    assert places(text) == [KEY]
    (finding,) = scan(text).findings
    assert (finding.severity, finding.confidence) == (Severity.CRITICAL, Confidence.CERTAIN)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (inside(CONFIG_MAP, configuration()), 12),
        (inside(KUBEADM, configuration()), 14),
        (inside(CLOUD_INIT, configuration()), 16),
        (f"kind: ConfigMap\ndata:\n  a: {b64(configuration())}\n", 3),
        (f"kind: ConfigMap\ndata:\n  a: {json.dumps(configuration())}\n", 3),
        (json.dumps({"kind": "EncryptionConfig", "resources": [{"providers": [{"aescbc": {"keys": [{"secret": KEY}]}}]}]}), 1),
        (configuration(f'"{KEY}"').replace("\n", "\r\n"), 9),
        (configuration(f"&k {KEY}"), 9),
        ("a: b\n---\n" + configuration(), 11),
    ],
)  # fmt: skip
@pytest.mark.parametrize("libyaml", PARSERS)
def test_other_places(text: str, line: int, libyaml: bool) -> None:
    assert [(rule, where) for rule, _, where in found(text.encode(), libyaml=libyaml)] == [
        ("encryption-configuration", line)
    ]


def test_two_keys_are_two_findings() -> None:
    text = configuration().replace(
        "      - identity", f"            - name: key2\n              secret: {KEY}\n      - identity"
    )
    assert [line for _, _, line in found(text)] == [9, 11]


def test_inside_a_secret_it_is_reported_once() -> None:
    text = "kind: Secret\nstringData:\n  a.yaml: |\n" + textwrap.indent(configuration(), "    ")
    assert [rule for rule, _, _ in found(text)] == ["secret-string-data"]
