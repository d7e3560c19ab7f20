"""Stores that hold their values themselves: first those that hold none."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json

import pytest
from unit.detect.scans import PARSERS, b64, found, places, scan

from sealwright.finding import Confidence


def store(data: str, kind: str = "SecretStore", api: str = "external-secrets.io/v1") -> str:
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: fake}}\nspec:\n  provider:\n    fake:\n      data: {data}\n"


@pytest.mark.parametrize(
    "text",
    [
        store("[]"),
        store("[{key: /db}]"),
        store("[{key: /db, value: ''}]"),
        store("[{key: /db, value: '${PASSWORD}'}]"),
        store("[{key: /db, value: '<value>'}, {key: /b, value: CHANGEME}]"),
        store("[{key: /db, value: '{{ .Values.password }}'}]"),
        store("[{key: /db, valueMap: {user: CHANGEME}}]"),
        store("[{key: /db, value: Vq7XRE0PF}]", api="example.com/v1").replace("/db", "db"),
        "apiVersion: external-secrets.io/v1\nkind: SecretStore\nspec: {provider: {aws: {service: SecretsManager}}}\n",
        "apiVersion: generators.external-secrets.io/v1alpha1\nkind: Fake\nspec: {controller: a}\n",
        "apiVersion: example.com/v1\nkind: Fake\nspec: {data: {a: plain}}\n",
    ],
)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_silent(text: str, libyaml: bool) -> None:
    assert found(text, libyaml=libyaml) == []


@pytest.mark.parametrize("kind", ["SecretStore", "ClusterSecretStore"])
@pytest.mark.parametrize("libyaml", PARSERS)
def test_values_and_maps_of_values(kind: str, libyaml: bool) -> None:
    text = store(
        "\n      - key: /db\n        value: open sesame\n      - key: /m\n        valueMap:\n          a: 'one, two'\n",
        kind,
    )
    assert found(text, libyaml=libyaml) == [
        ("fake-store", "spec.provider.fake.data[0].value", 9),
        ("fake-store", "spec.provider.fake.data[1].valueMap.a", 12),
    ]
    assert places(text, libyaml=libyaml) == ["open sesame", "'one, two'"]
    first = scan(text, libyaml=libyaml).findings[0]
    assert first.confidence is Confidence.CERTAIN
    assert first.message == f"{kind} fake answers with the value of `/db` in clear"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("apiVersion: generators.external-secrets.io/v1alpha1\nkind: Fake\nspec:\n  data:\n    a: mZ4bWEWvP\n", "spec.data.a"),
        ("apiVersion: generators.external-secrets.io/v1alpha1\nkind: ClusterGenerator\nspec:\n  kind: Fake\n  generator:\n    fakeSpec:\n      data: {a: mZ4bWEWvP}\n", "spec.generator.fakeSpec.data.a"),
        (store("[{value: mZ4bWEWvP, key: a}]", api="external-secrets.io/v1beta1"), "spec.provider.fake.data[0].value"),
        ("kind: List\nitems:\n- " + store("[{key: a, value: mZ4bWEWvP}]").replace("\n", "\n  "), "spec.provider.fake.data[0].value"),
        (json.dumps({"kind": "SecretStore", "spec": {"provider": {"fake": {"data": [{"key": "a", "value": "mZ4bWEWvP"}]}}}}), "spec.provider.fake.data[0].value"),
        ("extraManifests:\n- |\n  " + store("[{key: a, value: mZ4bWEWvP}]").replace("\n", "\n  "), "extraManifests[0]:spec.provider.fake.data[0].value"),
    ],
)  # fmt: skip
def test_other_places(text: str, field: str) -> None:
    assert [(rule, where) for rule, where, _ in found(text)] == [("fake-store", field)]


def test_a_word_that_says_what_would_stand_there_is_possible_only() -> None:
    (finding,) = scan(store("[{key: a, value: password}]")).findings
    assert finding.confidence is Confidence.POSSIBLE


def test_a_store_in_base64() -> None:
    text = f"kind: ConfigMap\ndata:\n  a: {b64(store('[{key: a, value: mZ4bWEWvP}]'))}\n"
    assert [rule for rule, _, _ in found(text)] == ["fake-store"]
