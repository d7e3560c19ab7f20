"""The adviser of one run: every Secret goes past it once, so that it can tell which ones share a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.advice import Subject
from sealwright.convert.advice.equal import EqualValues
from sealwright.convert.advice.objects import key_flaw, object_advice
from sealwright.convert.advice.types import type_advice
from sealwright.convert.advice.values import value_advice
from sealwright.convert.secret_model import DATA, STRING_DATA
from sealwright.finding import Span
from sealwright.manifest.nodes import lookup, mapping_at, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.advice import Advice, Judges
    from sealwright.convert.secret_model import SecretModel
    from sealwright.finding import Location
    from sealwright.manifest.resource import Resource


class Adviser:
    """Keeps nothing of a value but its digest under a key that no other process has."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges
        self._equal = EqualValues(judges)

    def about(self, subject: Subject, *, cluster: str = "") -> Iterator[Advice]:
        """Everything that there is to say about one Secret. `cluster`: which one it is sealed for, where that is known.

        A Secret that is sealed for several clusters is asked about once.
        """
        yield from object_advice(subject)
        yield from type_advice(subject)
        for key, value in subject.values.items():
            if not key_flaw(key):
                yield from value_advice(subject, key, value.reveal(), self._judges)
        yield from self._equal.advice(subject, cluster)


def subject_of(resource: Resource, model: SecretModel, *, whole: bool = True) -> Subject:
    """A Secret that was read from a manifest."""
    source = resource.document.source
    places: dict[str, Location] = {}
    encoded: set[str] = set()
    for field in (DATA, STRING_DATA):
        holder = mapping_at(resource.node, field)
        for key, value in holder.entries if holder is not None else ():
            places[text_of(key)] = source.location(Span(value.start, value.end))
            (encoded.add if field == DATA else encoded.discard)(text_of(key))
    node = resource.node
    return Subject(
        resource.ref._replace(namespace=model.namespace),
        text_of(lookup(node, "type")),
        model.annotations,
        {value.key: value.plaintext for value in model.values},
        source.location(Span(node.start, node.start)),
        places,
        frozenset(encoded),
        whole,
    )
