"""Mappings wherever they stand: as objects, in fields of others, and in the text of strings, also under base64.

For rules that know what they look for by its structure: a kubeconfig is one in a file of its own, in a ConfigMap's
value and among the files that cloud-init writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.budget import TooMuch
from sealwright.detect.nested import ENCODED_STARTS, MAX_NESTING, InnerText
from sealwright.detect.secret_values import STRING_DATA, is_exposed
from sealwright.detect.trail import Trail, walk_trails
from sealwright.finding import Confidence, ResourceRef, Severity
from sealwright.manifest.documents import Form
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, resolve, text_of
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.detect.base import View
    from sealwright.detect.budget import Budget
    from sealwright.finding import Span
    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

_LOGIN = ("auths", 'auth"', "auth:", "auth'", 'auth\\"')
SOUGHT: dict[str, tuple[str, ...]] = {
    "spec": ("fake", "Fake"),
    "resources": ("EncryptionConfig",),
    "users": ("users",),
    **dict.fromkeys(("auth", "password", "identitytoken", "registrytoken"), _LOGIN),
}
"""Keys of the mappings that rules ask for, and the words without one of which the text has none that matters."""

_SHARED = "objects"
_SHORTEST = 20
"""Characters: no object with a credential in it is shorter."""


class Placed(NamedTuple):
    """A mapping and where it is: `owner` is the object of the file that holds it, `trail` the way from there.

    `texts` are the strings around it, the innermost first; `above` is the way to the innermost.
    """

    node: Mapping
    trail: Trail | None
    owner: ResourceRef
    exact: bool
    texts: tuple[InnerText, ...] = ()
    above: str = ""

    def hit(
        self, trail: Trail | None, span: Span, message: str, confidence: Confidence, severity: Severity = Severity.HIGH
    ) -> Hit:
        """A hit for the value at `span`, in the innermost text; `trail` leads to it from where `self.trail` begins.

        What should be certain is likely where no parser accepted the text.
        """
        for text in self.texts:
            span = text.outer_span(span)
        if confidence is Confidence.CERTAIN and not self.exact:
            confidence = Confidence.LIKELY
        return Hit(span, message, self.owner, f"{self.above}{trail or ''}", severity, confidence)


def objects(view: View, *keys: str) -> Iterator[Placed]:
    """Every mapping in the view that has one of the keys, which are of SOUGHT. The view is searched once for all."""
    text = view.source.text
    words = {word for key in keys for word in SOUGHT[key]}
    if not view.hidden and not any(word in text for word in (*words, *ENCODED_STARTS)):
        return
    if _SHARED not in view.shared:
        view.shared[_SHARED] = _found(view)
    found, complete = view.shared[_SHARED]
    seen: set[int] = set()
    for key in keys:
        for placed in found.get(key, ()):
            if id(placed.node) not in seen:
                seen.add(id(placed.node))
                yield placed
    if not complete:
        raise TooMuch


def _found(view: View) -> tuple[dict[str, list[Placed]], bool]:
    found: dict[str, list[Placed]] = {}
    search = _Search(frozenset(word for words in SOUGHT.values() for word in words), view.budget)
    try:
        for document in view.documents:
            for placed in search.in_document(document, None):
                for key in _keys(placed.node):
                    found.setdefault(key, []).append(placed)
    except TooMuch:
        return found, False
    return found, True


def _keys(node: Mapping) -> Iterable[str]:
    """Those of the sought keys that a mapping has; all, where it merges others into itself."""
    return SOUGHT if node.merges else SOUGHT.keys() & {text_of(key) for key, _ in node.entries}


class _Search(NamedTuple):
    """`words` decide which strings are read."""

    words: frozenset[str]
    budget: Budget

    def in_document(self, document: Document, outer: Placed | None) -> Iterator[Placed]:
        """Every mapping below the document's objects; `outer` is the string that the document stands in."""
        exact = document.form in {Form.YAML, Form.JSON} and (outer is None or outer.exact)
        start = outer or Placed(Mapping(0, flow=False), None, ResourceRef(), exact)
        if isinstance(document.root, Scalar):  # a file that is one string of JSON
            yield from self.in_string(document.root, document, start)
        for resource in resources(document):
            owner = resource.ref if outer is None else outer.owner
            for trail, node in walk_trails(resource.node):
                self.budget.visit()
                if isinstance(node, Mapping):
                    yield start._replace(node=node, trail=trail, owner=owner, exact=exact)
                elif isinstance(node, Scalar):
                    yield from self.in_string(node, document, start._replace(trail=trail, owner=owner, exact=exact))

    def in_string(self, scalar: Scalar, document: Document, place: Placed) -> Iterator[Placed]:
        """Every mapping in the documents that a string at this place holds."""
        if len(scalar.value) < _SHORTEST or len(place.texts) >= MAX_NESTING or not _is_worth(scalar, self.words):
            return
        inner = InnerText(scalar, document.source, self.budget)
        outer = place._replace(texts=(inner, *place.texts), above=f"{place.above}{place.trail or ''}:", trail=None)
        for embedded in inner.documents():
            yield from self.in_document(embedded, outer)


def _is_worth(scalar: Scalar, words: frozenset[str]) -> bool:
    text = scalar.value
    return text.lstrip().startswith(ENCODED_STARTS) or any(word in text for word in words)


def fields(node: Node | None, trail: Trail | None, budget: Budget) -> Iterator[tuple[Trail, Node]]:
    """(way, value) of every entry of a mapping and every item of a sequence, aliases followed; none of a scalar."""
    target = resolve(node) if node is not None else None
    if isinstance(target, Mapping):
        for name, _, value in entries(target):
            budget.visit()
            yield Trail(trail, name), resolve(value)
    elif isinstance(target, Sequence):
        for index, item in enumerate(target.items):
            budget.visit()
            yield Trail(trail, "", index), resolve(item)


def below(node: Node | None, trail: Trail | None, budget: Budget, *path: str) -> Iterator[tuple[Trail | None, Node]]:
    """What stands at the end of a path of keys, through every duplicate; `*` is any key or item."""
    if node is None:
        return
    if not path:
        yield trail, resolve(node)
        return
    for way, value in fields(node, trail, budget):
        if path[0] == "*" or (way.position < 0 and way.key == path[0]):
            yield from below(value, way, budget, *path[1:])


def shows(node: Node, field: str = STRING_DATA, key: str = "") -> bool:
    """Whether a node is a scalar in clear whose text is not left out: `LS0tLS1CRUdJTi...` is documentation."""
    return (
        isinstance(node, Scalar)
        and not node.value.rstrip().endswith(("...", "\u2026"))
        and "[...]" not in node.value
        and is_exposed(node, field, key)
    )
