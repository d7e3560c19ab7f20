"""A Secret's own labels, annotations, type and `immutable`, held against the template that they shall go into.

Labels and annotations are added, or get the Secret's value; none is taken away, since the SealedSecret may well have
more of them than the one who changes a password knows. Type and `immutable` say what kind of Secret it is: where the
two differ, nobody but a person can say which is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.comments import header_comment
from sealwright.convert.layout import Unmovable
from sealwright.convert.places import problem
from sealwright.convert.template_fields import LAST_APPLIED
from sealwright.convert.yaml_words import word
from sealwright.manifest.nodes import Mapping, Scalar, lookup, mapping_at, resolve, text_of
from sealwright.manifest.scalars import kind_of
from sealwright.rewrite.edit import Edit
from sealwright.sealing.scope import ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE, scope_of

if TYPE_CHECKING:
    from sealwright.convert.merge_place import Place
    from sealwright.finding import ResourceRef
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.sealing.scope import Scope

_OPAQUE = "Opaque"
_SCOPES = frozenset({ANNOTATION_CLUSTER_WIDE, ANNOTATION_NAMESPACE_WIDE})


class TemplateFields(NamedTuple):
    """What a Secret says beside its values; '' and None where it says nothing."""

    labels: dict[str, str]
    annotations: dict[str, str]
    type: str = ""
    immutable: bool | None = None
    scope: Scope | None = None


def template_fields(secret: Resource) -> TemplateFields:
    """The fields of a Secret that `read_secret` has checked. The scope is None where no annotation names one."""
    texts: dict[str, dict[str, str]] = {}
    for field in ("labels", "annotations"):
        mapping = mapping_at(secret.node, "metadata", field)
        entries = mapping.entries if mapping else ()
        texts[field] = {text_of(key): _text(resolve(value)) for key, value in entries}
    scope = scope_of(texts["annotations"]) if _SCOPES & texts["annotations"].keys() else None
    annotations = {k: v for k, v in texts["annotations"].items() if k not in LAST_APPLIED | _SCOPES}
    immutable = lookup(secret.node, "immutable")
    kind = lookup(secret.node, "type")
    return TemplateFields(texts["labels"], annotations, text_of(kind), _truth(immutable), scope)


def refuse_other_kind(secret: Resource, fields: TemplateFields, target: Resource, scope: Scope) -> None:
    """Raises SealingError where the Secret is another kind of Secret than the SealedSecret makes."""
    template = mapping_at(target.node, "spec", "template")
    there = (text_of(lookup(template, "type")) if template else "") or _OPAQUE
    where = _shown(target.ref, target)
    if fields.type and fields.type != there:
        hint = f"a Secret's type cannot be changed on a cluster: make both say the same (spec.template.type in {where})"
        raise problem(secret, lookup(secret.node, "type") or secret.node, f"its type is not {there}, as there", hint)
    fixed = _truth(lookup(template, "immutable")) if template else None
    if fields.immutable is not None and fields.immutable != bool(fixed):
        hint = f"make both say the same (spec.template.immutable in {where})"
        message = f"immutable is {str(fields.immutable).lower()}, and not so there"
        raise problem(secret, lookup(secret.node, "immutable") or secret.node, message, hint)
    if fields.scope is not None and fields.scope is not scope:
        hint = f"remove the annotation here: what counts is the scope of {where}"
        raise problem(secret, secret.node, f"its annotations say {fields.scope.value}, and that is {scope.value}", hint)


def merge_template(
    place: Place, fields: TemplateFields | None, expected: dict[str, Plain], edits: list[Edit]
) -> tuple[str, ...]:
    """Add the edits for labels and annotations to `edits`, and their outcome to `expected`; which they are."""
    told: list[str] = []
    missing: dict[str, dict[str, str]] = {}
    for field, wanted in (("labels", fields.labels), ("annotations", fields.annotations)) if fields else ():
        new: dict[str, str] = {}
        for name, text in wanted.items():
            entry = place.entry("spec", "template", "metadata", field, name)
            if entry is None:
                new[name] = text
            elif _differs(entry[1], text):
                edits.append(_replaced(place, entry[1], text))
            else:
                continue
            told.append(name)
            _expect(expected, field, name, text)
        if new and place.entry("spec", "template", "metadata", field) is None:
            missing[field] = new
        elif new:
            edits.extend(place.put(("spec", "template", "metadata", field), new))
    if missing:
        edits.extend(place.put(("spec", "template", "metadata"), missing))
    return tuple(told)


def _replaced(place: Place, node: object, text: str) -> Edit:
    if not isinstance(node, Scalar) or node.anchor or node.tag:
        raise Unmovable("an anchor, a tag or an alias on a label or annotation of the template")
    written = place.manner.quoted(text) if place.resource.node.flow or node.style == '"' else word(text)
    source = place.resource.document.source
    note = header_comment(source.text[node.start : node.end]) if node.style in {"|", ">"} else ""
    return Edit(node.start, node.end, f"{written} {note}" if note else written)


def _differs(node: Node, text: str) -> bool:
    target = resolve(node)
    return not isinstance(target, Scalar) or kind_of(target) != "string" or target.value != text


def _expect(expected: dict[str, Plain], *path: str) -> None:
    field, name, text = path
    holder: dict[str, Plain] = expected
    for step in ("spec", "template", "metadata", field):
        below = holder.get(step)
        made: dict[str, Plain] = below if isinstance(below, dict) else {}
        holder[step] = made
        holder = made
    holder[name] = text


def _text(node: object) -> str:
    return node.value if isinstance(node, Scalar) and kind_of(node) == "string" else ""


def _truth(node: object) -> bool | None:
    target = resolve(node) if isinstance(node, Scalar | Mapping) else None
    if not isinstance(target, Scalar) or kind_of(target) != "boolean":
        return None
    return target.value[:1].lower() in {"t", "y"} or target.value.lower() == "on"


def _shown(ref: ResourceRef, target: Resource) -> str:
    return f"{ref} of {target.document.source.path}"
