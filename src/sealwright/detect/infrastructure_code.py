"""Code builds a Secret with a literal in it.

Finds: values in clear where Terraform (`kubernetes_secret`, `kubernetes_manifest`, `helm_release`), Jsonnet, cdk8s,
Pulumi and CDKTF (TypeScript, Python, Go, Java, Kotlin, C#), CUE and Starlark build a Secret: in `data`, `stringData`
and what the languages make of these names, plain or under base64; whole manifests in strings of several lines; in
Terraform, Jsonnet and CUE also whatever looks made by a machine under a name that promises a credential.

Leaves alone: variables, insertions and calls (`var.password`, `process.env.PASSWORD`, `file(...)`), placeholders,
certificates, tests; in Go, Java, Kotlin, C# and Ruby also what does not look made by a machine.

Bad:

    resource "kubernetes_secret" "db" {
      metadata { name = "db" }
      data     = { password = "hunter2x" }
    }

Good:

    resource "kubernetes_secret" "db" {
      metadata { name = "db" }
      data     = { password = var.password }
    }

Fix: let the code write a SealedSecret or an ExternalSecret, or take the value from a variable that is not in Git.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.detect.base import Hit
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.code.fields import Field
    from sealwright.detect.code.languages import Language
    from sealwright.detect.code.literals import Literal
    from sealwright.detect.code.tokens import Code, Token

RULE = "infrastructure-code"
EXAMPLE = "secret.tf"

_IN_DECLARATIONS = (
    *(
        "tringData",
        "tring_data",
        "kubernetes_secret",
        "helm_release",
        "Secret",
        "secret.",
        "Chart(",
        "Release(",
        "secret_from_dict",
    ),
)
_IN_PROGRAMS = ("tringData", "tring_data", "[]byte(", "kubernetes_secret", "Secret(")
"""Without one of these nothing is built that could hold a credential."""
_GENERATED = Pattern(r"(?:^|\n)[ \t/*#]{0,8}(?:Code generated [^\n]{0,200} DO NOT EDIT|@generated\b)")
_HEAD = 4000
_LONGEST_NAME = 120
_PASSPHRASE = 3
"""Words."""
_ENTRIES = 12
"""Tokens of `{ name = "x", value = "y" }`, line ends included."""


def find(view: View) -> Iterator[Hit]:
    """Literals that code makes a Secret's values, a chart's, or a manifest's."""
    from sealwright.detect.code.languages import language_of

    language = language_of(view.source.path)
    text = view.source.text
    if language is None or _GENERATED.search(text, 0, _HEAD):
        return
    builds = any(word in text for word in (_IN_PROGRAMS if language.strict else _IN_DECLARATIONS))
    if not builds and not language.declares:
        return
    from sealwright.detect.code.tokens import read_code

    code = read_code(text, language)
    seen: set[Span] = set()
    for hit in _found(view, code, language, builds=builds):
        if hit.span not in seen:
            seen.add(hit.span)
            yield hit


def _found(view: View, code: Code, language: Language, *, builds: bool) -> Iterator[Hit]:
    from sealwright.detect.code.fields import fields
    from sealwright.detect.code.literals import field_end

    done = 0
    for field in fields(code) if builds else ():
        if field.value < done and not field.called:
            continue  # inside of the one before
        done = max(done, field_end(code, field.value))
        yield from _in_field(code, field, language)
    if builds and not language.strict:
        yield from _in_settings(code)
    if builds:
        yield from _in_manifests(view, code, language)
    if language.declares:
        yield from _by_name(code)


def _in_field(code: Code, field: Field, language: Language) -> Iterator[Hit]:
    from sealwright.detect.code.literals import expression_end, literals

    encoded = field.encoded and not language.plain_data
    for literal in literals(code, field.value, encoded=encoded, named=field.chart):
        confidence = _named(literal) if literal.named else _judged(literal, language)
        if confidence is not None:
            yield from _inside(literal) or [_hit(literal.key, literal.span, confidence)]
    if field.chart:
        for token in code.tokens[field.value : expression_end(code, field.value)]:
            yield from _in_text(token)


def _inside(literal: Literal) -> list[Hit]:
    """The credentials in a text of several lines, where they stand."""
    from sealwright.detect.credentials.assignments import assignments

    text, start = literal.text, literal.span.start
    if not ("\n" in text or text[:1].isspace()) or len(text) != literal.span.end - start:
        return []
    return [
        _hit(found.name, Span(start + found.span.start, start + found.span.end), found.confidence)
        for found in assignments(text)
    ]


def _judged(literal: Literal, language: Language) -> Confidence | None:
    """A literal as a Secret's value."""
    from sealwright.detect.credentials.names import Promise, promise_of
    from sealwright.detect.credentials.samples import is_sample, looks_real
    from sealwright.detect.credentials.values import is_something_else, looks_random
    from sealwright.detect.decode import from_base64, to_text
    from sealwright.detect.secret_values import DATA, STRING_DATA, is_exposed
    from sealwright.manifest.nodes import Scalar

    scalar = Scalar(0, 0, literal.text, '"')
    if not is_exposed(scalar, DATA if literal.encoded else STRING_DATA, literal.key):
        return None
    value = literal.text.strip()
    if literal.encoded:
        value = (to_text(from_base64(value) or b"") or value).strip()
    if language.strict or not literal.sole:
        return Confidence.LIKELY if looks_real(value) and not is_something_else(value) else None
    if looks_random(value) or "PRIVATE KEY" in value or len(value.split()) >= _PASSPHRASE:
        return Confidence.LIKELY
    made_up = is_something_else(value) or is_sample(value) or value.isalpha()
    return Confidence.POSSIBLE if made_up or promise_of(literal.key) is Promise.NOTHING else Confidence.LIKELY


def _named(literal: Literal) -> Confidence | None:
    """A literal in a structure: its name decides."""
    from sealwright.detect.credentials.samples import looks_real
    from sealwright.detect.credentials.values import judge, looks_random
    from sealwright.manifest.nodes import FILL

    if FILL in literal.text or (not literal.sole and not looks_real(literal.text)):
        return None
    confidence = judge(literal.key, literal.text)
    return Confidence.POSSIBLE if confidence is not None and not looks_random(literal.text) else confidence


def _in_settings(code: Code) -> Iterator[Hit]:
    """`{ name = "auth.password", value = "..." }`: Terraform's `set`, and environment variables in any language."""
    from sealwright.detect.code.tokens import Kind

    for index, token in enumerate(code.tokens):
        if token.kind is not Kind.OPEN or token.text != "{":
            continue
        close = code.partner.get(index, index)
        if close - index <= 2 * _ENTRIES:
            name, value = _string(code, index, close, "name"), _string(code, index, close, "value")
            if name is not None and value is not None:
                sensitive = index > 0 and code.tokens[index - 1].text == "set_sensitive"
                yield from _setting(name, value, sensitive=sensitive)


def _string(code: Code, opening: int, close: int, key: str) -> Token | None:
    """What an entry of a block has, where it is a string and nothing else."""
    from sealwright.detect.code.fields import last_name
    from sealwright.detect.code.literals import expression_end
    from sealwright.detect.code.tokens import Kind

    for index in range(opening + 1, close - 2):
        token = code.tokens[index]
        if last_name(token).lower() == key and code.tokens[index + 1].text in {"=", ":"}:
            value = code.tokens[index + 2]
            if value.kind is Kind.STRING and expression_end(code, index + 2) == index + 3:
                return value
    return None


def _setting(name: Token, value: Token, *, sensitive: bool) -> Iterator[Hit]:
    from sealwright.detect.credentials.samples import looks_real
    from sealwright.detect.credentials.values import is_something_else, judge

    promised = judge(name.text, value.text) is not None or (sensitive and not is_something_else(value.text))
    if promised and looks_real(value.text):
        yield _hit(name.text, Span(value.start, value.end), Confidence.LIKELY)


def _by_name(code: Code) -> Iterator[Hit]:
    """Whatever a declaration gives a name that promises a credential: only what looks made by a machine."""
    from sealwright.detect.code.fields import last_name, value_after
    from sealwright.detect.code.literals import entry_literals
    from sealwright.detect.code.tokens import Kind
    from sealwright.detect.credentials.names import Promise, promise_of
    from sealwright.detect.credentials.samples import looks_real

    for index, token in enumerate(code.tokens):
        if token.kind not in {Kind.NAME, Kind.STRING} or len(token.text) > _LONGEST_NAME:
            continue
        name = last_name(token)
        if name == "default":
            name = _variable(code, index)
        if promise_of(name) is Promise.NOTHING:
            continue
        value = value_after(code, index)
        for literal in entry_literals(code, name, value) if value is not None else ():
            if looks_real(literal.text) and _named(literal) is not None:
                yield _hit(literal.key, literal.span, Confidence.LIKELY)


def _variable(code: Code, index: int) -> str:
    """The name of the Terraform variable whose default stands at the index."""
    opening = code.parent[index]
    head = code.tokens[max(opening - 2, 0) : max(opening, 0)]
    return head[1].text if len(head) == 2 and head[0].text == "variable" else ""


def _in_text(token: Token) -> Iterator[Hit]:
    """What a string of several lines gives a name: values for a chart."""
    from sealwright.detect.code.tokens import Kind
    from sealwright.detect.credentials.assignments import assignments
    from sealwright.detect.credentials.values import looks_random

    if token.kind is Kind.STRING and "\n" in token.text and len(token.text) == token.end - token.start:
        for found in assignments(token.text):
            if looks_random(token.text[found.span.start : found.span.end]):
                span = Span(token.start + found.span.start, token.start + found.span.end)
                yield _hit(found.name, span, Confidence.LIKELY)


def _in_manifests(view: View, code: Code, language: Language) -> Iterator[Hit]:
    """Secrets in strings of several lines, read as the manifests that they are."""
    from sealwright.detect.code.tokens import Kind
    from sealwright.manifest.families import says_kind

    text = view.source.text
    for token in code.tokens:
        if token.kind is not Kind.STRING or "Secret" not in token.text or "\n" not in token.text:
            continue
        body = token.text if len(token.text) == token.end - token.start else text[token.start : token.end]
        if says_kind(body):
            yield from _in_manifest(view, token.start, body, language)


def _in_manifest(view: View, start: int, body: str, language: Language) -> Iterator[Hit]:
    from sealwright.detect.prose import is_telling
    from sealwright.detect.secret_values import DATA, STRING_DATA, hits_in, is_secret
    from sealwright.manifest.documents import read_documents
    from sealwright.manifest.regions import pieces
    from sealwright.manifest.resource import resources

    for document in read_documents(view.source, pieces(start, body)):
        for resource in resources(document):
            if is_secret(resource, view.budget):
                for field in (DATA, STRING_DATA):
                    for hit in hits_in(resource, field, view.budget, " in a string"):
                        telling = is_telling(view.source.text[hit.span.start : hit.span.end])
                        if telling or not language.strict:
                            yield hit._replace(confidence=Confidence.LIKELY if telling else Confidence.POSSIBLE)


def _hit(key: str, span: Span, confidence: Confidence) -> Hit:
    name = shown(key) if key else "a value"
    return Hit(span, f"this code keeps `{name}` in clear", field=name, confidence=confidence)
