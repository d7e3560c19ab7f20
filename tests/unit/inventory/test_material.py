"""What a value seems to be, by names alone."""

from __future__ import annotations

import pytest

from sealwright.inventory.material import material_of

OF_CYCLONEDX = {"password", "token", "private-key", "public-key", "certificate", "key", "credential", "other"}


@pytest.mark.parametrize(
    ("key", "type_", "material"),
    [
        ("username", "", "other"),
        ("DB_USER", "", "other"),
        ("host", "", "other"),
        ("monkey", "", "key"),  # the price of names
        ("tls.crt", "kubernetes.io/tls", "certificate"),
        ("tls.key", "kubernetes.io/tls", "private-key"),
        ("tls.key", "", "private-key"),
        ("ca.crt", "kubernetes.io/tls", "certificate"),
        (".dockerconfigjson", "kubernetes.io/dockerconfigjson", "credential"),
        ("ssh-privatekey", "kubernetes.io/ssh-auth", "private-key"),
        ("id_ed25519", "", "private-key"),
        ("id_ed25519.pub", "", "public-key"),
        ("password", "kubernetes.io/basic-auth", "password"),
        ("POSTGRES_PASSWORD", "", "password"),
        ("adminPassword", "", "password"),
        ("githubToken", "", "token"),
        ("API_KEY", "", "key"),
        ("clientSecret", "", "credential"),
        ("DATABASE_URL", "", "credential"),
        ("client_secret", "", "credential"),
        ("note", "", "other"),
        ("", "", "other"),
        ("k" * 100_000, "", "other"),
    ],
)
def test_names(key: str, type_: str, material: str) -> None:
    assert material in OF_CYCLONEDX
    assert material_of(key, type_) == material
