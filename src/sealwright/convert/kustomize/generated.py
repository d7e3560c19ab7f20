"""The Secrets that a kustomization generates: what each says, and the files that hold its values.

Whatever kustomize would read in another way than it seems is refused with its place. Source: kustomize 5.5,
`api/types/secretargs.go`, `api/types/generatoroptions.go`, `api/internal/target/kusttarget_configplugin.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.entry import Entry, own_sequence
from sealwright.convert.kustomize.pairs import Pair, env_pairs, file_source, literal_pair, refuse_ciphertext
from sealwright.convert.kustomize.paths import path_from
from sealwright.convert.kustomize.refusal import Refused, placed
from sealwright.convert.secret_facts import SecretFacts
from sealwright.convert.secret_model import Value
from sealwright.manifest.documents import Form, read_documents
from sealwright.manifest.kustomization import is_inline, is_kustomization, scalars
from sealwright.manifest.nodes import lookup, text_of
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from sealwright.convert.kustomize.refusal import Refusal
    from sealwright.manifest.nodes import Node, Scalar
    from sealwright.manifest.resource import Resource

    Read: TypeAlias = Callable[[str], bytes | None]

FIELD = "secretGenerator"
_PLUGINS = "generators"
_KIND = "SecretGenerator"
_ARGUMENTS = frozenset({"name", "namespace", "behavior", "type", "literals", "files", "envs", "env", "options"})
_OPTIONS = frozenset({"labels", "annotations", "disableNameSuffixHash", "immutable"})
_NOT_AS_YAML = Pattern(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\\u[dD][89a-fA-F]")
_LOCAL = "config.kubernetes.io/local-config"
_BEHAVIORS = ("create", "merge", "replace")


class Generated(NamedTuple):
    """A Secret that a generator makes, without what prefixes, suffixes and namespaces of kustomizations do to it.

    `item` is its entry in the list `field` of `kustomization`; `behavior` is create, merge or replace. `files` held its
    values, as paths from the repository's root; `hashed` says whether its name got a suffix made of its content.
    """

    facts: SecretFacts
    kustomization: Resource
    field: str
    item: Node
    behavior: str
    files: tuple[str, ...]
    hashed: bool

    @property
    def line(self) -> int:
        """Where the entry stands."""
        return self.kustomization.document.source.position(self.item.start).line


def generated_secrets(kustomization: Resource, read: Read) -> list[Generated | Refusal]:
    """Every Secret that the kustomization generates from something, in order; those without values are left out.

    `read` takes a path from the root that the kustomization's own path counts from, and gives the file's bytes, None
    where there is no such file in the repository.
    """
    return list(_generated(kustomization, read)) if is_kustomization(kustomization) else []


def _generated(kustomization: Resource, read: Read) -> Iterator[Generated | Refusal]:
    source = kustomization.document.source
    for field in (FIELD, _PLUGINS):
        value = lookup(kustomization.node, field)
        if value is None or (field == _PLUGINS and _KIND not in source.text and not _names_files(value)):
            continue
        try:
            items = _items(kustomization, field)
        except Refused as refused:
            yield refused.at(source, value, "")
            continue
        for item in items:
            yield from _at(_Item(kustomization, field, item, read))


class _Item(NamedTuple):
    """An item of one of the lists, and how to read files."""

    kustomization: Resource
    field: str
    node: Node
    read: Read


def _items(kustomization: Resource, field: str) -> list[Node]:
    if not kustomization.document.exact or kustomization.document.source.flaw:
        raise Refused("a kustomization that does not parse as it stands", "mend it, or render the template first")
    if kustomization.document.form is Form.JSON and _NOT_AS_YAML.search(kustomization.document.source.text):
        raise Refused("a character in JSON that kustomize, which reads YAML, takes for another", "write it as YAML")
    return own_sequence(kustomization.node, field)


def _names_files(value: Node) -> bool:
    return any(not is_inline(scalar.value) for scalar in scalars(value))


def _at(item: _Item) -> Iterator[Generated | Refusal]:
    source = item.kustomization.document.source
    name = ""
    try:
        found = _entry(item)
        if found is not None:
            entry, held = found
            name = entry.text("name") or entry.plugin_name
            generated = _read_entry(item, entry, held)
            if generated.facts.values:
                yield generated
    except Refused as refused:
        yield (refused if item.field == FIELD else refused.without_node()).at(source, item.node, name)


def _entry(item: _Item) -> tuple[Entry, tuple[str, ...]] | None:
    """The generator's arguments, and the file that holds them where it is not the kustomization; None for others."""
    if item.field == FIELD:
        return Entry(item.node, _ARGUMENTS), ()
    text = text_of(item.node)
    held = "" if is_inline(text) else path_from(item.kustomization, text)
    data = item.read(held) if held else text.encode("utf-8", "surrogatepass")
    if data is None or _KIND.encode() not in data or not (held or is_inline(text)):
        return None
    source = decode(held, data)
    found = [resource for document in read_documents(source) for resource in resources(document)]
    if not any(resource.ref.kind == _KIND for resource in found):
        return None
    if len(found) > 1 or not found[0].document.exact or source.flaw:
        raise Refused("a SecretGenerator among other objects", "give it a file of its own")
    if found[0].ref.api_version != "builtin":
        raise Refused("a SecretGenerator that is no builtin one", "put what it makes into a manifest")
    return Entry(found[0].node, _ARGUMENTS, plugin=True), (held,) if held else ()


def _read_entry(item: _Item, entry: Entry, held: tuple[str, ...]) -> Generated:
    every = [entry.below("options", _OPTIONS)]
    if item.field == FIELD:
        every.insert(0, Entry(item.kustomization.node).below("generatorOptions", _OPTIONS))
    options = [part for part in every if part is not None]  # of texts the nearer one counts
    labels, annotations = (
        {key: text for part in options for key, text in part.texts(name).items()} for name in ("labels", "annotations")
    )
    if _LOCAL in annotations:
        raise Refused(f"its annotation {_LOCAL} keeps it out of what is built", "remove the entry")
    immutable, plain = (any(part.flag(name) for part in options) for name in ("immutable", "disableNameSuffixHash"))
    name = entry.text("name") or entry.plugin_name
    if not name:
        raise Refused("a generator without a name", "give it one")
    behavior = entry.text("behavior") or "create"
    if behavior not in _BEHAVIORS:
        raise Refused(f"a behavior that is none of {', '.join(_BEHAVIORS)}", "correct it")
    values, files = _values(item, entry)
    kind, namespace = entry.text("type") or "Opaque", entry.text("namespace") or entry.plugin_namespace
    facts = SecretFacts(name, namespace, kind, immutable, labels, annotations, values)
    return Generated(facts, item.kustomization, item.field, item.node, behavior, (*held, *files), not plain)


def _values(item: _Item, entry: Entry) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """The values in the order in which kustomize reads them, and the files that they come from."""
    files: dict[str, None] = {}
    values: dict[str, Value] = {}
    for scalar, use in _sources(entry):
        with placed(scalar):
            for key, data in _pairs(item, scalar.value, use, files):
                if key in values:
                    raise Refused(f"the key {key} comes twice, which kustomize does not take", "keep one of the two")
                values[key] = Value(key, Plaintext(data))
    return tuple(values.values()), tuple(files)


def _sources(entry: Entry) -> Iterator[tuple[Scalar, str]]:
    for field in ("envs", "env", "literals", "files"):
        for scalar in entry.string(field) if field == "env" else entry.strings(field):
            yield scalar, field


def _pairs(item: _Item, text: str, use: str, files: dict[str, None]) -> Iterator[Pair]:
    if use == "literals":
        yield literal_pair(text)
    elif use == "files":
        key, path = file_source(text)
        yield Pair(key, _content(item, path, files))
    else:
        yield from env_pairs(_content(item, text, files))


def _content(item: _Item, text: str, files: dict[str, None]) -> bytes:
    path = path_from(item.kustomization, text)
    if not path:
        raise Refused("a file outside of the repository", "move it into the repository, or leave the entry as it is")
    data = item.read(path)
    if data is None:
        raise Refused("a file that is not in the repository", "convert where it is there; what git ignores is not")
    refuse_ciphertext(data)
    files[path] = None
    return data
