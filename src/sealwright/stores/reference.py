"""How one value is found in a store, whoever reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.stores.store import Remote


class Reference(NamedTuple):
    """Where one value of a Secret is: `name` is the whole remote name, `property` its key in a bundle ('' for none).

    `base64`: what stands there is base64 of the value, because it is not text. `version` pins one, '' for the newest.
    """

    name: str
    property: str = ""
    base64: bool = False
    version: str = ""


class Placement(NamedTuple):
    """The objects that hold a Secret's values, and where each of its keys is found, in the Secret's order."""

    remotes: tuple[Remote, ...]
    references: Mapping[str, Reference]
