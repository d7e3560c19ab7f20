"""Findings in documentation: told, but blocking only where the value looks made by a machine."""

from __future__ import annotations

import pytest
from unit.detect.scans import b64, scan

from sealwright.finding import Confidence

RANDOM = "kT9DofMuI#89ViAtE"
CASES = {
    "word": ("stringData", "hunter2", Confidence.POSSIBLE),
    "sample": ("stringData", "S00perS3cretPa55word", Confidence.POSSIBLE),
    "sample under base64": ("data", b64("my-password1"), Confidence.POSSIBLE),
    "masked": ("data", "QVNJ...R04=", Confidence.POSSIBLE),
    "first line of a key": ("stringData", '"-----BEGIN PRIVATE KEY-----"', Confidence.POSSIBLE),
    "random": ("stringData", RANDOM, Confidence.LIKELY),
    "random under base64": ("data", b64(RANDOM), Confidence.LIKELY),
    "several lines": ("stringData", "|\n    a: b\n    password: hunter2", Confidence.POSSIBLE),
    "several lines, random": ("stringData", f"|\n    a: b\n    password: {RANDOM}", Confidence.LIKELY),
}


@pytest.mark.parametrize(("field", "value", "confidence"), CASES.values(), ids=CASES)
def test_confidence_in_documentation(field: str, value: str, confidence: Confidence) -> None:
    text = f"Like this:\n\n```yaml\nkind: Secret\n{field}:\n  a: {value}\n```\n"
    found = scan(text, "docs/a.md").findings
    assert [(finding.confidence, finding.field, finding.location.start) for finding in found] == [
        (confidence, f"{field}.a", (6, 6))
    ]


def test_a_secret_in_one_block_is_not_mixed_up_with_the_next() -> None:
    text = "```yaml\nkind: Secret\nstringData:\n  a: x1\n```\n\n```yaml\nkind: ConfigMap\ndata:\n  b: c\n```\n"
    assert [(finding.rule, finding.field) for finding in scan(text, "a.md").findings] == [
        ("secret-string-data", "stringData.a")
    ]
