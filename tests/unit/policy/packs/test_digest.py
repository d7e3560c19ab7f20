"""The digest of a pack, and which controls the rules serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sealwright.detect.registry import detectors
from sealwright.finding import Severity
from sealwright.policy.packs.catalogue import shipped
from sealwright.policy.packs.digest import digest
from sealwright.policy.packs.load import chosen, load_packs
from sealwright.policy.packs.served import TWINS, frameworks, served

if TYPE_CHECKING:
    from pathlib import Path

PACK = """\
pack: ours
version: 1.0.0
title: Ours
description: What we agreed on.
params:
  oursLimit: {value: 3, description: how many}
variables:
  oursName: object.metadata.name
rules:
  - id: OUR001
    slug: ours
    title: A name is too long
    why: Nobody can read it.
    severity: high
    kinds: [v1/Secret]
    expression: size(variables.oursName) <= params.oursLimit
    message: the name is too long
    remediation: Shorten it.
    controls: {nist-800-53r5: [IA-5(7)], ours: [A.1]}
    tests:
      pass: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]
      fail: [{apiVersion: v1, kind: Secret, metadata: {name: abcd}}]
"""


def own(folder: Path, text: str = PACK) -> str:
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    packs, catalogue = chosen(["ours.yaml"], str(folder))
    return digest(packs[0], catalogue)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: high", "severity: low"),
        ("<= params", "< params"),
        ("value: 3", "value: 4"),
        ("oursName: object.metadata.name", "oursName: object.metadata.?name.orValue('')"),
        ("version: 1.0.0", "version: 1.0.1"),
        ("kinds: [v1/Secret]", "kinds: [v1/Secret, v1/ConfigMap]"),
        ("IA-5(7)", "IA-5"),
    ],
)
def test_what_changes_the_judgement_changes_the_digest(tmp_path: Path, old: str, new: str) -> None:
    assert old in PACK
    assert own(tmp_path) != own(tmp_path, PACK.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [("pass: [", "pass: [{apiVersion: v1, kind: Secret, metadata: {name: b}}, "), ("rules:\n", "rules:\n\n# x\n")],
)
def test_examples_and_comments_do_not(tmp_path: Path, old: str, new: str) -> None:
    assert own(tmp_path) == own(tmp_path, PACK.replace(old, new))


def test_a_pack_beside_it_does_not_change_the_digest_of_a_shipped_one(tmp_path: Path) -> None:
    own(tmp_path)
    alone, catalogue = chosen(["baseline"], str(tmp_path))
    beside, joined = chosen(["baseline", "ours.yaml"], str(tmp_path))
    assert digest(alone[0], catalogue) == digest(beside[0], joined)


def test_every_shipped_pack_has_a_digest_of_its_own() -> None:
    catalogue = shipped()
    digests = [digest(pack, catalogue) for pack in catalogue.packs.values()]
    assert len(set(digests)) == len(digests)
    pack = catalogue.packs["baseline"]
    harder = pack._replace(rules=dict.fromkeys(pack.rules, Severity.CRITICAL))
    assert digest(harder, catalogue) != digest(pack, catalogue)


def test_every_rule_of_the_scan_serves_what_its_twin_does(tmp_path: Path) -> None:
    names = {detector.RULE for _, detector in detectors()}
    assert TWINS.keys() <= names
    rules = served((), sorted(names))
    for framework in ("pci-dss-4.0.1/8.6.2", "nist-800-53r5/IA-5(7)"):
        without = {"last-applied-configuration"} if framework.endswith("8.6.2") else set()
        assert names - set(rules[framework]) <= without | {"encryption-configuration"}
    assert served(()) == {}


def test_frameworks_are_those_that_packs_are_named_after(tmp_path: Path) -> None:
    own(tmp_path)
    rules = load_packs(["baseline", "ours.yaml"], root=str(tmp_path)).rules
    keys = served(rules, ["secret-data"])
    assert keys["ours/A.1"] == ("OUR001",)
    assert keys["nist-800-53r5/IA-5(7)"][-1] == "secret-data"
    assert frameworks(["baseline", "ours"], keys) == {"ours"}
    assert frameworks(["baseline"], keys) > {"ours", "pci-dss-4.0.1", "nist-800-53r5"}
