"""One file: the objects in it that hold a secret in any way, and the stores that it defines.

What a value is, is asked of the same code as a scan asks; only names and places are kept.
"""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.budget import Budget, TooMuch
from sealwright.detect.secret_values import DATA, STRING_DATA, exposed_values, is_secret, key_shown
from sealwright.detect.sops import is_encrypted, sops_metadata
from sealwright.detect.trail import walk_trails
from sealwright.finding import Location, Position, ResourceRef, Span
from sealwright.inventory import csi, external, sops
from sealwright.inventory.material import material_of
from sealwright.inventory.model import Held, Item, Key, Secret
from sealwright.inventory.sealed import sealed_secret
from sealwright.inventory.stores import store_of
from sealwright.manifest.documents import read_documents
from sealwright.manifest.families import Family, family_of, says_kind
from sealwright.manifest.kustomization import generators, is_kustomization_name, scalars
from sealwright.manifest.nodes import Mapping, Scalar, entries, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.scalars import TooLarge
from sealwright.manifest.spelling import escapes_words, is_wide
from sealwright.manifest.values import value_of
from sealwright.patterns import Pattern
from sealwright.run.gate.definitions import is_no_definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.inventory.model import Store
    from sealwright.manifest.documents import Document
    from sealwright.manifest.kustomization import Generator
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source
    from sealwright.sealing.stamps import Book

_ENDINGS = (".yaml", ".yml", ".json")
_WORDS = ("ecret", "ENC[AES256_GCM", "OnePasswordItem", "kustomize.toolkit", "HelmRe", "argoproj.io/")
_CERTIFICATES = ("BEGIN CERTIFICATE", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS")
_BYTES = tuple(word.encode() for word in (*_WORDS, *_CERTIFICATES))
_HOLDER = Pattern(
    r"""kind["']?[ \t]*:[ \t]*["']?(?:[A-Za-z]*Secret|OnePasswordItem|List)|ecretGenerator|ENC\[AES256_GCM"""
)
_DELETED = "$patch"
_MOST_ITEMS = 1_000


class Entry(NamedTuple):
    """A secret, and from where to where its object stands; `sources` are files that a generator takes values from."""

    secret: Secret
    start: Position
    end: Position
    sources: tuple[str, ...] = ()


class FileSecrets(NamedTuple):
    """What one file holds. `resources` are all objects that may name a Secret."""

    path: str
    entries: tuple[Entry, ...] = ()
    stores: tuple[Store, ...] = ()
    keys: tuple[Key, ...] = ()
    resources: tuple[Resource, ...] = ()


def may_hold_secrets(path: str, data: bytes) -> bool:
    """Whether anything in a file may be of interest here, by its bytes."""
    return any(word in data for word in _BYTES) or is_wide(data) or escapes_words(data) or is_kustomization_name(path)


def may_be_secret(text: str) -> bool:
    """Whether anything in a text may hold a secret, rather than use one: by its kind, or because it is encrypted."""
    return _HOLDER.search(text) is not None or ("\\" in text and escapes_words(text.encode("utf-8", "replace")))


def read_file(source: Source, stamps: Book | None = None, *, users: bool = True) -> FileSecrets:
    """Everything that a decoded file holds. Never raises for what the text holds.

    Without `users`, objects that only use secrets are not read.
    """
    if sops.is_flat(source.text):
        return _flat(source)
    if not _is_manifest(source):
        return FileSecrets(source.path)
    reader = _Reader(source, stamps)
    relevant = _may_matter if users else may_be_secret
    for document in read_documents(source, relevant=None if is_kustomization_name(source.path) else relevant):
        reader.take(document)
    return reader.found()


def _is_manifest(source: Source) -> bool:
    if family_of(source.path, source.text) is not Family.MANIFEST or ("\0" in source.text):
        return False
    named = source.path.lower().endswith(_ENDINGS) or is_kustomization_name(source.path)
    return named or says_kind(source.text)


def _may_matter(text: str) -> bool:
    return (any(word in text for word in (*_WORDS, *_CERTIFICATES)) or "\\" in text) and is_no_definition(text)


def _flat(source: Source) -> FileSecrets:
    """A dotenv file that SOPS has encrypted."""
    keys = sops.flat_recipients(source.text)
    items = tuple(Item(key_shown(name), material_of(name)) for name in sops.flat_names(source.text))
    start, end = Position(1, 1), source.position(len(source.text))
    secret = Secret(ResourceRef(), Held.SOPS, Location(source.path, start, start), items=items)
    return FileSecrets(source.path, (Entry(_protected(secret, keys), start, end),), keys=keys)


def _protected(secret: Secret, keys: tuple[Key, ...]) -> Secret:
    names = tuple(key.id for key in keys)
    return secret._replace(key=next(iter(names), ""), keys=names)


class _Reader:
    def __init__(self, source: Source, stamps: Book | None) -> None:
        self._source = source
        self._stamps = stamps
        self._entries: list[Entry] = []
        self._stores: list[Store] = []
        self._keys: list[Key] = []
        self._resources: list[Resource] = []

    def found(self) -> FileSecrets:
        keys, stores = tuple(dict.fromkeys(self._keys)), tuple(self._stores)
        return FileSecrets(self._source.path, tuple(self._entries), stores, keys, tuple(self._resources))

    def take(self, document: Document) -> None:
        metadata = sops_metadata(document)
        keys = _recipients(metadata) if metadata is not None else ()
        self._keys.extend(keys)
        for resource in resources(document):
            self._resources.append(resource)
            if metadata is not None:
                self._add(resource, _protected(_encrypted(resource, self._where(resource)), keys))
            else:
                self._take(resource)

    def _take(self, resource: Resource) -> None:
        budget = Budget(len(self._source.text))
        try:
            if is_secret(resource, budget):
                self._secret(resource, budget)
                return
        except TooMuch:
            self._add(resource, Secret(resource.ref, Held.PLAINTEXT, self._where(resource), name=resource.ref.name))
            return
        sealed = sealed_secret(resource.node, resource.ref, self._where(resource), self._stamps)
        if sealed is not None:
            self._add(resource, sealed)
        elif resource.ref.kind in _OTHERS or "ecret" in resource.ref.kind:
            self._other(resource)
        for generator in generators(resource):
            if generator.makes.kind == "Secret" and text_of(lookup(generator.node, "behavior")) != "delete":
                self._generator(resource, generator)

    def _other(self, resource: Resource) -> None:
        ref, where = resource.ref, self._where(resource)
        try:
            value = value_of(resource.node)
        except TooLarge:
            return  # policy says so
        store = store_of(ref, value, where)
        mounted = csi.provider_class(ref, value, where)
        fetched = external.external_secret(ref, value, where)
        if store is not None and ref.name:
            self._stores.append(store)
        if mounted is not None:
            self._stores.append(mounted[1])
            self._add(resource, mounted[0])
        elif fetched is not None:
            self._add(resource, fetched)

    def _secret(self, resource: Resource, budget: Budget) -> None:
        if lookup(resource.node, _DELETED) is not None:
            return
        type_ = text_of(lookup(resource.node, "type"))
        shown = {value.key for field in (DATA, STRING_DATA) for value in exposed_values(resource.node, field, budget)}
        held = Held.PLAINTEXT if shown and resource.document.exact else Held.REFERENCE
        items = tuple(Item(key, material_of(key, type_)) for key in _keys_of(resource.node))
        ref = resource.ref if resource.ref.kind == "Secret" else resource.ref._replace(kind="Secret")
        self._add(resource, Secret(ref, held, self._where(resource), name=ref.name, type=type_, items=items))

    def _generator(self, resource: Resource, generator: Generator) -> None:
        folder, made = posixpath.dirname(self._source.path), generator.makes
        items = dict.fromkeys(_literal_keys(generator.node))
        sources: list[str] = []
        for field in ("files", "envs", "env"):
            for scalar in scalars(lookup(generator.node, field)):
                key, sign, path = scalar.value.partition("=")
                path = path if sign and field == "files" else scalar.value
                sources.append(posixpath.normpath(posixpath.join(folder, path)))
                if field == "files":
                    items[key_shown(key if sign else posixpath.basename(path))] = None
        type_ = text_of(lookup(generator.node, "type"))
        where = self._line(_named(generator.node) or generator.node)
        found = tuple(Item(key, material_of(key, type_)) for key in items)
        secret = Secret(made, Held.REFERENCE, where, name=made.name, type=type_, items=found)
        self._add(resource, secret, generator.node, tuple(sources))

    def _add(
        self, resource: Resource, secret: Secret, node: Mapping | None = None, sources: tuple[str, ...] = ()
    ) -> None:
        node = node if node is not None else resource.node
        start, end = self._source.position(node.start), self._source.position(max(node.end, node.start))
        self._entries.append(Entry(secret, start, end, sources))

    def _where(self, resource: Resource) -> Location:
        metadata = mapping_at(resource.node, "metadata")
        named = _named(metadata) if metadata is not None else None
        kind = next((value for name, _, value in entries(resource.node) if name == "kind"), None)
        return self._line(named or kind or resource.node)

    def _line(self, node: Node) -> Location:
        return self._source.first_line(Span(node.start, node.end))


_OTHERS = frozenset({"OnePasswordItem"})
"""Kinds of interest whose name does not say `secret`."""


def _named(node: Mapping) -> Node | None:
    value = lookup(node, "name")
    return value if value is not None and isinstance(resolve(value), Scalar) else None


def _keys_of(secret: Mapping) -> Iterator[str]:
    """The keys of a Secret's values, each once."""
    seen: set[str] = set()
    for name, _, value in entries(secret):
        holder = resolve(value)
        if name in {DATA, STRING_DATA} and isinstance(holder, Mapping):
            for key, _, _ in entries(holder):
                shown = key_shown(key)
                if shown not in seen and len(seen) < _MOST_ITEMS:
                    seen.add(shown)
                    yield shown


def _literal_keys(generator: Mapping) -> Iterator[str]:
    for scalar in scalars(lookup(generator, "literals")):
        key, sign, _ = scalar.value.partition("=")
        if sign:
            yield key_shown(key)


def _encrypted(resource: Resource, where: Location) -> Secret:
    """The secret of a document that SOPS has encrypted: a Secret, or whatever else it is."""
    type_ = text_of(lookup(resource.node, "type"))
    if resource.ref.kind == "Secret":
        names = list(_keys_of(resource.node))
    else:
        names = list(islice(_encrypted_fields(resource.node), _MOST_ITEMS))
    found = tuple(Item(name, material_of(name.rpartition(".")[2], type_)) for name in dict.fromkeys(names))
    name = resource.ref.name if resource.ref.kind in {"Secret", "SopsSecret"} else ""
    return Secret(resource.ref, Held.SOPS, where, name=name, type=type_, items=found)


def _encrypted_fields(root: Mapping) -> Iterator[str]:
    """Where the encrypted values stand, but for what SOPS says of itself."""
    for trail, node in walk_trails(root):
        if trail is not None and isinstance(node, Scalar) and is_encrypted(node.value):
            keys = trail.keys()
            if keys[0] != "sops":
                yield ".".join(map(key_shown, keys))


def _recipients(metadata: Mapping) -> tuple[Key, ...]:
    try:
        return sops.recipients(value_of(metadata))
    except TooLarge:
        return ()
