"""What becomes of one sealed item when a cluster has a newer key, by two ways: with private keys, or the controller."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sealwright.errors import SealingError, SealwrightError
from sealwright.finding import Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.scheme import TooShort, encode, open_sealed, split
from sealwright.sealing.scope import label_as_read
from sealwright.sealing.stamps import digest_of, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.sealing.controller.client import ControllerClient
    from sealwright.sealing.scope import Scope
    from sealwright.sealing.sealing_key import SealingKey
    from sealwright.sealing.stamps import Book, Stamp
    from sealwright.verify.examiner import Examiner
    from sealwright.verify.keys.opened import Opened, Opener
    from sealwright.verify.sealed_items import SealedItem


class Fate(Enum):
    """What was, or would be, done with an item."""

    RESEALED = "resealed"
    CURRENT = "current"
    """Under the newest key already: left byte for byte."""
    LEFT = "left"
    """It opens, or may open, but another item of its SealedSecret does not; or it was not to be touched."""
    FAILS = "fails"
    UNKNOWN = "unknown"
    """A template that is filled in later, or something else that cannot be judged as it stands."""


class Renewal(NamedTuple):
    """One item. `before` and `after` are fingerprints of keys, '' where not known; `text` is the new ciphertext.

    `note` says what is remarkable about the key before; `reason` why nothing was done.
    """

    item: SealedItem
    fate: Fate
    before: str = ""
    after: str = ""
    text: str = ""
    stamp: Stamp | None = None
    note: str = ""
    reason: str = ""


class Resealer(Protocol):
    """A way to re-encrypt to one key, which has this fingerprint."""

    key: str

    def expect(self, items: Sequence[SealedItem]) -> None:
        """Those that will be asked for next, of many SealedSecrets: for what is faster all at once."""

    def renew(self, items: Sequence[SealedItem]) -> list[Renewal]:
        """What becomes of each item of one SealedSecret. All of them are base64, and their label is known."""

    def reasons(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterable[Verdict]:
        """For items that failed: why, or that they do open and only another one of their object does not."""


class KeyResealer:
    """Opens with private keys, those out of use among them, and seals with the new key.

    Each new item is opened again and compared, where the new private key is among those given. `foreign` gives the
    names of other clusters by their keys: what is under one of them was copied from there, and stays what it is.
    `proving` False is for a plan: nothing is opened again.
    """

    def __init__(
        self,
        opener: Opener,
        new: SealingKey,
        stamps: Book,
        *,
        foreign: Mapping[str, str],
        proving: bool,
    ) -> None:
        self.key = new.fingerprint
        self._foreign = foreign
        self._opener = opener
        self._new = new
        self._stamps = stamps
        keys = [*opener.keyring.keys, *(old.key for old in opener.keyring.retired)]
        self._own = next((key for key in keys if key.fingerprint == new.fingerprint), None)
        self._proof = self._own if proving else None

    def expect(self, items: Sequence[SealedItem]) -> None:
        """As Resealer has it."""
        self._opener.expect(items)

    def renew(self, items: Sequence[SealedItem]) -> list[Renewal]:
        """As Resealer has it."""
        return [self._renewed(item, opened) for item, opened in zip(items, self._opener.open(items), strict=True)]

    def reasons(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterable[Verdict]:
        """As Resealer has it."""
        return self._opener.reasons(items, known)

    def _renewed(self, item: SealedItem, opened: Opened | None) -> Renewal:
        if opened is None:
            # Without the new private key, a stamp can still say that the item is under it.
            stamped = self._own is None and self.key in _stamped_keys(self._stamps, item)
            return Renewal(item, Fate.CURRENT, self.key) if stamped else Renewal(item, Fate.FAILS)
        if opened.key.fingerprint == self.key:
            return Renewal(item, Fate.CURRENT, self.key)
        if opened.key.fingerprint in self._foreign:
            reason = f"it is sealed with the key of cluster {self._foreign[opened.key.fingerprint]}"
            return Renewal(item, Fate.FAILS, opened.key.fingerprint, reason=reason)
        note = f"was under a key out of use (labelled `{opened.retired}`)" if opened.retired else ""
        blob = self._sealed(item, opened)
        stamp = stamp_of(blob, self.key, item.scope, item.resource.namespace, item.resource.name)
        return Renewal(item, Fate.RESEALED, opened.key.fingerprint, self.key, encode(blob), stamp, note)

    def _sealed(self, item: SealedItem, opened: Opened) -> bytes:
        label = label_as_read(item.scope, item.resource.namespace, item.resource.name)
        value = opened.value
        blob = self._new.seal(value, label)
        if self._proof is not None and open_sealed(self._proof.key, blob, label) != value:
            place = f"{item.location.path}:{item.location.start.line}"
            raise SealingError("what was sealed does not open to the same value", place=place, hint="please report it")
        return blob


class ControllerResealer:
    """Lets the controller re-encrypt. Only stamps can tell what is under its newest key already.

    `asking` False asks for nothing: the items are only said to be due. `only_old` leaves what is not known to be old.
    """

    def __init__(  # noqa: PLR0913 - what there is to know
        self,
        client: ControllerClient,
        new: SealingKey,
        stamps: Book,
        examiner: Examiner,
        *,
        asking: bool,
        only_old: bool,
    ) -> None:
        self.key = new.fingerprint
        self._client = client
        self._width = new.width
        self._stamps = stamps
        self._examiner = examiner
        self._asking = asking
        self._only_old = only_old

    def expect(self, items: Sequence[SealedItem]) -> None:
        """Nothing: the controller is asked for one SealedSecret after the other."""

    def renew(self, items: Sequence[SealedItem]) -> list[Renewal]:
        """As Resealer has it. Raises NetworkError."""
        planned = [self._planned(item) for item in items]
        due = [renewal.item for renewal in planned if renewal.fate is Fate.RESEALED]
        if not due or not self._asking:
            return planned
        from sealwright.sealing.controller.client import NotReencrypted

        first = due[0]
        texts = [item.text or "" for item in due]
        try:
            new = self._client.reencrypted(first.scope, first.resource.namespace, first.resource.name, texts)
        except NotReencrypted:
            return [item if item.fate is not Fate.RESEALED else Renewal(item.item, Fate.FAILS) for item in planned]
        answers = iter(new)
        return [
            self._renewed(renewal, next(answers)) if renewal.fate is Fate.RESEALED else renewal for renewal in planned
        ]

    def reasons(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterable[Verdict]:
        """As Resealer has it. Raises NetworkError."""
        return [result for result in self._examiner.examine(items, known) if isinstance(result, Verdict)]

    def _planned(self, item: SealedItem) -> Renewal:
        keys = _stamped_keys(self._stamps, item)
        if self.key in keys:
            return Renewal(item, Fate.CURRENT, self.key)
        other_size = _width(go_base64.decode(item.text or "")) != self._width
        before = min(keys, default="")
        if self._only_old and not before and not other_size:
            return Renewal(item, Fate.LEFT, reason="no stamp tells its key")
        return Renewal(item, Fate.RESEALED, before, self.key)

    def _renewed(self, planned: Renewal, text: str) -> Renewal:
        """The answer, if it can be the same value: an item says how long its value is, and the size of its key."""
        item = planned.item
        old = go_base64.decode(item.text or "")
        try:
            new = go_base64.decode(text)
        except go_base64.BadBase64:
            new = b""
        if _width(new) != self._width or len(new) - _width(new) != len(old) - _width(old) or new == old:
            hint = "nothing of it was written; is it really the controller? Look at its log"
            raise SealwrightError(f"{self._client.place} did not answer with the same item, sealed again", hint=hint)
        stamp = stamp_of(new, self.key, item.scope, item.resource.namespace, item.resource.name)
        return planned._replace(text=text, stamp=stamp)


def _stamped_keys(stamps: Book, item: SealedItem) -> set[str]:
    """The keys that trusted stamps name for exactly this item, here where it stands."""
    blob = go_base64.decode(item.text or "")
    found, _ = stamps.of(digest_of(blob))
    here = _bound_to(stamp_of(blob, "", item.scope, item.resource.namespace, item.resource.name))
    return {stamp.key for stamp in found if _bound_to(stamp) == here}


def _bound_to(stamp: Stamp) -> tuple[Scope, str, str]:
    return stamp.scope, stamp.namespace, stamp.name


def _width(blob: bytes) -> int:
    try:
        return len(split(blob)[0])
    except TooShort:
        return -1
