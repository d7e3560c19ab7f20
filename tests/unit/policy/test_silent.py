"""Rules that had nothing to be about: what they did not find must not count as kept."""

from __future__ import annotations

import pytest
from support import ROOT

from sealwright.manifest.source import decode
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.load import load_packs
from sealwright.policy.silent import silent
from sealwright.policy.world import World

RULES = load_packs(["pci-dss-4.0.1", "nist-800-53r5"], root=str(ROOT))
STORE = "apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: a}\nspec: {provider: {}}\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"


def spoken(files: dict[str, str], *, whole: bool = True, touched: tuple[str, ...] = ()) -> set[str]:
    sources = [decode(path, text.encode()) for path, text in files.items() if path.endswith(".yaml")]
    subjects = [subject for source in sources for subject in objects_in(source, bool).subjects]
    world = World(
        subjects, list(files), files.__getitem__, RULES.params, False, whole, "2026-01-15", lambda *_: "", touched
    )
    return {rule.id for rule in RULES.rules} - silent(RULES, world)


@pytest.mark.parametrize(
    ("files", "asked", "not_asked"),
    [
        ({}, set(), {"GIT001", "ESO003", "WRK001", "PIP001", "SLS008", "NET002"}),
        ({"a.yaml": "a: 1\n"}, set(), {"GIT001", "ESO003"}),
        ({"a.yaml": SECRET}, {"GIT001", "XRF006"}, {"ESO003", "WRK001", "PIP001", "SLS008", "MRG001"}),
        ({"a.yaml": STORE}, {"ESO002", "XRF004"}, {"GIT001", "ESO003", "XRF003"}),
        ({".github/workflows/a.yml": ""}, {"PIP001", "PIP002"}, {"SLS008"}),
        ({"certs/prod.pem": ""}, {"SLS008"}, {"PIP001"}),
    ],
)
def test_a_rule_is_asked_where_there_is_something_that_it_is_about(
    files: dict[str, str], asked: set[str], not_asked: set[str]
) -> None:
    found = spoken(files)
    assert asked <= found
    assert found.isdisjoint(not_asked)


def test_rules_that_need_all_files_or_a_change_are_not_asked_without() -> None:
    files = {"a.yaml": STORE + "---\n" + SECRET}
    assert "XRF004" in spoken(files)
    assert "XRF004" not in spoken(files, whole=False)
    assert "MRG001" not in spoken(files)
    assert "MRG001" in spoken(files, touched=("a.yaml",))
