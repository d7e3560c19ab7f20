"""Comments that allow, excerpts and digests: applied to whatever was found, they tell no value."""

from __future__ import annotations

from fuzz.held import hold_no_value, texts_of
from fuzz.manifests import SECRET, SEEDS, WORDS

from sealwright.detect.scanner import scan_source
from sealwright.gate.allowance import allowances, apply_allowances
from sealwright.gate.excerpt import excerpt
from sealwright.gate.keyed import Key, with_digests, with_marks
from sealwright.manifest.source import decode

ALLOWED = SECRET.replace("  password", "  # sealwright: allow[secret-string-data] test\n  password")
BESIDE = SECRET.replace("# why", "# sealwright: allow[secret-data,comment] why")
SEEDS = (ALLOWED.encode(), BESIDE.encode(), *SEEDS)
_KEY = Key(bytes(range(32)))

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    source = decode("a.yaml", data)
    findings = apply_allowances(source, scan_source(source).findings)
    for allowance in allowances(source):
        assert 0 <= allowance.span.start < allowance.span.end <= len(source.text)
    for finding in with_marks(source, with_digests(source, findings, _KEY), _KEY):
        shown = excerpt(source, finding.location)
        hold_no_value([*texts_of(finding), shown.text if shown else ""], data)
