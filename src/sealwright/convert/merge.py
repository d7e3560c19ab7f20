"""Values into a SealedSecret that is there already: only the items that change are changed, everything else stays.

What binds the values, namespace, name and scope, is taken from the SealedSecret, as the cluster will read it. A value
whose ciphertext is known to stand there already keeps it. Source: `kubeseal --merge-into` (upstream
pkg/kubeseal/kubeseal.go, `SealMergingInto`), without its faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.ciphertext import ciphertext_edit
from sealwright.convert.layout import Unmovable
from sealwright.convert.mapping_edits import added, emptied, exchanged, removed
from sealwright.convert.merge_place import Place
from sealwright.convert.places import problem
from sealwright.convert.proof import prove
from sealwright.convert.template_merge import merge_template
from sealwright.errors import SealingError
from sealwright.manifest.nodes import Alias, Mapping, Scalar, lookup, mapping_at, text_of
from sealwright.manifest.resource import texts_of
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.rewrite.edit import apply_edits
from sealwright.sealing.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingType

    from sealwright.convert.sealer import Sealer
    from sealwright.convert.secret_model import Value
    from sealwright.convert.template_merge import TemplateFields
    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source
    from sealwright.rewrite.edit import Edit
    from sealwright.sealing.scope import Scope


_ITEMS = ("spec", "encryptedData")


class _Ciphertext(str):
    """Equal to every text that the controller reads as the same: it skips line ends, which a literal block has."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and _joined(self) == _joined(other)

    __hash__ = None  # type: ignore[assignment]


def _joined(text: str) -> str:
    return str(text).translate({10: None, 13: None})


class Merge(NamedTuple):
    """What is to become of one SealedSecret: `values` go in, `delete` goes out, with `prune` all others go, too.

    `scope` None takes the SealedSecret's own, which any other must equal. `namespace` is for one that names none.
    """

    values: tuple[Value, ...] = ()
    delete: frozenset[str] = frozenset()
    prune: bool = False
    scope: Scope | None = None
    namespace: str = ""
    template: TemplateFields | None = None
    allow_empty: bool = False


class Merged(NamedTuple):
    """The whole text afterwards, and what became of the items, by name."""

    text: str
    ref: ResourceRef
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    template: tuple[str, ...] = ()


def standing_items(resource: Resource) -> dict[str, Scalar]:
    """The ciphertexts of a SealedSecret by item. Raises SealingError where they are not plain texts of their own."""
    holder = mapping_at(resource.node, "spec", "encryptedData")
    items: dict[str, Scalar] = {}
    for key, value in holder.entries if holder else ():
        name = text_of(key)
        target = value.target if isinstance(value, Alias) else value
        if not isinstance(target, Scalar):
            raise problem(resource, value, f"the item {name} is not a string", "write its ciphertext there")
        if name in items:
            raise problem(resource, key, f"the item {name} stands there twice", "keep the one that counts")
        items[name] = target
    return items


def merge(source: Source, documents: list[Document], resource: Resource, wanted: Merge, sealer: Sealer) -> Merged:
    """Merge into `resource`, a SealedSecret of `documents`, which are those of `source`. Nothing is written here.

    Raises SealingError, with the place and what to do, where that cannot be done exactly.
    """
    _refuse_document(resource)
    sealed = _sealed(resource, wanted, sealer)
    items = standing_items(resource)
    gone = _gone(resource, wanted, items)
    outcome = Merged(
        source.text,
        resource.ref,
        tuple(name for name in sealed if name not in items),
        tuple(name for name, text in sealed.items() if name in items and text != items[name].value),
        tuple(name for name in items if name not in gone and sealed.get(name, items[name].value) == items[name].value),
        tuple(name for name in items if name in gone),
    )
    try:
        place = Place(resource)
        expected = _expected(resource)
        edits = list(_item_edits(place, items, sealed, outcome))
        told = merge_template(place, wanted.template, expected, edits)
        _expect_items(expected, {name: sealed[name] for name in (*outcome.added, *outcome.changed)}, gone)
    except Unmovable as error:
        hint = "write it in plain block style, one `key: value` in a line"
        raise problem(resource, resource.node, f"{error} cannot be kept while merging", hint) from None
    except TooLarge:
        message = "its aliases stand for too much"
        raise problem(resource, resource.node, message, "write the values out") from None
    if not edits:
        return outcome
    text = apply_edits(source.text, _joined_insertions(edits))
    prove(source, documents, {id(resource.node): expected}, text)
    return outcome._replace(text=text, template=told)


def _joined_insertions(edits: list[Edit]) -> list[Edit]:
    """What is added to two mappings that end at one place is added in the order given, the inner one first."""
    joined: list[Edit] = []
    at: dict[int, int] = {}
    for edit in edits:
        if edit.start == edit.end and edit.start in at:
            number = at[edit.start]
            joined[number] = edit._replace(text=joined[number].text + edit.text)
            continue
        if edit.start == edit.end:
            at[edit.start] = len(joined)
        joined.append(edit)
    return joined


def _refuse_document(resource: Resource) -> None:
    document = resource.document
    if document.flaw:
        line, column = document.source.position(document.flaw_at)
        message = f"{resource.ref}: its document does not parse: {document.flaw}"
        raise SealingError(message, hint="mend the file first", place=f"{document.source.path}:{line}:{column}")
    if not document.exact:
        hint = "seal the value by itself (`--raw`) and put the result into the template"
        raise problem(resource, resource.node, "it is a template: it cannot be edited", hint)
    spec = mapping_at(resource.node, "spec")
    if spec is None:
        raise problem(resource, resource.node, "it has no `spec`", "is it complete?")
    if (whole := lookup(spec, "data")) is not None:
        hint = "open it (sealwright open), and seal the result: the controller takes no object with both formats"
        raise problem(resource, whole, "it is in the format of before 2019", hint)


def _sealed(resource: Resource, wanted: Merge, sealer: Sealer) -> MappingType[str, str]:
    """The ciphertexts under the label that the cluster will use."""
    metadata = mapping_at(resource.node, "metadata")
    annotations = mapping_at(metadata, "annotations") if metadata else None
    scope = scope_of(texts_of(annotations))
    if wanted.scope is not None and wanted.scope is not scope:
        message = f"it is {scope.value}, and {wanted.scope.value} was asked for: such an item would not open in it"
        hint = "leave --scope out; to change the scope, seal all of its values anew into another file (-w)"
        raise problem(resource, annotations or resource.node, message, hint)
    namespace = resource.ref.namespace
    if namespace and wanted.namespace and namespace != wanted.namespace:
        message = f"it is in namespace {namespace}, but {wanted.namespace} was asked for"
        raise problem(resource, resource.node, message, "drop one of the two")
    try:
        return sealer.items(wanted.values, scope, namespace or wanted.namespace, resource.ref.name)
    except SealingError as error:
        other = "" if namespace else " Or give it with `--namespace NAMESPACE`."
        raise problem(resource, resource.node, error.message, f"{error.hint}{other}") from None


def _gone(resource: Resource, wanted: Merge, items: MappingType[str, Scalar]) -> frozenset[str]:
    given = {value.key for value in wanted.values}
    unknown = sorted(wanted.delete - items.keys())
    if unknown:
        there = ", ".join(items) or "none"
        raise problem(resource, resource.node, f"it has no item {unknown[0]}", f"its items: {there}")
    if both := sorted(wanted.delete & given):
        raise problem(resource, resource.node, f"{both[0]} is to be deleted and to be sealed", "decide for one")
    gone = wanted.delete | ({name for name in items if name not in given} if wanted.prune else set())
    if gone and not given and gone >= items.keys() and not wanted.allow_empty:
        hint = "delete the file, or add --allow-empty-data"
        raise problem(resource, resource.node, "nothing would be left in it", hint)
    return frozenset(gone)


def _item_edits(
    place: Place, items: MappingType[str, Scalar], sealed: MappingType[str, str], outcome: Merged
) -> Iterator[Edit]:
    for name in outcome.changed:
        yield _replaced(place, name, items[name], sealed[name])
    new = {name: sealed[name] for name in outcome.added}
    gone = frozenset(outcome.deleted)
    entry = place.entry(*_ITEMS)
    if not gone or entry is None or not isinstance(entry[1], Mapping):
        if new:
            yield from place.put(_ITEMS, new)
    elif len(gone) < len(items):
        yield from removed(place.manner, entry[1], gone)
        if new:
            yield from added(place.manner, entry[1], new)
    elif new:
        yield from exchanged(place.manner, entry[1], new)
    else:
        yield from emptied(place.manner, entry[0], entry[1])


def _replaced(place: Place, name: str, node: Scalar, text: str) -> Edit:
    entry = place.entry(*_ITEMS, name)
    if entry is None or isinstance(entry[1], Alias) or node.anchor:
        raise Unmovable(f"an anchor or an alias on the item `{name}`")
    return ciphertext_edit(place.resource.document.source, node, text)


def _expected(resource: Resource) -> dict[str, Plain]:
    plain = to_plain(resource.node)
    return plain if isinstance(plain, dict) else {}


def _expect_items(expected: dict[str, Plain], written: MappingType[str, str], gone: frozenset[str]) -> None:
    spec = expected["spec"]
    if not isinstance(spec, dict):
        return
    before = spec.get("encryptedData")
    items: dict[str, Plain] = {k: v for k, v in before.items() if k not in gone} if isinstance(before, dict) else {}
    if isinstance(before, dict) or written:
        spec["encryptedData"] = {**items, **{name: _Ciphertext(text) for name, text in written.items()}}
