"""The environment of a file, by its path alone: what must not be taken for one stands first."""

from __future__ import annotations

import pytest

from sealwright.inventory.environment import NAMES, environment_of


@pytest.mark.parametrize(
    "path",
    [
        "secret.yaml",
        "apps/shop/base/secret.yaml",
        "apps/products/secret.yaml",  # no word of its own
        "test/fixtures/secret.yaml",
        "docs/stage-plan.md",
        "clusters/base/secret.yaml",
        "clusters/kustomization.yaml",
        "overlays/postgres/secret.yaml",
        "notprod.yaml",
        "devices/router.yaml",
    ],
)
def test_nothing_says_it(path: str) -> None:
    assert environment_of(path) == ""


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("clusters/prod/db.yaml", "prod"),
        ("clusters/production/db.yaml", "prod"),
        ("clusters/Prod/db.yaml", "prod"),
        ("clusters/blue/db.yaml", "blue"),
        ("clusters/prod-eu-1/db.yaml", "prod"),
        ("clusters/dev.yaml", "dev"),
        ("gitops/envs/blue/apps/db.yaml", "blue"),
        ("environments/stg/db.yaml", "staging"),
        ("regions/eu-west-1/db.yaml", "eu-west-1"),
        ("apps/shop/overlays/staging/db.yaml", "staging"),
        ("apps/shop/overlays/prod/db.yaml", "prod"),
        ("apps/test/db.yaml", "test"),
        ("apps/values-staging.yaml", "staging"),
        ("apps/values.prod.yaml", "prod"),
        (".env.production", "prod"),
        ("apps/non-prod/db.yaml", "nonprod"),
        ("apps/pre-prod-eu/db.yaml", "preprod"),
        ("apps/preprod/db.yaml", "preprod"),
        ("apps/shop-uat/db.yaml", "uat"),
    ],
)
def test_a_folder_or_a_name_says_it(path: str, environment: str) -> None:
    assert environment_of(path) == environment


def test_names_for_the_same_are_one() -> None:
    assert {NAMES[NAMES[name]] for name in NAMES} == set(NAMES.values())
