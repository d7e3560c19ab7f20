"""Our own scan over many variants at once, in this process, the way the command goes: files, byte test, purposes."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Finding, Problem
from sealwright.manifest.discover import Selection
from sealwright.manifest.git import Repository
from sealwright.run.scan import scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.quality.variants import Variant


_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{10,}")
"""No name that a finding tells stands in a made-up secret; a piece of a secret would."""


class Outcome(NamedTuple):
    """What a scan said about one variant; paths are those of the case."""

    variant: Variant
    findings: list[Finding]
    problems: list[Problem]

    @property
    def missed(self) -> list[str]:
        """`path:line` of every secret that no finding begins at."""
        found = {(finding.location.path, finding.location.start.line) for finding in self.findings}
        return [
            f"{file.path}:{expected.line}"
            for file in self.variant.files
            for expected in file.expected
            if not any((file.path, line) in found for line in expected.lines)
        ]

    @property
    def told(self) -> list[str]:
        """`path:line` of the findings that tell of a secret's value more than that it is there."""
        values = {expected.value for file in self.variant.files for expected in file.expected}
        said = [(finding, f"{finding.message} {finding.field} {finding.resource}") for finding in self.findings]
        return [
            f"{finding.location.path}:{finding.location.start.line}"
            for finding, text in said
            if any(value in text or any(word in value for word in _LONG_WORD.findall(text)) for value in values)
        ]

    def __str__(self) -> str:
        """All there is to know of a failure: the files, what was expected and what was said. All of it is made up."""
        head = f"{self.variant.case.id} (alphabet {self.variant.alphabet}, form {self.variant.form})"
        said = [f"  found  {f.location.path}:{f.location.start.line} {f.rule} {f.field}" for f in self.findings]
        said += [f"  problem {problem.path}:{problem.line} {problem.message}" for problem in self.problems]
        texts = [f"  @@ {file.path}\n{file.text}" for file in self.variant.files]
        return "\n".join((head, *(f"  missed {place}" for place in self.missed), *said, *texts))


def outcomes(variants: Sequence[Variant], folder: Path) -> list[Outcome]:
    """Write the variants below the folder, scan it once, and hand each variant what is about it."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    for number, variant in enumerate(variants):
        variant.write(folder / f"{number:06}")
    findings: dict[int, list[Finding]] = defaultdict(list)
    problems: dict[int, list[Problem]] = defaultdict(list)
    for result in scan(Selection(), Repository(str(folder.resolve()))):
        if isinstance(result, Finding):
            name, _, path = result.location.path.partition("/")
            findings[int(name)].append(result._replace(location=result.location._replace(path=path)))
        elif isinstance(result, Problem):
            name, _, path = result.path.partition("/")
            problems[int(name)].append(result._replace(path=path))
    return [Outcome(variant, findings[n], problems[n]) for n, variant in enumerate(variants)]
