"""The values of SealedSecrets, for people who hold the keys: each item opened, or the reason why it does not open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Outcome, Verdict
from sealwright.manifest.resource import resources
from sealwright.sealing import go_base64
from sealwright.sealing.scheme import open_sealed
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.verify.examiner import at_first_sight
from sealwright.verify.keys.examiner import KeyExaminer
from sealwright.verify.keys.trying import Result, Subject, Trial
from sealwright.verify.keys.whole_secret import doubt_about
from sealwright.verify.sealed_items import Malformed, Room, SealedItem, is_sealed_secret, item_nodes, items_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.plaintext import Plaintext
    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.keys.keyring import Keyring
    from sealwright.verify.keys.trying import Tried


class SealedObject(NamedTuple):
    """One SealedSecret: its items, and for each of them the node that holds its text (or an alias of one)."""

    resource: Resource
    items: tuple[SealedItem, ...]
    nodes: tuple[Node, ...]
    malformed: Malformed | None = None

    @property
    def ref(self) -> ResourceRef:
        """Name and namespace as the controller reads them."""
        first = self.items[0] if self.items else self.malformed
        return first.resource if first is not None else self.resource.ref


class Opened:
    """An item that opens with a key. `retired` is what a key out of use is labelled, '' for others."""

    __slots__ = ("_blob", "_label", "key", "retired")

    def __init__(self, key: PrivateKey, blob: bytes, label: bytes, retired: str) -> None:
        self.key = key
        self.retired = retired
        self._blob = blob
        self._label = label

    @property
    def value(self) -> Plaintext:
        """The value: opened whenever it is asked for, since that costs as much as finding the key."""
        return open_sealed(self.key.key, self._blob, self._label)


def sealed_objects(document: Document, *, namespace: str = "") -> Iterator[SealedObject]:
    """Every SealedSecret of a document; none of a broken one. `namespace` is for those that name none."""
    if document.flaw:
        return
    room = Room(document)
    for resource in resources(document):
        if not is_sealed_secret(resource.ref):
            continue
        found = list(items_of(resource, room))
        malformed = next((item for item in found if isinstance(item, Malformed)), None)
        items = tuple(_in_namespace(item, namespace) for item in found if isinstance(item, SealedItem))
        nodes = tuple(node for _, node in item_nodes(resource.node)) if malformed is None else ()
        yield SealedObject(resource, items, nodes, malformed)


class Opener:
    """Opens with the keys of one keyring, those out of use included; learns from item to item which to try first."""

    def __init__(self, keyring: Keyring, workers: int = 1) -> None:
        self.keyring = keyring
        self._workers = workers
        self._keys = [*keyring.keys, *(old.key for old in keyring.retired)]
        self._retired = {old.key.fingerprint: old.label for old in keyring.retired}
        self._trial = Trial(self._keys, workers)
        self._found: dict[tuple[str, bytes | None], Tried] = {}

    def expect(self, items: Iterable[SealedItem]) -> None:
        """Find the keys of many items at once, over all cores, before they are opened one object after the other."""
        worth = [item for item in items if at_first_sight(item, Outcome.FAILS) is None]
        tried = self._trial.all([_subject(item) for item in worth])
        self._found = {_identity(item): one for item, one in zip(worth, tried, strict=True)}

    def open(self, items: Sequence[SealedItem]) -> list[Opened | None]:
        """Each item; None for one that none of the keys opens, or that cannot even be tried."""
        if any(_identity(item) not in self._found for item in items):
            self.expect(items)
        return [self._opened(item, self._found.get(_identity(item))) for item in items]

    def reasons(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> list[Verdict]:
        """For items that do not open: why. `known` is every object of the run, where an item may have come from."""
        first = [at_first_sight(item, Outcome.FAILS) for item in items]
        rest = [item for item, verdict in zip(items, first, strict=True) if verdict is None]
        examined = iter(KeyExaminer(self.keyring, workers=self._workers).examine(rest, known))
        return [verdict or next(examined) for verdict in first]

    def _opened(self, item: SealedItem, tried: Tried | None) -> Opened | None:
        if tried is None or tried.result is not Result.OPENS:
            return None
        key = self._keys[tried.key]
        if item.whole and doubt_about(key, item):
            return None
        blob = go_base64.decode(item.text or "")
        return Opened(key, blob, _label(item) or b"", self._retired.get(key.fingerprint, ""))


def _identity(item: SealedItem) -> tuple[str, bytes | None]:
    """What decides whether an item opens."""
    return item.text or "", _label(item)


def _subject(item: SealedItem) -> Subject:
    blob = go_base64.decode(item.text or "")
    return Subject((item.location.path, item.resource), lambda: blob, _label(item))


def _label(item: SealedItem) -> bytes | None:
    """None where the manifest lacks what the scope binds to, without which no cluster has the object."""
    namespace, name = item.resource.namespace, item.resource.name
    if item.scope is not Scope.CLUSTER_WIDE and not (namespace and (name or item.scope is Scope.NAMESPACE_WIDE)):
        return None
    return label_as_read(item.scope, namespace, name)


def _in_namespace(item: SealedItem, namespace: str) -> SealedItem:
    if not namespace or item.resource.namespace:
        return item
    return item._replace(resource=item.resource._replace(namespace=namespace))
