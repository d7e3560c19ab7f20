"""What of a SealedSecret no cluster makes a Secret of, though every item may open: names, keys, sizes, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.advice.objects import key_flaw
from sealwright.finding import Verdict
from sealwright.manifest.nodes import FILL, lookup, mapping_at
from sealwright.patterns import Pattern
from sealwright.verify.sealed_items import OLD_FIELD, Malformed, SealedItem, is_sealed_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.finding import Outcome
    from sealwright.manifest.resource import Resource

_NAMES = frozenset({"object-name", "namespace-name"})
_TEMPLATE = frozenset({"template-syntax", "template-function"})
"""Kinds of advice (docs/advice.md) that are judged where they are certain; keys are judged item by item."""
_CHART = "templates"
_USUAL = Pattern(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
"""What is taken for the name of anything."""


def no_key(item: SealedItem | Malformed, failure: Outcome) -> Verdict | None:
    """The verdict on an item whose name no Secret can have as a key; None for all others."""
    if isinstance(item, Malformed) or item.name == OLD_FIELD or item.doubt:
        return None
    flaw = key_flaw(item.name)
    if not flaw or "{" in item.name or "$" in item.name or FILL in item.name:
        return None
    return Verdict(item.location, item.resource, item.name, failure, f"no Secret may have this key: {flaw}")


def refusals(objects: Iterable[Resource], *, named: bool = True) -> Iterator[Malformed]:
    """What is wrong for certain with the SealedSecrets of one document. `named`: their names are the final ones."""
    for resource in objects:
        if is_sealed_secret(resource.ref) and (judged := _worth_a_look(resource, named=named)):
            from sealwright.convert.advice.sealed import lint_template

            for advice in lint_template(resource):
                if advice.certain and advice.slug in judged:
                    yield Malformed(advice.resource, advice.location, advice.message)


def _worth_a_look(resource: Resource, *, named: bool) -> frozenset[str]:
    """What may be wrong: to look closer takes as long as to read the file.

    A file of a chart says nothing before it is rendered: what looks like the controller's template may be Helm's.
    """
    judged: frozenset[str] = frozenset()
    if named and not all(_USUAL.match(name) for name in (resource.ref.name, resource.ref.namespace) if name):
        judged |= _NAMES
    template = mapping_at(resource.node, "spec", "template")
    if template is not None and lookup(template, "data") is not None:
        judged |= _TEMPLATE if _CHART not in resource.document.source.path.split("/") else frozenset()
    return judged
