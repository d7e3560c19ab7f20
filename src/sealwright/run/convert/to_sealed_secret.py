"""Secrets to SealedSecrets, through the same plan as the others: nothing is uploaded, nobody is rewired."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.convert.seal import SealOptions, seal_source
from sealwright.convert.sealer import Sealer
from sealwright.run.convert.target import Draft
from sealwright.sealing.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.convert.graph.use import Use
    from sealwright.convert.seal import SealedText
    from sealwright.convert.sealer import Memory
    from sealwright.errors import SealwrightError
    from sealwright.manifest.resource import Resource
    from sealwright.plaintext import Plaintext
    from sealwright.run.certificates import Certificates
    from sealwright.run.convert.candidates import Candidate
    from sealwright.run.convert.plan import Move
    from sealwright.run.convert.target import Refused, Work
    from sealwright.run.convert.upload import Reading


class SealedSecretTarget:
    """Seals for the cluster that a file is for. `memory` keeps the ciphertext of what has not changed."""

    def __init__(self, certificates: Certificates, memory: Memory | None, *, namespace: str = "") -> None:
        self._certificates = certificates
        self._memory = memory
        self._namespace = namespace

    @property
    def in_steps(self) -> bool:
        """There is one step only."""
        return False

    @property
    def by_file(self) -> bool:
        """Whatever uses the Secret stays as it is."""
        return True

    def refused(self, candidate: Candidate, uses: Sequence[Use]) -> Refused | None:  # noqa: ARG002 - as every target
        """Whatever uses the Secret finds it as before."""
        return None

    def split(self, candidate: Candidate) -> frozenset[str]:  # noqa: ARG002
        """There is no store."""
        return frozenset()

    def notes(self, work: Work) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing changes for anybody."""
        return ()

    def is_twin(self, candidate: Candidate, other: Resource) -> bool:  # noqa: ARG002
        """There is one step only."""
        return False

    def torn(self, works: Sequence[Work]) -> Mapping[int, SealwrightError]:  # noqa: ARG002
        """Each can be converted without the others."""
        return {}

    def draft(self, works: Sequence[Work]) -> Draft:
        """As `sealwright seal --in-place`, file by file. Raises SealwrightError."""
        files: dict[str, list[Work]] = defaultdict(list)
        for work in works:
            files[work.move.path].append(work)
        sealed = {path: self._sealed(group) for path, group in files.items()}
        stamps = tuple(stamp for text in sealed.values() for stamp in text.stamps)
        return Draft(texts={path: text.text for path, text in sealed.items()}, stamps=stamps)

    def _sealed(self, works: Sequence[Work]) -> SealedText:
        source, scope = works[0].candidate.file.source, works[0].move.goal.scope
        starts = {work.candidate.resource.node.start for work in works}
        sealer = Sealer(lambda: self._certificates.for_file(source.path), self._memory)
        # A Secret that names no namespace is in the one that its kustomization sets, or in the one that was given.
        named = (work.move.namespace for work in works if not work.candidate.resource.ref.namespace)
        options = SealOptions(Scope(scope) if scope else None, self._namespace or next(named, ""))
        return seal_source(source, sealer, options, lambda resource: resource.node.start in starts)

    def read(self, move: Move, store: Reading) -> Mapping[str, Plaintext]:  # noqa: ARG002
        """Nothing was put anywhere: the values are in the SealedSecret."""
        return {value.key: value.plaintext for value in move.facts.values}
