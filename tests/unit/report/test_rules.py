"""Pages about rules: each is where SARIF and docs/controls.md say that it is."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from support import ROOT

from sealwright.finding import Confidence, Finding, Location, Outcome, Position, ResourceRef, Severity, Verdict
from sealwright.gate.waiver import REFUSED_RULE
from sealwright.policy.packs.catalogue import shipped
from sealwright.policy.packs.load import load_packs
from sealwright.report.base import Style, Summary
from sealwright.report.rules import rule_pages
from sealwright.report.sarif import SarifReporter

WHERE = Location("a.yaml", Position(1, 1), Position(1, 2))
OWN = """\
pack: ours
version: 1.0.0
title: Ours
include: [{rules: [GIT001]}]
rules:
  - id: OUR001
    slug: no-namespaces
    title: There is a namespace
    why: We have none.
    severity: low
    kinds: [v1/Namespace]
    expression: "false"
    message: it is a namespace
    remediation: Delete it.
    tests:
      pass: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]
      fail: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]
"""


@cache
def anchors(path: str) -> frozenset[str]:
    """Of the headings of a page in the repository, as GitHub and the site make them."""
    text = (ROOT / path).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


def pages_in_sarif(style: Style, *results: Finding | Verdict) -> dict[str, str]:
    """Rule to the address of its page, from the root of the repository."""
    reporter = SarifReporter(style)
    for result in results:
        reporter.write(result)
    rules = json.loads(reporter.finish(Summary()))["runs"][0]["tool"]["driver"]["rules"]
    return {rule["id"]: re.sub(r"^https://github\.com/[^/]+/[^/]+/blob/v[^/]+/", "", rule["helpUri"]) for rule in rules}


def finding(rule: str) -> Finding:
    return Finding(rule, Severity.HIGH, Confidence.CERTAIN, WHERE, "message")


def test_every_address_of_a_page_leads_to_it() -> None:
    catalogue = shipped()
    policy = tuple(catalogue.rule(name) for name in sorted(catalogue.ids()))
    names = [*rule_pages(), *(rule.id for rule in policy)]
    item = ResourceRef("bitnami.com/v1alpha1", "SealedSecret", "shop", "db")
    verdicts = [Verdict(WHERE, item, "a", outcome, "why") for outcome in (Outcome.FAILS, Outcome.UNKNOWN)]
    found = pages_in_sarif(Style(rules=policy, proof=True), *map(finding, names), *verdicts)
    assert len(found) == len(names) + 2
    for rule, address in found.items():
        path, _, anchor = address.partition("#")
        assert anchor in anchors(path), rule
        assert rule not in names or anchor == rule or anchor.startswith(f"{rule.lower()}-")
    assert found["GIT001"].startswith("docs/policies/material.md#")


def test_a_rule_of_a_pack_of_ones_own_leads_to_what_such_packs_are(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(OWN, encoding="utf-8")
    rules = load_packs(["ours.yaml"], root=str(tmp_path)).rules
    found = pages_in_sarif(Style(rules=rules), finding("OUR001"), finding("GIT001"))
    assert found["OUR001"] == "docs/policy.md#a-pack-of-your-own"
    assert "a-pack-of-your-own" in anchors("docs/policy.md")
    assert found["GIT001"].startswith("docs/policies/material.md#")


@pytest.mark.parametrize("word", ["too long", "too few"])
def test_what_is_refused_of_a_waiver_is_in_its_title(word: str) -> None:
    assert word in rule_pages()[REFUSED_RULE].title
