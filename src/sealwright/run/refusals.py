"""What of a SealedSecret no cluster makes a Secret of, though every item may open: names, keys, sizes, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.advice.objects import key_flaw
from sealwright.finding import Span, Verdict
from sealwright.manifest.nodes import FILL, Mapping, entries, lookup, mapping_at, resolve, text_of
from sealwright.patterns import Pattern
from sealwright.sealing.structure import length_sealed
from sealwright.verify.fields import string_of
from sealwright.verify.sealed_items import OLD_FIELD, Malformed, SealedItem, is_sealed_secret, item_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.finding import Outcome
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_NAMES = frozenset({"object-name", "namespace-name"})
_TEMPLATE = frozenset({"template-syntax", "template-function"})
_TYPE = frozenset({"missing-key"})
"""Kinds of advice (docs/advice.md) that are judged where they are certain; keys are judged item by item."""
_TYPED = "kubernetes.io/"
_CHART = "templates"
_MOST_BYTES = 1024 * 1024
"""All values of a Secret together (pkg/apis/core/validation, `ValidateSecret`)."""
_USUAL = Pattern(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
"""What is taken for the name of anything."""


def no_key(item: SealedItem | Malformed, failure: Outcome) -> Verdict | None:
    """The verdict on an item whose name no Secret can have as a key; None for all others."""
    if isinstance(item, Malformed) or item.name == OLD_FIELD or item.doubt:
        return None
    flaw = key_flaw(item.name)
    if not flaw or _is_to_come(item.name):
        return None
    return Verdict(item.location, item.resource, item.name, failure, f"no Secret may have this key: {flaw}")


def refusals(objects: Iterable[Resource], *, named: bool = True) -> Iterator[Malformed]:
    """What is wrong for certain with the SealedSecrets of one document. `named`: their names are the final ones."""
    for resource in objects:
        if not is_sealed_secret(resource.ref):
            continue
        if judged := _worth_a_look(resource, named=named):
            from sealwright.convert.advice.sealed import lint_template

            for advice in lint_template(resource):
                if advice.certain and advice.slug in judged:
                    yield Malformed(advice.resource, advice.location, advice.message)
        document = resource.document
        if document.end - document.start > _MOST_BYTES and document.exact and _bytes_sealed(resource) > _MOST_BYTES:
            start = document.source.location(Span(resource.node.start, resource.node.start))
            yield Malformed(resource.ref, start, "its values are larger than 1 MiB together, which no Secret may be")


def _worth_a_look(resource: Resource, *, named: bool) -> frozenset[str]:
    """What may be wrong: to look closer takes as long as to read the file.

    A file of a chart says nothing before it is rendered: what looks like the controller's template may be Helm's.
    """
    judged: frozenset[str] = frozenset()
    if named and not all(_USUAL.match(name) for name in (resource.ref.name, resource.ref.namespace) if name):
        judged |= _NAMES
    template = mapping_at(resource.node, "spec", "template")
    if template is None or _CHART in resource.document.source.path.split("/"):
        return judged
    data = lookup(template, "data")
    if data is not None:
        judged |= _TEMPLATE
    if text_of(lookup(template, "type")).startswith(_TYPED) and not _is_partly_to_come(resource.node, data):
        judged |= _TYPE
    return judged


def _is_partly_to_come(node: Mapping, data: Node | None) -> bool:
    """Whether a key that the type asks for may stand here under another name, for now."""
    written = resolve(data) if data is not None else None
    names = [name for name, _ in item_nodes(node)]
    names += [name for name, _, _ in entries(written)] if isinstance(written, Mapping) else []
    return any(name == OLD_FIELD or _is_to_come(name) for name in names)


def _is_to_come(name: str) -> bool:
    return "{" in name or "$" in name or FILL in name


def _bytes_sealed(resource: Resource) -> int:
    """What the values of an object come to at least, whatever its template does to some of them."""
    template = mapping_at(resource.node, "spec", "template", "data")
    made = {name for name, _, _ in entries(template)} if template is not None else set()
    texts = {name: string_of(node) or "" for name, node in item_nodes(resource.node) if name not in made}
    texts.pop(OLD_FIELD, None)
    return sum(map(length_sealed, texts.values()))
