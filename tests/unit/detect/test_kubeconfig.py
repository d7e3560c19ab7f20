"""Credentials of a kubeconfig's users: first kubeconfigs that may be shown to anyone."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
import textwrap

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.finding import Confidence

PEM = "-----BEGIN {0}-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END {0}-----\n"
CERTIFICATE, KEY = b64(PEM.format("CERTIFICATE")), b64(PEM.format("RSA PRIVATE KEY"))
TOKEN = "Vq7XRE0PFmj3NqNkT9nIb27IAKK9EbPx"


def config(user: str, kind: str = "apiVersion: v1\nkind: Config\n") -> str:
    """A kubeconfig with one user, whose fields are given as lines."""
    return (
        f"{kind}clusters:\n- name: prod\n  cluster: {{server: 'https://10.0.0.1:6443', certificate-authority-data: {CERTIFICATE}}}\n"
        f"users:\n- name: ci\n  user:\n{textwrap.indent(textwrap.dedent(user), '    ')}\n"
    )


@pytest.mark.parametrize(
    "user",
    [
        "{}",
        f"client-certificate-data: {CERTIFICATE}",
        "client-certificate: /etc/a.crt\nclient-key: /etc/a.key\ntokenFile: /var/run/token",
        "token: ${TOKEN}",
        "token: REDACTED",
        "token: ''",
        "token: <token>",
        "token: token",
        "token: '{{ .Values.token }}'",
        "client-key-data: DATA+OMITTED",
        "client-key-data: REDACTED",
        "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt...",
        "client-key-data: ${KEY}",
        "username: admin\npassword: password",
        "exec:\n  command: aws\n  args: [eks, get-token, --cluster-name, shop]\n  env:\n  - {name: AWS_PROFILE, value: prod}\n  - {name: TOKEN_FILE, value: /a}",
        "auth-provider:\n  name: oidc\n  config: {client-id: kubernetes, idp-issuer-url: 'https://a.example/'}",
        "auth-provider:\n  config: {id-token: <id-token>, refresh-token: '', client-secret: $SECRET}",
    ],
)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_silent(user: str, libyaml: bool) -> None:
    assert found(config(user), "kubeconfig", libyaml=libyaml) == []


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nspec: {match: []}\n",
        "users:\n- name: a\n- b\n",
        "users: {a: {user: {name: b}}}\n",
        "apiVersion: v1\nkind: Config\nusers:\n",
    ],
)
def test_others_of_the_name_are_silent(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("user", "field", "place"),
    [
        (f"token: {TOKEN}", "token", TOKEN),
        ("token: 'abc def'", "token", "'abc def'"),
        (f"client-key-data: {KEY}", "client-key-data", KEY),
        ("username: admin\npassword: hunter2", "password", "hunter2"),
        (f'auth-provider:\n  config:\n    id-token: "{TOKEN}"', "auth-provider.config.id-token", f'"{TOKEN}"'),
        (
            f"auth-provider: {{name: oidc, config: {{refresh-token: {TOKEN}}}}}",
            "auth-provider.config.refresh-token",
            TOKEN,
        ),
        (f"auth-provider:\n  config: {{access-token: {TOKEN}}}", "auth-provider.config.access-token", TOKEN),
        (f"auth-provider:\n  config: {{client-secret: {TOKEN}}}", "auth-provider.config.client-secret", TOKEN),
        ("exec:\n  env:\n  - name: VAULT_PASSWORD\n    value: k9-Wooden!", "exec.env[0].value", "k9-Wooden!"),
        ("exec:\n  args:\n  - login\n  - --password=k9-Wooden!", "exec.args[1]", "--password=k9-Wooden!"),
        ("exec:\n  args:\n  - --password\n  - k9-Wooden!", "exec.args[1]", "k9-Wooden!"),
    ],
)
@pytest.mark.parametrize("kind", ["apiVersion: v1\nkind: Config\n", "kind: Config\n", ""])
@pytest.mark.parametrize("libyaml", PARSERS)
def test_found(user: str, field: str, place: str, kind: str, libyaml: bool) -> None:
    text = config(user, kind)
    assert [(rule, where) for rule, where, _ in found(text, libyaml=libyaml)] == [
        ("kubeconfig", f"users[0].user.{field}")
    ]
    assert places(text, libyaml=libyaml) == [place]


def test_each_field_is_a_finding_with_its_line() -> None:
    text = config(f"client-key-data: {KEY}\ntoken: {TOKEN}")
    assert found(text, "clusters/prod/kubeconfig") == [
        ("kubeconfig", "users[0].user.client-key-data", 9),
        ("kubeconfig", "users[0].user.token", 10),
    ]
    messages = [(finding.message, finding.confidence) for finding in scan(text).findings]
    assert messages[1] == ("this kubeconfig keeps `token` of the user `ci` in clear", Confidence.CERTAIN)


JSON = json.dumps({"kind": "Config", "users": [{"name": "ci", "user": {"token": TOKEN}}]})


@pytest.mark.parametrize(
    "path", ["kubeconfig", "prod.kubeconfig", ".kube/config", "a.yaml", "a.yml", "a.conf", "kube.config"]
)
def test_any_name_of_file(path: str) -> None:
    assert [rule for rule, _, _ in found(config(f"token: {TOKEN}"), path)] == ["kubeconfig"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (JSON, 1),
        ("kind: ConfigMap\ndata:\n  kubeconfig: |\n" + textwrap.indent(config(f"token: {TOKEN}"), "    "), 12),
        (f"kind: ConfigMap\ndata:\n  kubeconfig: '{JSON}'\n", 3),
        (f"kind: ConfigMap\ndata:\n  kubeconfig: {b64(config(f'token: {TOKEN}'))}\n", 3),
        ("cluster:\n  kubeconfig: |\n" + textwrap.indent(config(f"token: {TOKEN}"), "    "), 11),
        (config(f"token: {TOKEN}").replace("\n", "\r\n"), 9),
        (config(f"token: {TOKEN}").encode("utf-16"), 9),
        (b"\xef\xbb\xbf" + config(f"token: {TOKEN}").encode(), 9),
    ],
)
def test_other_forms(text: str | bytes, line: int) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    assert [(rule, where) for rule, _, where in found(data)] == [("kubeconfig", line)]


def test_inside_a_secret_it_is_reported_once() -> None:
    text = "kind: Secret\nstringData:\n  value: |\n" + textwrap.indent(config(f"token: {TOKEN}"), "    ")
    assert [rule for rule, _, _ in found(text)] == ["secret-string-data"]
    text = f"kind: Secret\nstringData:\n  config: '{json.dumps({'bearerToken': TOKEN})}'\n"
    assert [rule for rule, _, _ in found(text)] == ["secret-string-data"]
