"""Credentials that stay in the values of charts: each with its place, and what to set."""

from __future__ import annotations

import pytest
from unit.convert.helm.test_rewire import AUTH, application, release

from sealwright.convert.helm.leftovers import left_at
from sealwright.convert.helm.sites import Sources, sites
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.manifest.source import Source

ARGO = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n"
TEXT = "      values: |\n        # note\n        auth:\n          password: tide.88\n"
K3S = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec:\n  chart: charts/redis\n"


def leftovers(text: str, path: str = "apps/a.yaml") -> list[tuple[int, str, str]]:
    known = [item for document in read_documents(Source(path, text)) for item in resources(document)]
    sources = Sources(known)
    each = [one for item in known for site in sites(item, sources) for one in left_at(site)]
    found = sorted(dict.fromkeys(each), key=lambda item: (item.path, item.line))
    assert all(item.path == path and item.reason and item.hint for item in found)
    assert not any("tide" in str(item) or "other.99" in str(item) for item in found)
    return [(item.line, item.field, item.hint) for item in found]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    "values",
    [
        "auth:\n  password: ''\n  existingSecret: a\n",
        "serviceAccount:\n  automountServiceAccountToken: true\n",
        "auth:\n  password: ${PASSWORD}\n",
        "auth:\n  password: <path:secret/data/db#password>\n",
        "auth:\n  existingSecretPasswordKey: redis-password\n  passwordFile: /run/a\n",
    ],
)
def test_what_is_no_credential(values: str) -> None:
    assert leftovers(release(values)) == []


def test_a_release_that_is_exchanged_leaves_nothing() -> None:
    assert leftovers(release(AUTH)) == []
    assert leftovers(application(AUTH)) == []


def test_what_to_set_is_said() -> None:
    text = release(AUTH, url="https://charts.example.com")
    existing = "set `auth.existingSecret` to the Secret's name"
    first, second = leftovers(text)
    assert first[:2] == (line_of(text, "password: tide"), "spec.values.auth.password")
    assert first[2] == f"put it into a Secret as `password`, and {existing}"
    assert second[2] == f"put it into a Secret as `postgres-password`, and {existing}"
    [(_, field, hint)] = leftovers(release("list:\n- name: a\n  token: tide.88\n", "other"))
    assert field == "spec.values.list[0].token"
    assert hint == "put it into a Secret, and name that under `valuesFrom` with `targetPath: list[0].token`"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"{ARGO}  source:\n    chart: redis\n    helm:\n{TEXT}", "spec.source.helm.values.auth.password"),
        (f"{ARGO}  sources:\n  - chart: redis\n    helm:\n{TEXT}", "spec.sources[0].helm.values.auth.password"),
        (
            f"{ARGO}  sources:\n  - {{chart: redis, helm: {{valuesObject: {{auth: {{password: tide.88}}}}}}}}\n",
            "spec.sources[0].helm.valuesObject.auth.password",
        ),
        (f"{K3S}  valuesContent: |\n    auth:\n      password: tide.88\n", "spec.valuesContent.auth.password"),
    ],
)
def test_values_in_texts_and_of_several_sources(text: str, field: str) -> None:
    [(line, found, hint)] = leftovers(text)
    assert (line, found) == (line_of(text, "password: tide"), field)
    assert "`redis-password`" in hint


def test_a_file_of_values() -> None:
    [(line, field, hint)] = leftovers("a: b\ndb:\n  password: tide.88\n", "charts/x/values-prod.yaml")
    assert (line, field) == (3, "db.password")
    assert "existingSecret" in hint
