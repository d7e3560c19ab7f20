"""Secrets to SecretProviderClasses, and the pods that use them to volumes of the driver."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.convert.secret_provider_class.capabilities import keys_to_split
from sealwright.convert.secret_provider_class.consumers import consumer_changes, torn
from sealwright.convert.secret_provider_class.conversion import conversion_of, secret_change
from sealwright.convert.secret_provider_class.notes import notes_on
from sealwright.convert.secret_provider_class.refusals import fits
from sealwright.convert.secret_provider_class.resolver import mounted_files
from sealwright.errors import ConvertError
from sealwright.run.convert.plan import Consumer
from sealwright.run.convert.target import Draft, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.convert.change import Change
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_provider_class.model import Conversion, Identity
    from sealwright.errors import SealwrightError
    from sealwright.finding import ResourceRef
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.candidates import Candidate
    from sealwright.run.convert.plan import Move
    from sealwright.run.convert.target import Work
    from sealwright.run.convert.upload import Reading


class SecretProviderClassTarget:
    """`identity` says how pods prove who they are, as far as the store's settings do not."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._made: dict[tuple[str, ResourceRef], tuple[Conversion, Plain]] = {}

    @property
    def in_steps(self) -> bool:
        """There is one step only."""
        return False

    @property
    def by_file(self) -> bool:
        """What mounts it changes as well."""
        return False

    def refused(self, candidate: Candidate, uses: Sequence[Use]) -> Refused | None:
        """What only an ExternalSecret can do."""
        settings = candidate.goal.store
        if settings is None:
            return None
        reasons = fits(candidate.facts, uses, settings, self._identity)
        if not reasons:
            return None
        place = f" ({reasons[0].place})" if reasons[0].place else ""
        return Refused(f"{reasons[0].message}{place}", reasons[0].hint)

    def split(self, candidate: Candidate) -> frozenset[str]:
        """What the provider could not take out of a bundle."""
        settings = candidate.goal.store
        return keys_to_split(candidate.facts, settings) if settings is not None else frozenset()

    def notes(self, work: Work) -> tuple[str, ...]:
        """What changes for the pods, and for whoever runs them."""
        return tuple(notes_on(self._conversion(work), work.move.placement.references))

    def is_twin(self, candidate: Candidate, other: Resource) -> bool:  # noqa: ARG002
        """There is one step only."""
        return False

    def torn(self, works: Sequence[Work]) -> Mapping[int, SealwrightError]:
        """A pod of a base means the Secret of each overlay: all of them become classes, or none."""
        return torn([work.uses for work in works])

    def draft(self, works: Sequence[Work]) -> Draft:
        """Each Secret in place, and the pods that use it. Raises ConvertError."""
        changes: dict[str, list[Change]] = defaultdict(list)
        conversions = []
        for work in works:
            conversion = self._conversion(work)
            change = secret_change(work.candidate.resource, conversion, work.move.placement.references)
            self._made[work.move.path, work.move.ref] = (conversion, change.replaced[0][1])
            changes[work.move.path].append(change)
            conversions.append(conversion)
        for path, change in consumer_changes(conversions).items():
            changes[path].append(change)
        return Draft(changes, consumers=_consumers(works))

    def _conversion(self, work: Work) -> Conversion:
        settings = work.move.goal.store
        if settings is None:
            raise ConvertError("no store", place=work.move.path)
        return conversion_of(work.move.facts, work.uses, settings, self._identity, work.taken)

    def read(self, move: Move, store: Reading) -> Mapping[str, Plaintext]:
        """What the driver would mount, by the Secret's keys."""
        settings = move.goal.store
        if settings is None:
            return {}
        conversion, plain = self._made[move.path, move.ref]
        mounted = mounted_files(store, settings, plain)
        return {file.key: mounted[file.name] for file in conversion.plan.classes[0].files}


def _consumers(works: Sequence[Work]) -> tuple[Consumer, ...]:
    found = {}
    for work in works:
        for use in work.uses:
            if use.pod is not None:
                path = use.consumer.document.source.path
                found[path, use.consumer.node.start] = Consumer(use.consumer.ref, path, "volume of the driver")
    return tuple(found.values())
