"""The Secrets of one file to ExternalSecrets: what the pipeline does over a repository, for one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.external_secret.options import KIND, Options, Wanted
from sealwright.convert.external_secret.planned import planned
from sealwright.convert.proof import prove
from sealwright.convert.refusals import refusal, remarks
from sealwright.convert.seal import is_secret, refuse_broken
from sealwright.convert.secret_facts import facts_of
from sealwright.errors import ConvertError, SealingError, SealwrightError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import resources
from sealwright.rewrite.edit import apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sealwright.convert.external_secret.remote_ref import RemoteRef
    from sealwright.convert.refusals import Refusal
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.finding import ResourceRef
    from sealwright.manifest.documents import Document
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.manifest.source import Source
    from sealwright.rewrite.edit import Edit

_BLOCK_STYLE = "write it in plain block style, one `key: value` in a line"


class Surveyed(NamedTuple):
    """A Secret of a file. Exactly one of `facts`, `refused` and `error` is there; the error has place and hint."""

    resource: Resource
    facts: SecretFacts | None = None
    refused: Refusal | None = None
    error: SealwrightError | None = None
    remarks: tuple[Refusal, ...] = ()


class ConvertedText(NamedTuple):
    """The whole text with ExternalSecrets in the place of Secrets, and which Secrets they were."""

    text: str
    refs: tuple[ResourceRef, ...]


def survey_source(source: Source, chosen: Callable[[Resource], bool], *, namespace: str = "") -> tuple[Surveyed, ...]:
    """What every chosen Secret of a file says, and which of them cannot be converted; nothing is changed.

    `namespace` fills in a missing one. Raises SealingError for a broken document that seems to hold a Secret.
    """
    found = []
    for document in read_documents(source):
        refuse_broken(document)
        found += [_surveyed(secret, namespace) for secret in _secrets([document]) if chosen(secret)]
    return tuple(found)


def convert_source(
    source: Source,
    chosen: Callable[[Resource], bool],
    made: Callable[[Resource, SecretFacts], Mapping[str, RemoteRef]],
    store_ref: tuple[str, str],
    options: Options = Options(),  # noqa: B008 - immutable
    *,
    namespace: str = "",
) -> ConvertedText:
    """Edit the text of a file, and read it again: every object says what was planned for it, or nothing is changed.

    `made` says for each key of a Secret where its value is by now; `store_ref` is the kind and the name of the store's
    object. Raises ConvertError or SealingError, with the place, for a Secret that cannot be converted.
    """
    documents = list(read_documents(source))
    for document in documents:
        refuse_broken(document)
    taken = {(ref.namespace, ref.name) for ref in _external_secrets(documents)}
    edits: list[Edit] = []
    replaced: dict[int, Plain] = {}
    done: list[ResourceRef] = []
    for secret in _secrets(documents):
        if not chosen(secret):
            continue
        facts = _facts(secret, namespace)
        if (secret.ref.namespace, facts.name) in taken:
            raise _problem(secret, "an ExternalSecret of that name is in this file, too", "remove one of the two")
        wanted = Wanted(made(secret, facts), store_ref, options)
        edit, replaced[id(secret.node)] = planned(secret, facts, wanted)
        edits.append(edit)
        done.append(secret.ref)
    text = apply_edits(source.text, edits) if edits else source.text
    if edits:
        _prove(source, documents, replaced, text)
    return ConvertedText(text, tuple(done))


def _secrets(documents: Iterable[Document]) -> Iterator[Resource]:
    for document in documents:
        yield from (resource for resource in resources(document) if is_secret(resource))


def _external_secrets(documents: Iterable[Document]) -> Iterator[ResourceRef]:
    for document in documents:
        yield from (resource.ref for resource in resources(document) if resource.ref.kind == KIND)


def _surveyed(secret: Resource, namespace: str) -> Surveyed:
    refused = refusal(secret)
    if refused:
        return Surveyed(secret, refused=refused)
    try:
        facts = facts_of(secret, namespace=namespace)
    except SealingError as error:
        return Surveyed(secret, error=error)
    refused = refusal(secret, facts)
    if refused:
        return Surveyed(secret, refused=refused)
    return Surveyed(secret, facts, remarks=remarks(facts, secret))


def _facts(secret: Resource, namespace: str) -> SecretFacts:
    found = _surveyed(secret, namespace)
    if found.error is not None:
        raise found.error
    if found.refused is not None:
        raise _problem(secret, found.refused.reason, found.refused.alternative)
    if found.facts is None:
        raise _problem(secret, "it cannot be read", _BLOCK_STYLE)
    return found.facts


def _prove(source: Source, documents: list[Document], replaced: dict[int, Plain], text: str) -> None:
    try:
        prove(source, documents, replaced, text)
    except SealingError as error:
        hint, message = error.hint, error.message.replace("sealing", "converting")
    else:
        return
    raise ConvertError(message, hint=hint, place=source.path)


def _problem(secret: Resource, message: str, hint: str) -> ConvertError:
    source = secret.document.source
    line, column = source.position(secret.node.start)
    return ConvertError(f"{secret.ref}: {message}", hint=hint, place=f"{source.path}:{line}:{column}")
