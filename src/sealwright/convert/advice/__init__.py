"""Advice on what is about to be sealed: sound as far as sealing goes, and still most probably not what was meant.

Once a value is sealed nobody sees that it ends with a line break or says `changeme`. What the cluster would refuse for
certain is told apart from what is merely odd. No text here ever repeats a value, nor a part of one, nor its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealwright.finding import Location, ResourceRef
    from sealwright.plaintext import Plaintext


class Advice(NamedTuple):
    """One thing to look at. `slug` names the kind of it (docs/advice.md); `message` does not name the object again.

    `certain`: the cluster refuses the object, or cannot make the Secret, so that sealing it would be in vain.
    """

    slug: str
    location: Location
    resource: ResourceRef
    message: str
    hint: str
    certain: bool = False


class Judges(NamedTuple):
    """What detectors know about words, handed in by whoever runs both.

    `is_placeholder(key, text)`: the text stands for a value to come. `is_credential(key)`: such a key holds a secret.
    """

    is_placeholder: Callable[[str, str], bool]
    is_credential: Callable[[str], bool]


class Subject(NamedTuple):
    """A Secret as the cluster would have it. `places` tells where each key's value stands; `location` the object's.

    `encoded` has the keys whose values were written in base64. `whole`: there are no other keys than these.
    """

    resource: ResourceRef
    kind: str
    annotations: Mapping[str, str]
    values: Mapping[str, Plaintext]
    location: Location
    places: Mapping[str, Location]
    encoded: frozenset[str] = frozenset()
    whole: bool = True

    def place(self, key: str = "") -> Location:
        """Where a key's value stands, or the object."""
        return self.places.get(key, self.location)

    def advice(self, slug: str, key: str, message: str, hint: str, *, certain: bool = False) -> Advice:
        """Advice on one key, or with '' on the object."""
        return Advice(slug, self.place(key), self.resource, message, hint, certain)
