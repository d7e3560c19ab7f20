"""Try private keys on sealed items, and say exactly why one does not open.

`trying` finds the key of each, `explaining` the reason for those that have none; here both are put into words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Outcome, Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.diagnosis import Cause
from sealwright.sealing.scope import Scope, label_as_read, label_in_words
from sealwright.sealing.stamps import stamp_of
from sealwright.verify.keys.explaining import Explainer, Puzzle
from sealwright.verify.keys.trying import Result, Subject, Trial
from sealwright.verify.keys.whole_secret import doubt_about
from sealwright.verify.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.sealing.keys import PrivateKey
    from sealwright.sealing.stamps import Stamp
    from sealwright.verify.keys.explaining import Explanation
    from sealwright.verify.keys.keyring import Keyring
    from sealwright.verify.keys.trying import Tried
    from sealwright.verify.sealed_items import SealedItem

_REASONS = {
    Cause.TOO_SHORT: "it was cut off: it is shorter than any sealed value",
    Cause.OTHER_KEY_SIZE: "sealed with a key of another size than the given ones, so for another cluster; or damaged",
    Cause.WRONG_KEY: "sealed with another key than the given ones (another cluster, or a key that is missing here); "
    "or damaged",
    None: "it opens with none of the given keys; why was not looked into, after so many others",
}
_ALL_FOREIGN = (
    "it opens with none of the given keys, and nor does anything else: sealed with another key (another cluster, or a "
    "key that is missing here)"
)
_UNREAD = "; or with a key of the backup that could not be read"
_LEFT = "not tried with every key: too many items before it open with none"
_OLD = "the format of before 2019, which a controller takes by default and kubeseal refuses: seal it again"


class _Use(NamedTuple):
    """What is special about a key: it belongs to another cluster, or its Secret takes it out of use."""

    cluster: str = ""
    label: str = ""

    @property
    def only(self) -> str:
        """Why what opens with this key only does not open."""
        if self.cluster:
            return f"sealed with the key of cluster {self.cluster}"
        return f"it opens with key {{}} only, which the controller does not use (its Secret is labelled `{self.label}`)"

    @property
    def besides(self) -> str:
        """What is to be said of the key where something else is wrong as well; '' for the cluster's own."""
        if self.cluster:
            return f"; besides, it is the key of cluster {self.cluster}"
        words = f"; besides, the controller does not use that key (its Secret is labelled `{self.label}`)"
        return words if self.label else ""


class KeyExaminer:
    """Opens items with a fixed keyring: `opens` with the key, or `fails` with the reason.

    `names` gives the cluster that a key is known to belong to, by fingerprint. Where `cluster` says which one is asked
    about, the keys of others do not count as opening; where it is empty, the verdict names the key's cluster.
    `any_key` counts keys that the controller does not use. `workers` are threads; they change nothing but the time.
    """

    failure = Outcome.FAILS

    def __init__(
        self,
        keyring: Keyring,
        *,
        any_key: bool = False,
        names: Mapping[str, str] | None = None,
        cluster: str = "",
        workers: int = 1,
    ) -> None:
        self._keys = [*keyring.keys, *(old.key for old in keyring.retired)]
        self._retired = {old.key.fingerprint for old in keyring.retired}
        self._names = names or {}
        self.proved: list[Stamp] = []
        """Of each item that opened with a key in use, what it was found to be sealed with and for."""
        self._workers = workers
        self._unread = bool(keyring.unread)
        self._uses = {key.fingerprint: _Use(self._foreign(key, cluster)) for key in keyring.keys}
        for old in keyring.retired:
            self._uses[old.key.fingerprint] = _Use(self._foreign(old.key, cluster), "" if any_key else old.label)

    def _foreign(self, key: PrivateKey, cluster: str) -> str:
        name = self._names.get(key.fingerprint, "")
        return name if cluster and name != cluster else ""

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterator[Verdict]:
        """As examiner.Examiner has it."""
        subjects: dict[tuple[str, bytes | None], Subject] = {}  # an alias may repeat an item as often as it likes
        for item in items:
            subjects.setdefault(_identity(item), _subject(item))
        trial = Trial(self._keys, self._workers)
        tried = dict(zip(subjects, trial.all(list(subjects.values())), strict=True))
        explained = self._explained(items, tried, Labels(known), trial)
        for item in items:
            identity = _identity(item)
            yield self._verdict(item, tried[identity], explained.get(identity))

    def _explained(
        self,
        items: Sequence[SealedItem],
        tried: Mapping[tuple[str, bytes | None], Tried],
        labels: Labels,
        trial: Trial,
    ) -> dict[tuple[str, bytes | None], Explanation]:
        closed: dict[tuple[str, bytes | None], Puzzle] = {}
        for item in items:
            identity = _identity(item)
            if tried[identity].result is Result.CLOSED and identity not in closed:
                closed[identity] = _puzzle(item, tried[identity], labels)
        opened: dict[Hashable, list[int]] = {}
        for item in items:
            if (key := tried[_identity(item)].key) >= 0:
                opened.setdefault((item.location.path, item.resource), []).append(key)
        explainer = Explainer(self._keys, trial.order, opened, self._workers)
        return dict(zip(closed, explainer.all(list(closed.values())), strict=True))

    def _verdict(self, item: SealedItem, tried: Tried, explanation: Explanation | None) -> Verdict:
        if tried.result is Result.OPENS:
            return self._opened(item, self._keys[tried.key])
        if tried.result is Result.LEFT:
            return Verdict(item.location, item.resource, item.name, Outcome.UNKNOWN, _LEFT)
        missing = item.missing
        names_none = f"the manifest names no {missing}, which the item is bound to; " if missing else ""
        if explanation is not None:
            reason = self._words(item, explanation)
        elif tried.result is Result.DAMAGED:
            reason = self._damaged(item, self._keys[tried.key])
        else:
            reason = _REASONS[Cause.TOO_SHORT]
        return Verdict(item.location, item.resource, item.name, Outcome.FAILS, names_none + reason)

    def _opened(self, item: SealedItem, key: PrivateKey) -> Verdict:
        use = self._uses[key.fingerprint]
        if use.cluster or use.label:
            reason = use.only.format(key.short)
            return Verdict(item.location, item.resource, item.name, Outcome.FAILS, reason)
        named = self._names.get(key.fingerprint, "")
        reason = f"key {key.short} of cluster {named}" if named else f"key {key.short}"
        outcome = Outcome.OPENS
        if item.whole:
            doubt = doubt_about(key, item)
            outcome, reason = (Outcome.FAILS, doubt) if doubt else (outcome, f"{reason}; {_OLD}")
        elif key.fingerprint not in self._retired:
            ref, blob = item.resource, go_base64.decode(item.text or "")
            self.proved.append(stamp_of(blob, key.fingerprint, item.scope, ref.namespace, ref.name))
        return Verdict(item.location, item.resource, item.name, outcome, reason, key.short)

    def _damaged(self, item: SealedItem, key: PrivateKey) -> str:
        fits = f"key {key.short} and its {_bound_to(item.scope)} fit"
        fits = fits if item.scope is not Scope.CLUSTER_WIDE else f"key {key.short} fits"
        return f"its content was changed or cut off after sealing ({fits})" + self._uses[key.fingerprint].besides

    def _words(self, item: SealedItem, found: Explanation) -> str:
        if found.cause is not Cause.WRONG_LABEL:
            return (_ALL_FOREIGN if found.foreign else _REASONS[found.cause]) + (_UNREAD if self._unread else "")
        key = self._keys[found.key]
        return _wrong_label(item, found.label, key.short) + self._uses[key.fingerprint].besides


def _identity(item: SealedItem) -> tuple[str, bytes | None]:
    """What decides whether an item opens, and why not."""
    return item.text or "", _label(item)


def _label(item: SealedItem) -> bytes | None:
    """None where the manifest does not give what the label is made of: nothing was ever sealed for that."""
    return None if item.missing else label_as_read(item.scope, item.resource.namespace, item.resource.name)


def _subject(item: SealedItem) -> Subject:
    return Subject((item.location.path, item.resource), lambda: go_base64.decode(item.text or ""), _label(item))


def _puzzle(item: SealedItem, tried: Tried, labels: Labels) -> Puzzle:
    return Puzzle(
        (item.location.path, item.resource),
        tried.block,
        lambda: labels.likely(item),
        lambda digest: labels.find(digest, item.resource),
    )


def _wrong_label(item: SealedItem, label: str, key: str) -> str:
    sealed_for = label or "another name, namespace or scope, none that this run knows"
    if item.missing:
        return f"it was sealed for {sealed_for} (key {key})"
    here = label_in_words(item.scope, item.resource.namespace, item.resource.name)
    return f"sealed for {sealed_for}, but stands here as {here} (key {key})"


def _bound_to(scope: Scope) -> str:
    return "namespace" if scope is Scope.NAMESPACE_WIDE else "name and namespace"
