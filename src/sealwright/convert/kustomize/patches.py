"""What kustomizations do to one Secret besides naming it: patches, generators that merge into it, copies of its fields.

Errs towards yes: whatever may apply to the Secret is found. Source: kustomize 5.5, `api/types/selector.go`,
`api/internal/builtins/PatchTransformer.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.paths import path_from
from sealwright.convert.kustomize.refusal import Refused
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import generators, is_inline
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import is_core, reference
from sealwright.manifest.source import Source, decode
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.convert.kustomize.refusal import Refusal
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.resource import Resource

_KIND = "Secret"
_METADATA = frozenset({"apiVersion", "kind", "metadata"})
_SELECTS = frozenset({"group", "version", "kind", "name", "namespace"})
_WHAT = {
    "merge": "a patch in this kustomization changes it",
    "json": "a JSON patch in this kustomization changes it",
    "generator": "a generator in this kustomization merges into it",
}
_WORD = Pattern(r"[-a-z0-9]+\Z")
_SIMPLE = Pattern(r"\^?(?:[-A-Za-z0-9|]|\.\*)*\$?\Z")


class Secret(NamedTuple):
    """A Secret by the names that a patch may know it by; '' among the namespaces is any."""

    names: frozenset[str]
    namespaces: frozenset[str]


class Patch(NamedTuple):
    """Something that a kustomization does to a Secret; `item` is its entry in the list `field`.

    `form` is merge, json, generator (a `secretGenerator` that merges into it or replaces it), or reference (a
    replacement, a variable, a plug-in). `node` is the patch itself, a mapping or a list of operations, in the file
    `path`, '' for the kustomization. `sole`: the entry is for this Secret and for nothing else. `metadata`: it changes
    labels and annotations at most.
    """

    kustomization: Resource
    field: str
    item: Node
    form: str
    node: Node
    path: str = ""
    sole: bool = False
    metadata: bool = False

    def refused(self, name: str, why: str = "") -> Refusal:
        """The refusal to convert the Secret because of it."""
        what = _WHAT.get(self.form, "this kustomization refers to it")
        hint = "make the change in the Secret itself and remove it here, or give each overlay a Secret of its own"
        message = f"{what}, {why}" if why else what
        return Refused(message, hint).at(self.kustomization.document.source, self.item, name)


def patches_on(
    kustomizations: Iterable[Resource], secret: Secret, read: Callable[[str], bytes | None], *, made: Node | None = None
) -> Iterator[Patch]:
    """Everything in these kustomizations that changes the Secret or copies from it, in the order of its effect.

    `kustomizations` are those of `Effect.way`; `read` is as for `generated_secrets`; `made` is the entry that generates
    the Secret itself.
    """
    for kustomization in kustomizations:
        yield from _generators(kustomization, secret, made)
        for field in ("patchesStrategicMerge", "patches", "patchesJson6902", "patchesJSON6902"):
            for item in _items(kustomization.node, field):
                yield from _patch(kustomization, field, item, secret, read)
        yield from _references(kustomization, secret, read)


def _generators(kustomization: Resource, secret: Secret, made: Node | None) -> Iterator[Patch]:
    for generator in generators(kustomization):
        node = generator.node
        changes = text_of(lookup(node, "behavior")) in {"merge", "replace"} and generator.makes.kind == _KIND
        namespace = text_of(lookup(node, "namespace"))
        known = not namespace or "" in secret.namespaces or namespace in secret.namespaces
        if changes and known and node is not made and text_of(lookup(node, "name")) in secret.names:
            yield Patch(kustomization, "secretGenerator", node, "generator", node, sole=True)


def _patch(
    kustomization: Resource, field: str, item: Node, secret: Secret, read: Callable[[str], bytes | None]
) -> Iterator[Patch]:
    entry = resolve(item)
    target = mapping_at(entry, "target") if isinstance(entry, Mapping) else None
    if target is not None and not _selected(target, secret):
        return
    given = lookup(entry, "patch") or lookup(entry, "path") if isinstance(entry, Mapping) else entry
    is_text = isinstance(entry, Scalar) or (isinstance(entry, Mapping) and lookup(entry, "path") is None)
    body = resolve(given) if given is not None else entry
    if isinstance(body, Scalar):
        inline = is_text and is_inline(body.value)
        path = "" if inline else path_from(kustomization, body.value)
        data = body.value.encode("utf-8", "replace") if inline else (read(path) if path else None)
        if data is None:
            if target is not None:  # nobody knows what it does
                yield Patch(kustomization, field, item, "merge", entry, path)
            return
        source = Source("", body.value) if inline else decode(path, data)
        roots = [document.root for document in read_documents(source) if document.root is not None]
    else:
        path, roots = "", [body]
    exact = _is_plain(entry) and (target is None or _is_exact(target))
    for root in roots:
        node = resolve(root)
        if isinstance(node, Sequence) and target is not None:
            metadata = all(text_of(lookup(op, "path")).startswith("/metadata/") for op in _mappings(node))
            yield Patch(kustomization, field, item, "json", node, path, exact and len(roots) == 1, metadata)
        elif isinstance(node, Mapping) and (target is not None or _named(node, secret)):
            metadata = all(text_of(key) in _METADATA for key, _ in node.entries)
            yield Patch(kustomization, field, item, "merge", node, path, exact and len(roots) == 1, metadata)


def _references(kustomization: Resource, secret: Secret, read: Callable[[str], bytes | None]) -> Iterator[Patch]:
    """Replacements and variables that name the Secret, or may, and plug-ins that speak of Secrets."""
    for item in _items(kustomization.node, "vars"):
        node = resolve(item)
        selector = mapping_at(node, "objref") if isinstance(node, Mapping) else None
        if selector is not None and _selected(selector, secret):
            yield Patch(kustomization, "vars", item, "reference", node)
    for item in _items(kustomization.node, "replacements"):
        node = resolve(item)
        for replacement in _replacements(kustomization, node, read):
            found = (
                mapping_at(replacement, "source"),
                *(mapping_at(target, "select") for target in _targets(replacement)),
            )
            if any(selector is not None and _selected(selector, secret) for selector in found):
                yield Patch(kustomization, "replacements", item, "reference", node)
                break
    for item in _items(kustomization.node, "transformers"):
        text = text_of(item)
        if not is_inline(text):
            path = path_from(kustomization, text)
            text = (read(path) or b"").decode("utf-8", "replace") if path else ""
        if _KIND in text:
            yield Patch(kustomization, "transformers", item, "reference", resolve(item))


def _replacements(kustomization: Resource, node: Node, read: Callable[[str], bytes | None]) -> Iterator[Mapping]:
    """The replacement that stands there, or those in the file that it names."""
    path = text_of(lookup(node, "path")) if isinstance(node, Mapping) else ""
    if not path:
        yield from (node,) if isinstance(node, Mapping) else ()
        return
    named = path_from(kustomization, path)
    data = read(named) if named else None
    for document in read_documents(decode(named, data)) if data is not None else ():
        root = resolve(document.root) if document.root is not None else None
        yield from (root,) if isinstance(root, Mapping) else _mappings(root) if isinstance(root, Sequence) else ()


def _targets(replacement: Mapping) -> Iterator[Mapping]:
    value = lookup(replacement, "targets")
    target = resolve(value) if value is not None else None
    yield from _mappings(target) if isinstance(target, Sequence) else ()


def _named(patch: Mapping, secret: Secret) -> bool:
    ref = reference(patch)
    namespaces = {ref.namespace, ""} & secret.namespaces if ref.namespace else {""}
    return is_core(ref, _KIND) and ref.name in secret.names and bool(namespaces)


def _selected(target: Mapping, secret: Secret) -> bool:
    """Whether a target may mean the Secret; its texts are regular expressions for the whole name."""
    group, version, kind = (text_of(lookup(target, field)) for field in ("group", "version", "kind"))
    if not (_fits(group, {""}) and _fits(version, {"v1"}) and _fits(kind, {_KIND})):
        return False
    namespace = text_of(lookup(target, "namespace"))
    return _fits(text_of(lookup(target, "name")), secret.names) and (
        "" in secret.namespaces or _fits(namespace, secret.namespaces)
    )


def _fits(pattern: str, texts: Iterable[str]) -> bool:
    """Whether a regular expression fits one of the texts. What is more than words, `.*` and `|` may fit anything."""
    if not pattern or pattern in texts:
        return True
    if not _SIMPLE.match(pattern):
        return True
    return any(_fits_words(one.strip("^$").split(".*"), text) for one in pattern.split("|") for text in texts)


def _fits_words(words: list[str], text: str) -> bool:
    """Whether the text is the words with anything between them; nothing backtracks."""
    if len(words) == 1:
        return text == words[0]
    if not (text.startswith(words[0]) and text.endswith(words[-1]) and len(text) >= len(words[0]) + len(words[-1])):
        return False
    place = len(words[0])
    for word in words[1:-1]:
        found = text.find(word, place)
        if found < 0:
            return False
        place = found + len(word)
    return place <= len(text) - len(words[-1])


def _is_plain(entry: Node) -> bool:
    """Whether an entry of `patches` has no options, which would let it change names and kinds."""
    return not isinstance(entry, Mapping) or lookup(entry, "options") is None


def _is_exact(target: Mapping) -> bool:
    """Whether a target means one Secret, by its name."""
    fields = {text_of(key): text_of(value) for key, value in target.entries}
    return fields.keys() <= _SELECTS and fields.get("kind") == _KIND and _WORD.match(fields.get("name", "")) is not None


def _items(node: Mapping, field: str) -> list[Node]:
    value = lookup(node, field)
    target = resolve(value) if value is not None else None
    return target.items if isinstance(target, Sequence) else []


def _mappings(node: Sequence) -> Iterator[Mapping]:
    for item in node.items:
        target = resolve(item)
        if isinstance(target, Mapping):
            yield target
