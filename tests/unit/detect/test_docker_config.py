"""Log-ins to container registries: first files that hold none."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.finding import Confidence

AUTH = b64("bot:ZJE7xAeP6v9T2hFi")


def config(host: str = "ghcr.io", **login: object) -> str:
    return json.dumps({"auths": {host: login}})


@pytest.mark.parametrize(
    "text",
    [
        config(),
        config(auth=""),
        config(auth="", email="a@example.com"),
        config(auth="<base64>"),
        config(auth="REPLACE_WITH_BASE64_ENCODED_USERNAME_PASSWORD"),
        config(auth="${AUTH}"),
        config(auth="$(DOCKER_AUTH)"),
        config(auth="dXNlcjpw..."),
        config(auth=b64("user:password")),
        config(auth=b64("<user>:<password>")),
        config(auth=b64("user:${PASSWORD}")),
        config(auth=b64("user:")),
        config(auth=b64("user:CHANGEME")),
        config(username="bot", password="{{ .Values.password }}"),
        config(username="bot", password="", identitytoken=""),
        '{"auths": {"ghcr.io": {}}, "credsStore": "secretservice", "credHelpers": {"gcr.io": "gcloud"}}',
        '{"auths": {}}',
        '{"auths": "ghcr.io"}',
        "auth:\n  enabled: true\n  existingSecret: db\n",
        "db.example.com: {auth: basic}\n",
        "users: {example.com: {auth: oidc, email: a@example.com}}\n",
        'kind: ExternalSecret\nspec:\n  target:\n    template:\n      data:\n        .dockerconfigjson: \'{"auths":{"{{ .host }}":{"auth":"{{ printf "%s:%s" .user .pass | b64enc }}"}}}\'\n',
        'kind: ExternalSecret\nspec:\n  target:\n    template:\n      data:\n        .dockerconfigjson: \'{"auths":{"ghcr.io":{"username":"{{ .user }}","password":"{{ .pass }}"}}}\'\n',
        '{{- printf "{\\"auths\\":{\\"%s\\":{\\"auth\\":\\"%s\\"}}}" .host (printf "%s:%s" .u .p | b64enc) | b64enc }}\n',
    ],
)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_silent(text: str, libyaml: bool) -> None:
    assert found(text, libyaml=libyaml) == []


@pytest.mark.parametrize(
    "path",
    [".docker/config.json", "config.json", ".dockercfg", ".dockerconfigjson", "auth.json", "a.yaml", "dockerconfig"],
)
def test_any_name_of_file(path: str) -> None:
    text = json.dumps(json.loads(config(auth=AUTH)), indent=2)
    assert found(text, path) == [("docker-config", "auths.ghcr.io.auth", 4)]
    (finding,) = scan(text, path).findings
    assert (finding.location.start.column, finding.confidence) == (15, Confidence.CERTAIN)
    assert finding.message == "`auth` for ghcr.io stands in clear"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (config("https://index.docker.io/v1/", auth=AUTH), ["auth"]),
        (config("registry:5000", username="bot", password="mZ4bWEWvP"), ["password"]),
        (config(auth=AUTH, username="bot", password="mZ4bWEWvP"), ["auth", "password"]),
        (config(auth=b64("00000000-0000-0000-0000-000000000000:"), identitytoken="mZ4bWEWvP_be2UC0X"), ["identitytoken"]),
        (config(registrytoken="mZ4bWEWvP_be2UC0X"), ["registrytoken"]),
        (config(auth=AUTH.rstrip("=")), ["auth"]),
        (config(auth="WqQm513Gn8MFE9h8LyozXt5n2tg7_5e55oEFG3Ll6LM"), ["auth"]),
        (config(auth=b64('_json_key:{"type": "service_account", "private_key_id": "a"}')), ["auth"]),
        (json.dumps({"ghcr.io": {"auth": AUTH, "email": "a@example.com"}}), ["auth"]),
        (json.dumps({"https://index.docker.io/v1/": {"auth": AUTH}}), ["auth"]),
        (f"auths:\n  ghcr.io:\n    auth: {AUTH}\n", ["auth"]),
        (f"imagePullSecret: '{config(auth=AUTH)}'\n", ["auth"]),
        (f"imagePullSecret: {b64(config(auth=AUTH))}\n", ["auth"]),
        (f"kind: ConfigMap\ndata:\n  config.json: |\n    {config(auth=AUTH)}\n", ["auth"]),
        (json.dumps(config(auth=AUTH)), ["auth"]),
        (json.dumps(json.dumps(config(auth=AUTH))), ["auth"]),
        (json.dumps({"pullSecret": config(auth=AUTH)}), ["auth"]),
        (f"kind: KubeadmConfig\nspec:\n  files:\n  - content: |\n      {config(auth=AUTH)}\n", ["auth"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("libyaml", PARSERS)
def test_found(text: str, fields: list[str], libyaml: bool) -> None:
    hits = found(text, libyaml=libyaml)
    assert [(rule, field.rpartition(".")[2]) for rule, field, _ in hits] == [
        ("docker-config", field) for field in fields
    ]


def test_every_registry_is_a_finding_with_its_line() -> None:
    text = f"kind: ConfigMap\ndata:\n  a: |\n    auths:\n      a.io:\n        auth: {AUTH}\n      b.io:\n        auth: {AUTH}\n"
    assert found(text) == [
        ("docker-config", "data.a:auths.a.io.auth", 6),
        ("docker-config", "data.a:auths.b.io.auth", 8),
    ]
    assert places(text) == [AUTH, AUTH]


def test_inside_a_secret_it_is_reported_once() -> None:
    plain = (
        f"kind: Secret\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{config(auth=AUTH)}'\n"
    )
    encoded = (
        f"kind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {b64(config(auth=AUTH))}\n"
    )
    assert [rule for text in (plain, encoded) for rule, _, _ in found(text)] == ["secret-string-data", "secret-data"]


@pytest.mark.parametrize(
    "login",
    [
        f"auth: {AUTH}",
        f"auth:\n    {AUTH}",
        f"auth: >-\n    {AUTH}",
        f"auth: |\n    {AUTH}",
        f'auth: &a "{AUTH}"',
        f'"auth":\n    "{AUTH}"',
        f"auth: !!str '{AUTH}'",
    ],
)
def test_a_log_in_however_its_value_is_written(login: str) -> None:
    assert [rule for rule, _, _ in found(f"ghcr.io:\n  {login}\n")] == ["docker-config"]
