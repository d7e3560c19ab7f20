"""The Kubernetes objects of a file, as rules look at them: values as the cluster would read them, and their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Location, Problem, Span
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.nodes import BINARY_TAG, Mapping, Scalar, resolve, text_of, walk
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.spelling import may_hide_words
from sealwright.manifest.values import effective, node_at, value_of
from sealwright.patterns import Pattern
from sealwright.policy.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source
    from sealwright.policy.subject import DocumentPath

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_ACTION_FIRST = Pattern(r"(?:[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?\n|---[ \t]*\n)*\{\{")
_KUSTOMIZE = {"Kustomization": "v1beta1", "Component": "v1alpha1"}
"""Versions that kustomize takes where a file says none."""
_SAYS_WHAT = frozenset({"kind", "apiVersion"})
_IN_BASE64 = "a key, a kind or a version in base64 (!!binary): write it as text"


class Contents(NamedTuple):
    """What a file holds: objects, what no parser could read, and where those of its documents are that are templates.

    A template says nothing before it is rendered: whether that is a problem is for the caller to say.
    """

    subjects: list[Subject]
    problems: list[Problem]
    templates: Sequence[Span] = ()


def subjects_of(source: Source) -> Iterator[Subject]:
    """The Kubernetes objects of a decoded file, in order; what could not be read is left out."""
    yield from objects_in(source).subjects


def objects_in(source: Source, is_relevant: Callable[[str], bool] = bool) -> Contents:
    """The Kubernetes objects of a decoded file, and what could not be read. Never raises for what the text holds.

    Documents whose text `is_relevant` rejects are passed over.
    """
    if source.flaw:
        return Contents([], [Problem(source.path, source.flaw)])
    contents, templates = Contents([], []), list[Span]()
    for document in read_documents(source, relevant=lambda text: not _begins_as_template(text) and is_relevant(text)):
        if document.flaw:
            contents.problems.append(_problem(source, document.flaw_at, document.flaw))
        elif document.form in {Form.YAML, Form.JSON}:
            _read(document, contents)
        elif document.form is not Form.SKIPPED or _begins_as_template(source.text[document.start : document.end]):
            templates.append(Span(document.start, document.end))
    return contents._replace(templates=templates)


def _begins_as_template(text: str) -> bool:
    """Whether an action comes first: for YAML a mapping with a mapping for its key, which no object can be."""
    return "{{" in text and _ACTION_FIRST.match(text) is not None


def _read(document: Document, contents: Contents) -> None:
    hidden = _hidden_word(document)
    if hidden is not None:
        contents.problems.append(_problem(document.source, hidden.start, _IN_BASE64))
        return
    for resource in resources(document):
        found = _read_object(resource)
        if isinstance(found, Subject):
            contents.subjects.append(found)
        elif found is not None:
            contents.problems.append(found)


def _hidden_word(document: Document) -> Node | None:
    """A key, a kind or a version in base64, which clusters decode: nobody writes so but to hide what it is."""
    text = document.source.text[document.start : document.end]
    if document.root is None or "!" not in text or not may_hide_words(text):
        return None
    for node in walk(document.root):
        for key, value in node.entries if isinstance(node, Mapping) else ():
            for word in (key, value) if text_of(key) in _SAYS_WHAT else (key,):
                if resolve(word).tag == BINARY_TAG:
                    return word
    return None


def _read_object(resource: Resource) -> Subject | Problem | None:
    try:
        return subject_of(resource)
    except TooLarge:
        said = "it holds more than any object does, its aliases expanded"
        return _problem(resource.document.source, resource.node.start, said)


def subject_of(resource: Resource) -> Subject | None:
    """None for what says neither what it is nor, by its file's name, that it is a kustomization. Raises TooLarge."""
    source, ref, node = resource.document.source, resource.ref, resource.node
    if not ref.kind and source.path.endswith(_KUSTOMIZATIONS):
        ref = ref._replace(kind="Kustomization")
    if not ref.api_version and ref.kind in _KUSTOMIZE:
        ref = ref._replace(api_version=f"kustomize.config.k8s.io/{_KUSTOMIZE[ref.kind]}")
    if not ref.kind or not ref.api_version:
        return None
    value = value_of(node)
    value["apiVersion"] = _said(value.get("apiVersion"), ref.api_version)
    value["kind"] = _said(value.get("kind"), ref.kind)
    return Subject(source.path, ref, value, Places(source, node))


def _said(value: object, listed: str) -> str:
    """What the object says, or what the list around it says for it."""
    return value if isinstance(value, str) and value else listed


class Places:
    """Gives the place of what stands at a path, or of the nearest thing above it: always within one line."""

    __slots__ = ("_source", "root")

    def __init__(self, source: Source, root: Node) -> None:
        self._source = source
        self.root = root

    def __call__(self, path: DocumentPath) -> Location:
        """The value where it is a scalar, the key of what holds other values."""
        found = node_at(self.root, path)
        for index in range(len(found) - 1, 0, -1):
            key, node = found[index]
            if isinstance(resolve(node), Scalar) and node.end > node.start:
                return self._line(node)
            if key is not None:
                return self._line(key)
            item = resolve(node)
            if isinstance(item, Mapping) and item.entries:
                return self._entry(item, "name")
        root = resolve(self.root)
        return self._entry(root, "kind") if isinstance(root, Mapping) else self._line(root)

    def _entry(self, mapping: Mapping, name: str) -> Location:
        """What stands for a whole mapping: what names it, or else its first line."""
        entries = effective(mapping)
        metadata = resolve(entries["metadata"][1]) if name == "kind" and "metadata" in entries else None
        named = effective(metadata).get("name") if isinstance(metadata, Mapping) else None
        named = named or entries.get(name)
        if named is not None and isinstance(resolve(named[1]), Scalar) and named[1].end > named[1].start:
            return self._line(named[1])
        key = mapping.entries[0][0] if mapping.entries else mapping
        return self._line(key)

    def _line(self, node: Node) -> Location:
        return self._source.first_line(Span(node.start, node.end))


def _problem(source: Source, offset: int, message: str) -> Problem:
    position = source.position(offset)
    return Problem(source.path, message, position.line, position.column)
