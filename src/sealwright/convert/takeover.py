"""Edits for a change of hands on a live cluster: a Secret is kept for a while, marked, left out, or given another name.

Comments, order and bytes of everything else stay; the edited text is read again, and must say what was planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.layout import Unmovable
from sealwright.convert.merge_place import Place
from sealwright.convert.yaml_words import in_quotes, word
from sealwright.errors import ConvertError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, text_of
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern
from sealwright.rewrite.edit import Edit, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as MappingType

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain

SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
FLUX_PRUNE = "kustomize.toolkit.fluxcd.io/prune"
_ANNOTATIONS = ("metadata", "annotations")
_MARKER = Pattern(r"(?m)^---(?=[ \t\r\n]|\Z)")
_BLANK_LINE = Pattern(r"(?m)^[ \t]*(?:\r\n|\r|\n)")
_VERSION = Pattern(r"(.+)-v([1-9][0-9]{0,5})")
_LONGEST = 253


def unpruned(tool: str, resource: Resource) -> dict[str, str]:
    """The annotation with which `argo` or `flux` leaves an object alone that is no longer in Git.

    Other options of Argo CD that the object has already are kept beside it. Raises ConvertError.
    """
    if tool == "flux":
        return {FLUX_PRUNE: "disabled"}
    try:
        entry = Place(resource).entry(*_ANNOTATIONS, SYNC_OPTIONS)
    except Unmovable as error:
        raise _refusal(resource, str(error)) from None
    options = [option.strip() for option in text_of(entry[1]).split(",")] if entry else []
    others = [option for option in options if option and not option.startswith("Prune=")]
    return {SYNC_OPTIONS: ",".join([*others, "Prune=false"])}


def new_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """`db` to `db-v2`, that to `db-v3`, and so on past names that are taken. Raises ConvertError for one too long."""
    match = _VERSION.fullmatch(name)
    stem, number = (match.group(1), int(match.group(2)) + 1) if match else (name, 2)
    while f"{stem}-v{number}" in taken:
        number += 1
    found = f"{stem}-v{number}"
    if len(found) > _LONGEST:
        raise ConvertError("the name of the Secret leaves no room for a new one", hint="choose another --takeover")
    return found


class Revision:
    """Changes to one file, collected, then made and proved together. `documents` are those of `source`."""

    def __init__(self, source: Source, documents: Sequence[Document]) -> None:
        self._source = source
        self._documents = documents
        self._newline = "\r\n" if "\r\n" in source.text else "\n"
        self._annotations: dict[int, tuple[Resource, dict[str, str]]] = {}
        self._names: dict[int, tuple[Scalar, str]] = {}
        self._added: dict[int, list[str]] = {}
        self._removed: set[int] = set()

    def annotate(self, resource: Resource, annotations: MappingType[str, str]) -> None:
        """Give the object annotations, in place of other values that it may have for them."""
        _, wanted = self._annotations.setdefault(id(resource.node), (resource, {}))
        wanted.update(annotations)

    def rename(self, resource: Resource, node: Node, name: str) -> None:
        """Write another name where `node`, a text in the object, names something. Raises ConvertError."""
        if not isinstance(node, Scalar) or node.style in {"|", ">"} or node.tag or node.anchor:
            raise _refusal(resource, "a name that is an alias, a block, or has a tag or an anchor")
        self._names[id(node)] = node, name

    def add_beside(self, resource: Resource, text: str) -> None:
        """Put documents, as YAML without a marker before the first, behind that of the object. Raises ConvertError."""
        self._refuse_shared(resource)
        if self._source.path.endswith(".json"):
            hint = "put it into a file of its own"
            raise ConvertError("a JSON file holds one document", hint=hint, place=self._source.path)
        self._added.setdefault(id(resource.document), []).append(text)

    def remove(self, resource: Resource) -> None:
        """Take the object's document out; the comment that a file begins with stays. Raises ConvertError."""
        self._refuse_shared(resource)
        self._removed.add(id(resource.document))

    def text(self) -> str:
        """The whole text afterwards, '' if nothing but blanks is left. Raises ConvertError; nothing is written here."""
        try:
            edits = [edit for resource, wanted in self._annotations.values() for edit in _annotated(resource, wanted)]
            edits += [_exchanged(node, name) for node, name in self._names.values()]
            edits += self._document_edits()
            text = apply_edits(self._source.text, edits)
            self._prove(text)
        except Unmovable as error:
            resource = next(iter(self._annotations.values()))[0]
            raise _refusal(resource, str(error)) from None
        except TooLarge:
            raise ConvertError("its aliases stand for too much", hint=_BLOCK, place=self._source.path) from None
        return text if text.strip() else ""

    def _document_edits(self) -> Iterator[Edit]:
        for number, document in enumerate(self._documents):
            end = document.end
            new = "".join(self._as_document(text) for text in self._added.get(id(document), ()))
            if new and not self._source.text[:end].endswith(("\n", "\r")):
                new = self._newline + new
            if id(document) in self._removed:
                start = _beginning(document) if number == 0 else document.start
                yield Edit(start, end, new)
            elif new:
                yield Edit(end, end, new)

    def _as_document(self, text: str) -> str:
        marked = f"---\n{text.rstrip()}\n"
        return marked.replace("\n", self._newline)

    def _refuse_shared(self, resource: Resource) -> None:
        if not resource.document.exact:
            raise _refusal(resource, "a template, or a document that does not parse,")
        if resource.document.root is not resource.node:
            raise _refusal(resource, "an object inside of a List", "put it into a document of its own")

    def _prove(self, text: str) -> None:
        """Every document must say what it said, but for what was asked for."""
        replaced: dict[int, Plain] = {key: name for key, (_, name) in self._names.items()}
        for resource, wanted in self._annotations.values():
            replaced[id(resource.node)] = _with_annotations(to_plain(resource.node, replaced), wanted)
        expected: list[object] = []
        for document in self._documents:
            if id(document) not in self._removed and document.root is not None:
                expected.append((document.exact, to_plain(document.root, replaced)))
            for added in self._added.get(id(document), ()):
                expected += _contents(Source(self._source.path, added))
        if _contents(Source(self._source.path, text)) != expected:
            hint = "nothing was written. Write it in plain block style; please report the layout"
            raise ConvertError("the layout of this file cannot be kept", hint=hint, place=self._source.path)


_BLOCK = "write it in plain block style, one `key: value` in a line"


def _contents(source: Source) -> list[object]:
    return [
        (document.exact, to_plain(document.root)) for document in read_documents(source) if document.root is not None
    ]


def _annotated(resource: Resource, wanted: MappingType[str, str]) -> Iterator[Edit]:
    place = Place(resource)
    new = {}
    for name, value in wanted.items():
        entry = place.entry(*_ANNOTATIONS, name)
        if entry is None:
            new[name] = value
        elif not isinstance(entry[1], Scalar) or entry[1].style in {"|", ">"} or entry[1].tag or entry[1].anchor:
            raise Unmovable(f"an alias, a block, a tag or an anchor on `{name}`")
        elif entry[1].value != value:
            yield _exchanged(entry[1], value)
    if new:
        yield from place.put(_ANNOTATIONS, new)


def _exchanged(node: Scalar, text: str) -> Edit:
    if node.style == "'" and "'" not in text and text.isprintable():
        return Edit(node.start, node.end, f"'{text}'")
    return Edit(node.start, node.end, in_quotes(text) if node.style else word(text))


def _with_annotations(plain: Plain, wanted: MappingType[str, str]) -> Plain:
    if not isinstance(plain, dict):
        return plain
    metadata = plain.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    annotations = metadata.get("annotations")
    metadata["annotations"] = {**(annotations if isinstance(annotations, dict) else {}), **wanted}
    return {**plain, "metadata": metadata}


def _beginning(document: Document) -> int:
    """Where the first document of a file begins, behind what the file's first comment says about the file."""
    text, root = document.source.text, document.root
    if not isinstance(root, Mapping):
        return document.start
    marker = _MARKER.search(text, document.start, root.start)
    if marker is not None:
        return marker.start()
    blanks = [match.end() for match in _BLANK_LINE.finditer(text, document.start, root.start)]
    return blanks[-1] if blanks else document.start


def _refusal(resource: Resource, what: str, hint: str = _BLOCK) -> ConvertError:
    line, column = resource.document.source.position(resource.node.start)
    place = f"{resource.document.source.path}:{line}:{column}"
    return ConvertError(f"{resource.ref}: {what} cannot be edited", hint=hint, place=place)
