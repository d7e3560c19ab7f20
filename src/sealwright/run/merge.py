"""Secrets, or single values, into the SealedSecrets of a file: which goes where, and the change to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.merge import Merge, merge, standing_items
from sealwright.convert.sealer import Sealer
from sealwright.convert.template_merge import refuse_other_kind
from sealwright.errors import SealingError, UnreadableError
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import annotations_of, resources
from sealwright.manifest.source import Source, decode
from sealwright.run.ledger import Recollection, digest_of_text
from sealwright.sealing.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sealwright.convert.advice import Advice
    from sealwright.convert.merge import Merged
    from sealwright.finding import ResourceRef
    from sealwright.manifest.discover import Target
    from sealwright.manifest.resource import Resource
    from sealwright.run.ledger import Ledger
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.stamps import Stamp

_GROUP = "bitnami.com/"
_KIND = "SealedSecret"


class Wish(NamedTuple):
    """One merge, and the name and namespace of the SealedSecret that it is for; '' for whichever there is.

    `secret` is where it comes from, None for values that were given one by one.
    """

    merge: Merge
    name: str = ""
    namespace: str = ""
    secret: Resource | None = None


class MergedFile(NamedTuple):
    """One file before and after. `unknown` are changed items of which nobody knows here whether they had to change."""

    target: Target
    before: bytes
    after: bytes
    outcomes: tuple[Merged, ...]
    unknown: tuple[str, ...]
    stamps: tuple[Stamp, ...]


def merge_file(
    target: Target, wishes: Iterable[Wish], certificate_for: Callable[[], SealingCertificate], ledger: Ledger
) -> MergedFile:
    """Every wish in its turn. Nothing is written. Raises SealwrightError where one cannot be met exactly."""
    data = read_target(target, DEFAULT_MAX_BYTES)
    source = decode(target.path, data)
    if source.flaw or len(data) > DEFAULT_MAX_BYTES:
        message = source.flaw or "larger than 10 MiB"
        raise UnreadableError(message, place=target.path, hint="convert it to UTF-8, or split it")
    outcomes: list[Merged] = []
    stamps: list[Stamp] = []
    unknown: list[str] = []
    for wish in wishes:
        documents = list(read_documents(source))
        resource = chosen([item for document in documents for item in resources(document)], wish, target.path)
        if wish.secret is not None and wish.merge.template is not None:
            scope = scope_of(annotations_of(resource.node))
            refuse_other_kind(wish.secret, wish.merge.template, resource, scope)
        standing = {name: node.value for name, node in standing_items(resource).items()}
        sealer = Sealer(certificate_for, Recollection(ledger, _by_item(standing)))
        outcome = merge(source, documents, resource, wish.merge, sealer)
        outcomes.append(outcome)
        stamps += sealer.stamps
        unknown += [name for name in outcome.changed if not ledger.knows(digest_of_text(standing[name]))]
        source = Source(source.path, outcome.text, encoding=source.encoding, mark=source.mark)
    return MergedFile(target, data, source.encode(source.text), tuple(outcomes), tuple(unknown), tuple(stamps))


def template_advice(file: MergedFile) -> Iterator[Advice]:
    """What will hurt later in the templates of the SealedSecrets that were merged into, as the file has them now."""
    from sealwright.convert.advice.sealed import lint_template

    refs = {outcome.ref for outcome in file.outcomes}
    for document in read_documents(decode(file.target.path, file.after)):
        for resource in resources(document):
            if resource.ref in refs:
                yield from lint_template(resource)


def chosen(found: Iterable[Resource], wish: Wish, path: str) -> Resource:
    """The one SealedSecret that is meant. Raises SealingError that names the candidates."""
    there = [item for item in found if item.ref.kind == _KIND and item.ref.api_version.startswith(_GROUP)]
    matching = list(_matching(there, wish))
    if len(matching) == 1:
        return matching[0]
    names = ", ".join(_name(item.ref) for item in matching or there)
    if matching:
        hint = f"say which: --name NAME, or -n NAMESPACE; there are {names}"
        raise SealingError("more than one SealedSecret is meant", hint=hint, place=path)
    if not there:
        hint = "name a file that has one, or make one: sealwright seal -w FILE"
        raise SealingError("there is no SealedSecret in it", hint=hint, place=path)
    wanted = f"{wish.namespace}/{wish.name}" if wish.namespace and wish.name else wish.name or f"in {wish.namespace}"
    hint = f"it has {names}; to merge into one of another name: --name NAME"
    raise SealingError(f"there is no SealedSecret {wanted} in it", hint=hint, place=path)


def standing_in(source: Source) -> Callable[[str, str, str], str | None]:
    """The ciphertexts of a file, by namespace, name and item. One that says no namespace is found for any."""
    found: dict[tuple[str, str, str], str] = {}
    for document in read_documents(source):
        for resource in resources(document):
            if resource.ref.kind == _KIND and document.exact:
                for item, node in standing_items(resource).items():
                    found[resource.ref.namespace, resource.ref.name, item] = node.value
    return lambda namespace, name, item: found.get((namespace, name, item), found.get(("", name, item)))


def _by_item(standing: Mapping[str, str]) -> Callable[[str, str, str], str | None]:
    return lambda _namespace, _name, item: standing.get(item)


def _matching(there: Iterable[Resource], wish: Wish) -> Iterator[Resource]:
    for item in there:
        same_namespace = not wish.namespace or not item.ref.namespace or wish.namespace == item.ref.namespace
        if same_namespace and wish.name in {"", item.ref.name}:
            yield item


def _name(ref: ResourceRef) -> str:
    return f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
