"""Advice on SealedSecrets that exist: what of them the controller ignores, refuses, or would say aloud.

Source: upstream sealedsecret_expansion.go (`Unseal`), controller.go, for where annotations are read from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.advice import Subject
from sealwright.convert.advice.go_template import Broken, actions
from sealwright.convert.advice.objects import KEY_HINT, key_flaw, name_advice
from sealwright.convert.advice.template_functions import KNOWN, NEVER, NEW_EACH_TIME, quotes_its_argument
from sealwright.convert.advice.types import missing_keys
from sealwright.finding import Span
from sealwright.manifest.nodes import Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import annotations_of
from sealwright.manifest.scalars import kind_of
from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.convert.advice import Advice
    from sealwright.finding import Location
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_PREFIX = "sealedsecrets.bitnami.com/"
_SCOPES = (ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE)
_IN_THE_TEMPLATE = tuple(f"{_PREFIX}{name}" for name in ("managed", "patch", "skip-set-owner-references"))


def lint_template(resource: Resource) -> Iterator[Advice]:
    """Advice on one SealedSecret; none on one that is a template itself, since who fills it in changes it."""
    if not resource.document.exact:
        return
    sealed = mapping_at(resource.node, "spec", "encryptedData")
    template = mapping_at(resource.node, "spec", "template")
    data = mapping_at(template, "data") if template is not None else None
    items = {name: node for name, _, node in entries(sealed)} if sealed is not None else {}
    written = {name: node for name, _, node in entries(data)} if data is not None else {}
    kept = {name for name, node in written.items() if not _is_null(node)}
    subject = _subject(resource, items | written)
    yield from name_advice(subject)
    for key in items | written:
        if reason := key_flaw(key):
            yield subject.advice("key-name", key, f"no Secret may have this key: {reason}", KEY_HINT, certain=True)
    yield from missing_keys(subject, items.keys() | kept)
    yield from _annotations(resource, subject)
    for key, node in written.items():
        if key in items and not _is_null(node):
            message = (
                f"`{key}` is sealed and in the template: before 0.37 the template's wins, from 0.37 on the sealed one"
            )
            yield subject.advice("template-ignored", key, message, "keep one of the two")
        if not key_flaw(key):
            yield from _text(subject, key, text_of(node), items.keys() | kept)


def _subject(resource: Resource, nodes: Mapping[str, Node]) -> Subject:
    source = resource.document.source

    def place(node: Node) -> Location:
        return source.location(Span(node.start, node.end))

    annotations = mapping_at(resource.node, "spec", "template", "metadata", "annotations")
    named = {name: text_of(node) for name, _, node in entries(annotations)} if annotations is not None else {}
    template = mapping_at(resource.node, "spec", "template")
    kind = text_of(lookup(template, "type")) if template is not None else ""
    start = resource.node.start
    places = {key: place(node) for key, node in nodes.items()}
    return Subject(resource.ref, kind, named, {}, source.location(Span(start, start)), places)


def _annotations(resource: Resource, subject: Subject) -> Iterator[Advice]:
    top = annotations_of(resource.node)
    inner = scope_of(subject.annotations)
    if scope_of(top) is Scope.STRICT and inner is not Scope.STRICT and not any(name in top for name in _SCOPES):
        message = f"the annotation for {inner.value} stands in the template only, where the controller does not look"
        hint = "sealed for that scope, it belongs into metadata.annotations; else take it out of the template"
        yield subject.advice("scope-annotation", "", message, hint)
    for name in _SCOPES:
        if top.get(name, "") != "true" and top.get(name, "").lower() in {"true", "yes", "on", "1"}:
            message = f'`{name}` counts only as the string "true": as it is, the items are read as strict'
            yield subject.advice("scope-annotation", "", message, 'write "true", or take it out')
    for name in _IN_THE_TEMPLATE:
        if name in top and name not in subject.annotations:
            message = f"`{name}` has no effect here: the controller looks for it on the Secret"
            yield subject.advice("annotation-place", "", message, "move it to spec.template.metadata.annotations")


def _text(subject: Subject, key: str, text: str, keys: set[str]) -> Iterator[Advice]:
    """On one entry of the template."""
    if "{{" not in text:
        return
    try:
        found = list(actions(text))
    except Broken as error:
        message = f"the template of `{key}` does not parse, so that no Secret is made: {error}"
        yield subject.advice("template-syntax", key, message, "mend it", certain=True)
        return
    missing = {name for action in found if not action.optional for name in action.names} - keys
    for name in sorted(missing):
        message = f"the template of `{key}` uses `{_shown(name)}`, which is neither sealed nor in the template"
        yield subject.advice("template-missing-key", key, message, "it becomes `<no value>`, without an error; seal it")
    called = {name for action in found for name in action.calls}
    for name in sorted(called - KNOWN):
        never = name in NEVER
        message = f"the template of `{key}` calls `{_shown(name)}`, which the controller does not have"
        hint = "no Secret is made; use what Go templates and sprig have, without their `env` and network functions"
        yield subject.advice("template-function", key, message, hint, certain=never)
    for name in sorted(
        {name for action in found if action.reads for name in action.calls if quotes_its_argument(name)}
    ):
        message = (
            f"an error of `{name}` in the template of `{key}` repeats the value, in the object's status and in events"
        )
        yield subject.advice("template-leak", key, message, "do without it, or give it nothing that is secret")
    for name in sorted(called & NEW_EACH_TIME):
        message = (
            f"`{name}` in the template of `{key}` gives another result each time the controller looks at the object"
        )
        yield subject.advice("template-changes", key, message, "seal a value that was made once")


def _shown(name: str) -> str:
    return name if not key_flaw(name) else "(an invalid key)"


def _is_null(node: Node) -> bool:
    target = resolve(node)
    return isinstance(target, Scalar) and kind_of(target) == "null"
