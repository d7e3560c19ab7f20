"""A name may be repeated in a finding; what only looks like one may be a piece of a value."""

from __future__ import annotations

import pytest

from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.credentials.values import is_name
from sealwright.run.scan import scan_bytes

PIECE = "ufhauhwDWZSzl4mwof2BLVjK8ePGtY6nYg181RZ4Pw8"


@pytest.mark.parametrize("name", [PIECE, PIECE[-20:], "a" * 200, f"data.{PIECE}"])
def test_what_looks_made_by_a_machine_is_no_name(name: str) -> None:
    assert not is_name(name)
    assert not list(assignments(f"{name}=kT9nIb27AKK9EbPq"))


@pytest.mark.parametrize(
    "name", ["password", "springDatasourcePassword", "SPRING_DATASOURCE_PASSWORD", "k8s-db-password-2"]
)
def test_names(name: str) -> None:
    assert is_name(name)
    assert [found.name for found in assignments(f"{name}=kT9nIb27AKK9EbPq")] == [name]


def test_no_piece_of_an_encrypted_value_is_told() -> None:
    text = f"kind: X\nspec:\n  a: ENC[AES256_GCM,data:abc,iv:{PIECE}=,tag:abc==,type:str]\n  b: {PIECE}=,x\n"
    assert PIECE[-12:] not in str(scan_bytes("a.yaml", text.encode()))
