"""Patches of an overlay into the Secret that they change, where there is one overlay and no doubt about the result.

Source: core/v1 Secret (`stringData` over `data`), RFC 6902 and 6901, strategic merge of maps (null takes a key out).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.entry import Entry
from sealwright.convert.kustomize.pairs import checked_key
from sealwright.convert.kustomize.refusal import Refused
from sealwright.convert.secret_model import DATA, STRING_DATA, Value
from sealwright.manifest.nodes import Scalar, Sequence, lookup, resolve, text_of
from sealwright.manifest.scalars import kind_of
from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.convert.kustomize.generated import Generated
    from sealwright.convert.kustomize.patches import Patch
    from sealwright.convert.kustomize.refusal import Refusal
    from sealwright.convert.kustomize.roots import Effect
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.nodes import Node

_METADATA = frozenset({"name", "namespace", "labels", "annotations"})
_PATCH = frozenset({"apiVersion", "kind", "metadata", DATA, STRING_DATA})
_OPERATION = frozenset({"op", "path", "value"})


class Folded(NamedTuple):
    """The Secret with its patches in it, and the patches, whose entries and files are to go."""

    facts: SecretFacts
    patches: tuple[Patch, ...]


class _State(NamedTuple):
    """What is known so far; `common` are the labels and annotations that kustomizations give to all objects."""

    data: dict[str, Value]
    strings: dict[str, Value]
    labels: dict[str, str]
    annotations: dict[str, str]
    common: frozenset[str]


def folded(
    facts: SecretFacts,
    patches: Iterable[Patch],
    effects: Iterable[Effect],
    merging: Iterable[Generated] = (),
    *,
    strings: frozenset[str] = frozenset(),
) -> Folded | Refusal:
    """Apply the patches, in their order. `strings` are the keys that the Secret keeps under `stringData`.

    `merging` are what `generated_secrets` reads of the generators among the patches. What is not certain is refused:
    several overlays, entries that change other objects, too, operations that fail, what is neither value nor label.
    """
    every = tuple(patches)
    ways = tuple(effects)
    by_entry = {(made.kustomization.document.source.path, made.item.start): made for made in merging}
    state = _State(
        {value.key: value for value in facts.values if value.key not in strings},
        {value.key: value for value in facts.values if value.key in strings},
        dict(facts.labels),
        dict(facts.annotations),
        frozenset(key for way in ways for key, _ in (*way.labels, *way.annotations)),
    )
    reason = _doubt(every, ways)
    for patch in every:
        made = by_entry.get((patch.kustomization.document.source.path, patch.item.start))
        reason = reason or _failure(patch, state, made, facts)
        if reason:
            return patch.refused(facts.name, reason)
    values = tuple((state.data | state.strings).values())
    return Folded(facts._replace(values=values, labels=state.labels, annotations=state.annotations), every)


def _doubt(patches: tuple[Patch, ...], ways: tuple[Effect, ...]) -> str:
    """Why nobody can say what the patches come to, whatever they are; '' for no reason."""
    if len(ways) != 1:
        return "and several overlays use it, or none"
    if ways[0].transformers:
        return "and plug-ins that transform it may do so, too"
    forms = {patch.form for patch in patches}
    if "generator" in forms and any(patch.kustomization.ref.kind == "Component" for patch in patches):
        return "in an order that is not certain"
    return ""


def _failure(patch: Patch, state: _State, made: Generated | None, facts: SecretFacts) -> str:
    """Apply one patch; why it cannot be applied, '' if it was."""
    try:
        if not patch.sole:
            raise Refused("and perhaps other objects as well", "")
        _apply(patch, state, made, facts)
    except Refused as refused:
        return refused.message
    return ""


def _apply(patch: Patch, state: _State, made: Generated | None, facts: SecretFacts) -> None:
    if patch.form == "merge":
        _merge(patch.node, state)
    elif patch.form == "json" and isinstance(patch.node, Sequence):
        for operation in patch.node.items:
            _operate(Entry(operation, _OPERATION), state)
    elif patch.form == "generator" and made is not None:
        if made.behavior != "merge" or made.facts.type != facts.type or made.facts.immutable != facts.immutable:
            raise Refused("with more than values", "")
        for value in made.facts.values:
            if value.key in state.strings:
                raise Refused("where `stringData` hides what it changes", "")
            state.data[value.key] = value
        state.labels.update(made.facts.labels)
        state.annotations.update(made.facts.annotations)
    else:
        raise Refused("in a way that is not taken over", "")


def _merge(node: Node, state: _State) -> None:
    """A strategic merge patch."""
    patch = Entry(node, _PATCH)
    metadata = patch.below("metadata", _METADATA)
    for field, texts in (("labels", state.labels), ("annotations", state.annotations)):
        below = metadata.below(field, None) if metadata is not None else None
        for key, value in below.node.entries if below is not None else ():
            _put_text(state, texts, text_of(key), value)
    for field in (DATA, STRING_DATA):
        below = patch.below(field, None)
        for key, value in below.node.entries if below is not None else ():
            name = checked_key(text_of(key))
            if isinstance(value, Scalar) and kind_of(value) == "null":
                _take_out(field, name, state)
            else:
                _put(field, name, value, state)


def _operate(operation: Entry, state: _State) -> None:
    """One operation of a JSON patch."""
    op, path = operation.text("op"), operation.text("path")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    value = lookup(operation.node, "value")
    if op not in {"add", "replace", "remove"} or (op != "remove" and value is None):
        raise Refused("with an operation that is not taken over", "")
    if len(parts) == 2 and parts[0] in {DATA, STRING_DATA}:
        there = state.data if parts[0] == DATA else state.strings
        if parts[1] not in there and (op != "add" or not there):
            raise Refused("with an operation on what is not there", "")
        if op == "remove":
            _take_out(parts[0], parts[1], state)
        elif value is not None:
            _put(parts[0], checked_key(parts[1]), value, state)
    elif len(parts) == 3 and parts[0] == "metadata" and parts[1] in {"labels", "annotations"}:
        texts = state.labels if parts[1] == "labels" else state.annotations
        if parts[2] not in texts and (op != "add" or not texts):
            raise Refused("with an operation on what is not there", "")
        if parts[2] in state.common:
            raise Refused("with a label or an annotation that others change, too", "")
        if op == "remove":
            del texts[parts[2]]
        elif value is not None:
            _put_text(state, texts, parts[2], value)
    else:
        raise Refused("beyond values, labels and annotations", "")


def _put(field: str, key: str, node: Node, state: _State) -> None:
    text = _text(node)
    if field == STRING_DATA:
        state.strings[key] = Value(key, Plaintext(text.encode()))
        return
    if key in state.strings:
        raise Refused("where `stringData` hides what it changes", "")
    try:
        state.data[key] = Value(key, Plaintext(decode(text)))
    except BadBase64:
        raise Refused("with a value that is not base64", "") from None


def _take_out(field: str, key: str, state: _State) -> None:
    """Out of one of the two: what the other one has comes to light."""
    (state.data if field == DATA else state.strings).pop(key, None)


def _put_text(state: _State, texts: dict[str, str], key: str, node: Node) -> None:
    """A label or an annotation, or null to take one out."""
    is_null = isinstance(node, Scalar) and kind_of(node) == "null"
    if key in state.common or key.startswith("$") or (is_null and key not in texts):
        raise Refused("with a label or an annotation that others change, too", "")
    if is_null:
        del texts[key]
    else:
        texts[key] = _text(node)


def _text(node: Node) -> str:
    target = resolve(node)
    if (
        not isinstance(target, Scalar)
        or target is not node
        or kind_of(target) != "string"
        or target.anchor
        or target.tag
    ):
        raise Refused("with a value that is not a string of its own", "")
    try:
        target.value.encode()
    except UnicodeEncodeError:
        raise Refused("with half of a character", "") from None
    return target.value
