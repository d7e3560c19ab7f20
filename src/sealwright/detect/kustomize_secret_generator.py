"""A kustomization makes a Secret of values that are in clear.

What `secretGenerator` is given becomes a Secret on the cluster, and stands in the repository as anyone can read it.

Finds: every value under `literals` of a `secretGenerator` or a `SecretGenerator`, whatever its name; every file that
one of them names under `files`, as a whole: in the repository, and readable. Files under `envs` belong to the rule
dotenv-file.

Leaves alone: placeholders and references, empty values, certificates and public keys, files encrypted by SOPS, age,
git-crypt or PGP, files that git ignores, `configMapGenerator` (see the rule config-map).

Bad:

    kind: Kustomization
    secretGenerator:
      - name: db
        literals:
          - username=shop
          - password=hunter2

Good:

    kind: Kustomization
    resources:
      - db.sealed.yaml
    secretGenerator:
      - name: empty
        options:
          disableNameSuffixHash: true

Fix: seal the Secret and list the SealedSecret under `resources`, or let the generator read a file that git ignores and
the build provides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.kustomize_files import secret_file
from sealwright.detect.nested import InnerText
from sealwright.detect.placeholder import is_placeholder
from sealwright.detect.secret_values import STRING_DATA, is_exposed, key_shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.documents import Form
from sealwright.manifest.kustomization import generators, plugins
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, entries, lookup, resolve, text_of
from sealwright.manifest.purposes import SECRET
from sealwright.manifest.resource import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.budget import Budget
    from sealwright.manifest.documents import Document
    from sealwright.manifest.kustomization import Generator
    from sealwright.manifest.nodes import Node

RULE = "kustomize-secret-generator"


class Literal(NamedTuple):
    """An entry of `literals`: `value` less the quotes that kustomize takes off, `span` its place."""

    key: str
    value: str
    span: Span


def find(view: View) -> Iterator[Hit]:
    """Literals of generators, and the file itself where a generator names it."""
    if view.purpose == SECRET:
        yield from secret_file(view)
    for document in view.documents:
        yield from _in_document(document, view.budget)


def _in_document(document: Document, budget: Budget) -> Iterator[Hit]:
    seen: set[int] = set()
    for resource in resources(document):
        for generator in generators(resource):
            yield from _literals(generator, document, budget, seen)
        for text in plugins(resource):
            inner = InnerText(text, document.source, budget)
            for embedded in inner.documents():
                for hit in _in_document(embedded, budget):
                    yield hit._replace(span=inner.outer_span(hit.span))


def _literals(generator: Generator, document: Document, budget: Budget, seen: set[int]) -> Iterator[Hit]:
    made, node = generator.makes, generator.node
    if made.kind != "Secret" or text_of(lookup(node, "behavior")) == "delete":
        return
    confidence = Confidence.CERTAIN if document.form in {Form.YAML, Form.JSON} else Confidence.LIKELY
    for name, _, value in entries(node):
        budget.visit()
        if name == "literals":
            for literal in _each(value, document, budget, seen):
                key = key_shown(literal.key)
                message = f"{made}, made by kustomize, keeps `{key}` in clear"
                path = ".".join(part for part in (generator.field, name, key) if part)
                yield Hit(literal.span, message, made, path, confidence=confidence)


def _each(value: Node, document: Document, budget: Budget, seen: set[int]) -> Iterator[Literal]:
    """The literals in clear. `key: value` instead of `key=value` is refused by kustomize, but it is in Git as well."""
    target = resolve(value)
    for item in target.items if isinstance(target, Sequence) else (target,):
        budget.visit()
        node = resolve(item)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            literal = _parsed(node, document, budget)
            if literal is not None and _exposed(literal):
                yield literal
        elif isinstance(node, Mapping):
            for key, _, inner in entries(node):
                budget.visit()
                scalar = resolve(inner)
                if isinstance(scalar, Scalar) and is_exposed(scalar, STRING_DATA, key):
                    yield Literal(key, scalar.value, Span(scalar.start, scalar.end))


def _exposed(literal: Literal) -> bool:
    quoted = Scalar(0, 0, literal.value, '"')  # whatever it looks like, kustomize takes it for a string
    return bool(literal.value.strip("=")) and is_exposed(quoted, STRING_DATA, literal.key)


def _parsed(scalar: Scalar, document: Document, budget: Budget) -> Literal | None:
    sign = "=" if "=" in scalar.value else ":"
    key, found, value = scalar.value.partition(sign)
    if not found or is_placeholder(scalar.value):
        return None
    value = value.rstrip("\r\n")
    quotes = 1 if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else 0
    start = len(key) + 1 + quotes
    end = len(key) + 1 + len(value) - quotes
    return Literal(key, scalar.value[start:end], _span(scalar, Span(start, end), document, budget))


def _span(scalar: Scalar, inner: Span, document: Document, budget: Budget) -> Span:
    """Where a part of the scalar's value stands; all of the scalar where the text spells it in another way."""
    if scalar.style == "|":
        return InnerText(scalar, document.source, budget).outer_span(inner)
    raw = document.source.text[scalar.start : scalar.end]
    offset = 1 if scalar.style in {'"', "'"} else 0
    if raw[offset : len(raw) - offset] != scalar.value:
        return Span(scalar.start, scalar.end)
    return Span(scalar.start + offset + inner.start, scalar.start + offset + inner.end)
