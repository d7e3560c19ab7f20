"""Sealing the Secrets of one file: check, encrypt, edit the text, and prove that nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.expected import sealed_object
from sealwright.convert.flow import flow_edit
from sealwright.convert.layout import Unmovable
from sealwright.convert.sealed_secret import Sealed, block_edit
from sealwright.convert.secret_model import read_secret
from sealwright.errors import SealingError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source
from sealwright.rewrite.edit import Edit, apply_edits
from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import Scope, label, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.convert.secret_model import SecretModel
    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.sealing.certificate import SealingCertificate


class SealOptions(NamedTuple):
    """`scope` None takes the scope from the Secret's annotations; `namespace` fills in a missing one."""

    scope: Scope | None = None
    namespace: str = ""


class SealedText(NamedTuple):
    """The whole text with its Secrets sealed, and which they were."""

    text: str
    sealed: tuple[ResourceRef, ...]


def seal_source(
    source: Source,
    certificate: SealingCertificate,
    options: SealOptions,
    chosen: Callable[[Resource], bool],
) -> SealedText:
    """Seal every Secret of the file that `chosen` accepts. Nothing is written here.

    Raises SealingError, with the place and what to do, for a Secret that cannot be sealed without losing or changing
    something, and when the result is not exactly what was planned.
    """
    documents = list(read_documents(source))
    edits: list[Edit] = []
    replaced: dict[int, Plain] = {}
    done: list[ResourceRef] = []
    for document in documents:
        for resource in resources(document):
            if is_core(resource.ref, "Secret") and chosen(resource):
                edit, plain = _seal(resource, certificate, options)
                edits.append(edit)
                replaced[id(resource.node)] = plain
                done.append(resource.ref)
    text = apply_edits(source.text, edits) if edits else source.text
    if edits:
        _prove(source, documents, replaced, text)
    return SealedText(text, tuple(done))


def _seal(resource: Resource, certificate: SealingCertificate, options: SealOptions) -> tuple[Edit, Plain]:
    _refuse_place(resource)
    model = read_secret(resource, namespace=options.namespace)
    scope = options.scope or scope_of(model.annotations)
    mark = _label(resource, scope, model)
    items = {value.key: encode(seal(certificate.public_key, value.plaintext, mark)) for value in model.values}
    filled = options.namespace if scope is not Scope.CLUSTER_WIDE else ""
    sealed = Sealed(items, scope, filled)
    try:
        plain = to_plain(resource.node)
        expected = sealed_object(plain if isinstance(plain, dict) else {}, sealed)
        source = resource.document.source
        if resource.node.flow:
            return flow_edit(source, resource.node, expected), expected
        return block_edit(source, resource.node, sealed), expected
    except Unmovable as error:
        hint = "write it in plain block style, one `key: value` in a line"
        raise _error(resource, f"{error} cannot be kept while sealing", hint) from None
    except TooLarge:
        raise _error(resource, "its aliases stand for too much", "write the values out") from None


def _refuse_place(resource: Resource) -> None:
    if not resource.document.exact:
        hint = (
            "mend the file first" if resource.document.flaw else "seal the value and put the result into the template"
        )
        what = resource.document.flaw or "it is a template, not a manifest"
        raise _error(resource, f"cannot be sealed in place: {what}", hint)
    if resource.in_typed_list:
        raise _error(resource, "a SecretList cannot hold SealedSecrets", "make it `kind: List`, or one document each")
    if resource.node.tag or resource.node.anchor:
        raise _error(resource, "a tag or an anchor stands on the Secret", "remove it")


def _label(resource: Resource, scope: Scope, model: SecretModel) -> bytes:
    try:
        return label(scope, model.namespace, model.name)
    except SealingError as error:
        raise _error(resource, error.message, error.hint) from None


def _prove(source: Source, documents: list[Document], replaced: dict[int, Plain], text: str) -> None:
    """Read the result again: every object but the sealed ones must be the same, and those exactly as planned."""
    try:
        before = [to_plain(document.root, replaced) for document in documents if document.root is not None]
        after = list(_reread(source, text))
    except TooLarge:
        raise SealingError("its aliases stand for too much", hint="write the values out", place=source.path) from None
    if before != after:
        hint = "nothing was written. Write the Secret in plain block style; please report the layout"
        raise SealingError("the layout of this file cannot be kept while sealing", hint=hint, place=source.path)


def _reread(source: Source, text: str) -> Iterator[Plain]:
    for document in read_documents(Source(source.path, text, encoding=source.encoding, mark=source.mark)):
        if document.root is not None:
            yield to_plain(document.root)


def _error(resource: Resource, message: str, hint: str) -> SealingError:
    source = resource.document.source
    line, column = source.position(resource.node.start)
    return SealingError(f"{resource.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
