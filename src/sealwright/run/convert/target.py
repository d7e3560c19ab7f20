"""What every kind of conversion can say and do about Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.convert.change import Change
    from sealwright.convert.graph.use import Use
    from sealwright.errors import SealwrightError
    from sealwright.manifest.resource import Resource
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.candidates import Candidate
    from sealwright.run.convert.plan import Consumer, Move
    from sealwright.run.convert.upload import Reading
    from sealwright.sealing.stamps import Stamp


class Work(NamedTuple):
    """A Secret that is to be converted: as it stands, where it goes, and who uses it.

    `taken` are the names of the Secrets, itself included, and SecretProviderClasses that may be in its namespace.
    """

    candidate: Candidate
    move: Move
    uses: Sequence[Use]
    taken: frozenset[str] = frozenset()


class Draft(NamedTuple):
    """What some Secrets' conversion does to files, by their paths: changes of parts, or whole texts.

    `consumers` are other objects that change with them; `stamps` vouch for what was sealed.
    """

    changes: Mapping[str, Sequence[Change]] = {}
    texts: Mapping[str, str] = {}
    consumers: tuple[Consumer, ...] = ()
    stamps: tuple[Stamp, ...] = ()


class Refused(NamedTuple):
    """Why a Secret cannot become this, and what else can be done."""

    reason: str
    hint: str = ""


class Target(Protocol):
    """A kind of object that a Secret becomes."""

    @property
    def in_steps(self) -> bool:
        """Whether the Secret stays beside what it becomes until that has taken over."""

    @property
    def by_file(self) -> bool:
        """Whether converting the Secrets of a file changes this file alone."""

    def refused(self, candidate: Candidate, uses: Sequence[Use]) -> Refused | None:
        """What stands against it, given who uses the Secret."""

    def split(self, candidate: Candidate) -> frozenset[str]:
        """The keys whose values need objects of their own in the store."""

    def notes(self, work: Work) -> tuple[str, ...]:
        """What to know about it."""

    def is_twin(self, candidate: Candidate, other: Resource) -> bool:
        """Whether another object that makes the Secret was put there by an earlier step of the same conversion."""

    def torn(self, works: Sequence[Work]) -> Mapping[int, SealwrightError]:
        """By their number, those that cannot be converted unless others are as well, and why."""

    def draft(self, works: Sequence[Work]) -> Draft:
        """What converting these does to the files. Raises SealwrightError where one of them cannot be converted."""

    def read(self, move: Move, store: Reading) -> Mapping[str, Plaintext]:
        """The values by what the converted manifest says."""
