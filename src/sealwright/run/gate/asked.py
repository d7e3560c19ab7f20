"""What a gate is asked: about which files, by which rules, and with which evidence about what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.run.gate.legible import nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sealwright.config import Override
    from sealwright.finding import Finding, Problem, Verdict
    from sealwright.gate.keyed import Key
    from sealwright.gate.source_checks import SourceChecks
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.policy.packs.model import Rules
    from sealwright.run.gate.legible import Legible
    from sealwright.run.results import FileDone
    from sealwright.verify.examiner import Examiner


class Asked(NamedTuple):
    """`whole`: the selection is all there is, so that what is not found is missing. `today` is YYYY-MM-DD.

    `overrides` are those of `policy`, for all findings. `examiner_for` is None where no cluster is configured, so that
    nothing can be said of what is sealed. Fewer than `worth` files are scanned in this process. `touched` are the paths
    that differ from the commit that is compared with. `render`: objects are judged as kustomizations and
    charts make them.
    """

    selection: Selection
    repository: Repository | None
    rules: Rules
    today: str
    whole: bool
    overrides: Sequence[Override] = ()
    checks: SourceChecks | None = None
    examiner_for: Callable[[str], Examiner] | None = None
    stdin: bytes | None = None
    jobs: int = 1
    worth: int = 0
    touched: Collection[str] = ()
    render: bool = False

    @property
    def marking(self) -> Key | None:
        """The key under which values are compared with those of another tree; None where there is no other."""
        return self.checks.marking if self.checks is not None else None


class Seen(NamedTuple):
    """What a tree holds. `objects` counts what policy judged, `templates` what cannot be read before it is rendered.

    `legible` tells what policy could read of a file; `silent` gives the ids of rules that had nothing to be about.
    """

    findings: list[Finding]
    problems: list[Problem]
    verdicts: list[Verdict]
    done: list[FileDone]
    objects: int = 0
    templates: int = 0
    legible: Callable[[str], Legible] = nothing
    silent: Callable[[], Collection[str]] = tuple
