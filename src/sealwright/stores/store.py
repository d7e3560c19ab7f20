"""What every store can do, and the terms in which the rest of the program talks to it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.plaintext import Plaintext


class Form(Enum):
    """What a remote object holds: a flat JSON object of texts, one for each key; one text; one value of any bytes."""

    BUNDLE = "bundle"
    TEXT = "text"
    BINARY = "binary"


class Remote(NamedTuple):
    """An object as it is to stand in a store. `name` is the whole remote name, with the store's prefix.

    `body` holds the JSON of a bundle (UTF-8), else the value's own bytes. `labels` name the Kubernetes object that it
    was made for (`k8s-namespace`, `k8s-name`, ...); stores keep them as tags.
    """

    name: str
    body: Plaintext
    form: Form
    labels: Mapping[str, str] = {}


class Stored(NamedTuple):
    """An object as it stands in a store. A store whose values are maps gives them as the JSON of a bundle."""

    body: Plaintext
    version: str
    labels: Mapping[str, str] = {}


class Traits(NamedTuple):
    """What a kind of store can hold. Source: the limits of each service, named in its module.

    `bundles`: an object may hold several values; `singles`: an object may be a value itself; `binary`: such a value may
    be any bytes; `empty`: it may be empty. `largest` is in bytes of what is stored, 0 for no limit.
    """

    bundles: bool
    singles: bool
    binary: bool
    empty: bool
    largest: int


class Readable(Protocol):
    """What objects can be read from."""

    def get(self, name: str, version: str = "") -> Stored | None:
        """The object, or that version of it; None where there is none, also if it is marked as deleted."""


class Store(Readable, Protocol):
    """One place for values. Every method may raise StoreError, whose text names the object and never a value.

    Calls are retried where that is safe, wait where the service asks for it, and have an end.
    """

    traits: Traits

    def flaw(self, remote: Remote) -> str:
        """Why the service would refuse the object (its name, its size, ...), '' if it would not. No network."""

    def create(self, remote: Remote) -> str:
        """Put a new object; its version. Raises AlreadyThere where one of that name exists, and changes nothing."""

    def update(self, remote: Remote, expected: str) -> str:
        """Put a new version in place of `expected`. Raises Changed where that is not the newest any more."""

    def discard(self, name: str, version: str) -> None:
        """Take back an object that nobody uses yet, if `version` is still its newest; some services keep a way back."""

    def names(self) -> list[str]:
        """The names of all objects that this program put there (by their labels), sorted."""
