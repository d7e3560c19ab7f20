"""Sealing the Secrets of one file: check, encrypt, edit the text, and prove that nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.expected import sealed_object
from sealwright.convert.flow import flow_edit
from sealwright.convert.layout import Unmovable
from sealwright.convert.places import problem
from sealwright.convert.proof import prove
from sealwright.convert.sealed_secret import Sealed, block_edit
from sealwright.convert.secret_model import read_secret
from sealwright.errors import SealingError
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.nodes import text_of, walk
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit, apply_edits
from sealwright.sealing.scope import Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.convert.sealer import Sealer
    from sealwright.convert.secret_model import SecretModel
    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source
    from sealwright.sealing.stamps import Stamp

_SEALED = "SealedSecret"
_SECRET = "Secret"  # noqa: S105 - a kind
_SAYS_SECRET = Pattern(r"""kind["']?[ \t]*:[ \t]*["']?Secret\b(?!["']?[A-Za-z])""")


class SealOptions(NamedTuple):
    """`scope` None takes the scope from the Secret's annotations; `namespace` fills in a missing one."""

    scope: Scope | None = None
    namespace: str = ""


class SealedText(NamedTuple):
    """The whole text with its Secrets sealed, and which they were."""

    text: str
    sealed: tuple[ResourceRef, ...]
    stamps: tuple[Stamp, ...] = ()


class SealedResource(NamedTuple):
    """A Secret, what it says, and what it becomes."""

    resource: Resource
    model: SecretModel
    sealed: Sealed


def seal_source(
    source: Source,
    sealer: Sealer,
    options: SealOptions,
    chosen: Callable[[Resource], bool],
    seen: Callable[[SealedResource], None] | None = None,
) -> SealedText:
    """Seal every Secret of the file that `chosen` accepts; each is shown to `seen`. Nothing is written here.

    Raises SealingError, with the place and what to do, for a Secret that cannot be sealed without losing or changing
    something, for a broken document that seems to hold one, and when the result is not exactly what was planned.
    """
    documents = list(read_documents(source))
    there = {(ref.namespace, ref.name) for ref in _sealed_secrets(source, documents)}
    edits: list[Edit] = []
    replaced: dict[int, Plain] = {}
    done: list[ResourceRef] = []
    stamped = len(sealer.stamps)
    for made in sealed_resources(documents, sealer, options, chosen):
        if (made.model.namespace, made.model.name) in there:
            message = "a SealedSecret of that name is in this file, too: one of the two would be lost on the cluster"
            hint = "put the Secret into a file of its own, and merge it: sealwright seal SECRET --into FILE"
            raise problem(made.resource, made.resource.node, message, hint)
        edit, plain = _planned(made.resource, made.sealed)
        edits.append(edit)
        replaced[id(made.resource.node)] = plain
        done.append(made.resource.ref)
        if seen is not None:
            seen(made)
    text = apply_edits(source.text, edits) if edits else source.text
    if edits:
        prove(source, documents, replaced, text)
    return SealedText(text, tuple(done), tuple(sealer.stamps[stamped:]))


def sealed_resources(
    documents: Iterable[Document], sealer: Sealer, options: SealOptions, chosen: Callable[[Resource], bool]
) -> Iterator[SealedResource]:
    """Every Secret of the documents that `chosen` accepts, sealed. Raises SealingError."""
    for document in documents:
        for resource in resources(document):
            if is_secret(resource) and chosen(resource):
                refuse_place(resource)
                yield _sealed(resource, sealer, options)
        refuse_broken(document)


def _sealed_secrets(source: Source, documents: Iterable[Document]) -> Iterator[ResourceRef]:
    if _SEALED not in source.text and "\\" not in source.text:  # an escape may spell the word
        return
    for document in documents:
        if document.root is not None:
            yield from (item.ref for item in resources(document) if item.ref.kind == _SEALED)


def is_secret(resource: Resource) -> bool:
    """By any of its `kind` entries: which duplicate counts differs between parsers, and is refused further on."""
    if is_core(resource.ref, _SECRET):
        return True
    kinds = [text_of(value) for key, value in resource.node.entries if text_of(key) == "kind"]
    return len(kinds) > 1 and _SECRET in kinds and is_core(resource.ref, resource.ref.kind)


def _sealed(resource: Resource, sealer: Sealer, options: SealOptions) -> SealedResource:
    """The Secret's values, sealed, and how the SealedSecret is to be scoped."""
    model = read_secret(resource, namespace=options.namespace)
    scope = options.scope or scope_of(model.annotations)
    try:
        items = sealer.items(model.values, scope, model.namespace, model.name)
    except SealingError as error:
        other = "" if model.namespace else " Or give it with `--namespace NAMESPACE`."
        raise problem(resource, resource.node, error.message, f"{error.hint}{other}") from None
    filled = options.namespace if scope is not Scope.CLUSTER_WIDE else ""
    return SealedResource(resource, model, Sealed(items, scope, filled, forced=options.scope is not None))


def _planned(resource: Resource, sealed: Sealed) -> tuple[Edit, Plain]:
    """The edit, and the object that must come out of it."""
    source = resource.document.source
    try:
        plain = to_plain(resource.node)
        expected = sealed_object(plain if isinstance(plain, dict) else {}, sealed)
        if resource.node.flow:
            is_json = resource.document.form is Form.JSON
            return flow_edit(source, resource.node, expected, is_json=is_json), expected
        return block_edit(source, resource.node, sealed), expected
    except Unmovable as error:
        hint = "write it in plain block style, one `key: value` in a line"
        raise problem(resource, resource.node, f"{error} cannot be kept while sealing", hint) from None
    except TooLarge:
        message = "its aliases stand for too much"
        raise problem(resource, resource.node, message, "write the values out") from None


def refuse_place(resource: Resource) -> None:
    """Raises SealingError where nobody can say what the cluster would read, or how to edit it."""
    document, node = resource.document, resource.node
    if document.flaw:
        raise _broken(document)
    if not document.exact:
        hint = "seal the value and put the result into the template"
        raise problem(resource, node, "it is a template, not a manifest: it cannot be sealed in place", hint)
    if resource.in_typed_list:
        hint = "make it `kind: List`, or one document each"
        raise problem(resource, node, "a SecretList cannot hold SealedSecrets", hint)
    if node.tag or node.anchor:
        raise problem(resource, node, "a tag or an anchor stands on the Secret", "remove it")
    if node.flow and any(item.anchor or item.tag for item in walk(node)):
        hint = "write the Secret in plain block style"
        raise problem(resource, node, "a tag or an anchor stands inside its braces", hint)


def refuse_broken(document: Document) -> None:
    """A broken document may hold a Secret that nobody can see as one: it must not pass for sealed."""
    if document.flaw and _SAYS_SECRET.search(document.source.text, document.start, document.end):
        raise _broken(document)


def _broken(document: Document) -> SealingError:
    line, column = document.source.position(document.flaw_at)
    place = f"{document.source.path}:{line}:{column}"
    return SealingError(f"a Secret in a broken document: {document.flaw}", hint="mend the file first", place=place)
