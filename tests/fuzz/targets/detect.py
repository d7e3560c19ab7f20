"""The whole scan of one file: the byte test loses nothing, no value is told, and every place is one of the file."""

from __future__ import annotations

from fuzz.held import hold_no_value, texts_of
from fuzz.manifests import SEEDS as MANIFESTS
from fuzz.manifests import WORDS

from sealwright.detect.scanner import scan_source
from sealwright.finding import Finding, Problem, Status
from sealwright.gate.source_checks import SourceChecks
from sealwright.manifest.source import decode
from sealwright.run.scan import scan_bytes

PATHS = (
    *("a.yaml", "a.json", "README.md", "a.sh", ".env", "values.yaml", "main.tf", "a.py", "Dockerfile", "a.txt", "a"),
    *("kustomization.yaml", "templates/a.yaml", "a.go", "Jenkinsfile", "secrets.enc.yaml"),
)
"""The first byte of an input chooses one."""
MOST_NAMED = 12
SEEDS = tuple(bytes([number % len(PATHS)]) + text for text in MANIFESTS for number in range(3)) + tuple(
    bytes([number]) + MANIFESTS[number % len(MANIFESTS)] for number in range(len(PATHS))
)

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    path, content = PATHS[data[0] % len(PATHS)] if data else "a", data[1:]
    source = decode(path, content)
    direct = scan_source(source).findings
    results = scan_bytes(path, content, checks=SourceChecks(excerpts=True))
    quick = [result for result in results if isinstance(result, Finding)]
    assert [_bare(finding) for finding in quick[: len(direct)]] == [_bare(finding) for finding in direct]
    for result in results:
        if isinstance(result, (Finding, Problem)):
            hold_no_value(texts_of(result), content)
        if isinstance(result, Finding):
            start, end = source.offset(result.location.start), source.offset(result.location.end)
            assert 0 <= start <= end <= len(source.text)
            if result.excerpt is not None:
                hold_no_value([result.excerpt.text], content)


def _bare(finding: Finding) -> Finding:
    """What the scan alone says, without what allowances and checks of the file add."""
    return finding._replace(status=Status.NEW, reason="", excerpt=None)
