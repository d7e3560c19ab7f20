"""Credentials in clear by their names, in every document of a view, once for all the rules that report them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.base import Hit
from sealwright.detect.budget import TooMuch
from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.credentials.owners import CONTAINER_ARGUMENTS, is_values_file, owner_of
from sealwright.detect.credentials.pairs import pairs
from sealwright.detect.credentials.values import is_name, judge
from sealwright.detect.decode import from_base64, to_text
from sealwright.detect.prefilter.commands import may_run_with_credential
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.resource import resources
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import View
    from sealwright.detect.credentials.assignments import Assignment
    from sealwright.detect.credentials.pairs import Pair
    from sealwright.manifest.nodes import Scalar
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source

_SHARED = "credentials"
_READABLE = Pattern(r"[\w.\-/ \[\]]{1,120}\Z")
_BASE64 = Pattern(r"[A-Za-z0-9+/]{24,}={0,2}\Z")
_SHORTEST_ENCODED = 24
_SHORTEST = 8
"""Characters: `pwd: abc`."""


class Credential(NamedTuple):
    """A credential in clear inside a scalar: what it is called, where it stands, how sure that is."""

    name: str
    span: Span
    confidence: Confidence


def named_hits(view: View, rule: str) -> Iterator[Hit]:
    """The hits that belong to `rule`. Raises TooMuch where the documents expand to more than can be looked at."""
    if _SHARED not in view.shared:
        view.shared[_SHARED] = _search(view)
    found, complete = view.shared[_SHARED]
    yield from found.get(rule, ())
    if not complete:
        raise TooMuch


def _search(view: View) -> tuple[dict[str, list[Hit]], bool]:
    found: dict[str, list[Hit]] = {}
    try:
        for document in view.documents:
            for resource in resources(document):
                if not resource.ref.kind and not is_values_file(resource):
                    continue
                commands = []
                for pair in pairs(resource.node, view.budget):
                    rule = owner_of(resource, pair.trail.keys())
                    if rule == CONTAINER_ARGUMENTS:
                        commands.append(pair)
                    elif rule:
                        found.setdefault(rule, []).extend(_hits(resource, pair, view.source))
                if commands:
                    found.setdefault(CONTAINER_ARGUMENTS, []).extend(command_hits(resource, commands, view.source))
    except TooMuch:
        return found, False
    return found, True


def _hits(resource: Resource, pair: Pair, source: Source) -> Iterator[Hit]:
    for credential in credentials_in(pair.name, pair.scalar, source):
        yield hit_of(resource, pair, credential)


def command_hits(resource: Resource, pairs: list[Pair], source: Source) -> Iterator[Hit]:
    """The hits in values that are command lines, or words of one."""
    from sealwright.detect.credentials.command_lines import command_credentials

    for pair, found in command_credentials(pairs, source):
        yield hit_of(resource, pair, Credential(found.name, found.span, found.confidence))


def hit_of(resource: Resource, pair: Pair, credential: Credential) -> Hit:
    """The hit for one credential; names that may be something else are not repeated."""
    readable = _READABLE.match(credential.name) is not None and is_name(credential.name)
    name = shown(credential.name) if readable else "a value"
    owner = str(resource.ref) if resource.ref.kind else "This file"
    field = str(pair.trail) if credential.name == pair.name else f"{pair.trail}:{name}"
    if pair.listed:
        field = f"{pair.trail.parent or ''}[{name}]"
    return Hit(
        credential.span, f"{owner} keeps `{name}` in clear", resource.ref, field, confidence=credential.confidence
    )


def credentials_in(name: str, scalar: Scalar, source: Source) -> Iterator[Credential]:
    """The scalar itself, if its name promises a credential and it is one; else what its text assigns."""
    sure = judge(name, scalar.value) if "\n" not in scalar.value.strip() else None
    if sure is not None:
        yield Credential(name, Span(scalar.start, scalar.end), sure)
    elif len(scalar.value) >= _SHORTEST:
        yield from credentials_in_text(scalar, source)


def credentials_in_text(scalar: Scalar, source: Source) -> Iterator[Credential]:
    """What the text of a scalar assigns. Where quotes escape characters the whole scalar is the place."""
    raw = source.text[scalar.start : scalar.end]
    hidden = _under_base64(scalar.value)
    if hidden:
        for assignment in assignments(hidden):
            yield Credential(assignment.name, Span(scalar.start, scalar.end), assignment.confidence)
        return
    if scalar.style == '"' and "\\" in raw:
        for assignment in (*assignments(scalar.value), *_commands(scalar.value)):
            yield Credential(assignment.name, Span(scalar.start, scalar.end), assignment.confidence)
        return
    for assignment in (*assignments(raw), *_commands(raw)):
        span = Span(scalar.start + assignment.span.start, scalar.start + assignment.span.end)
        yield Credential(assignment.name, span, assignment.confidence)


def _commands(raw: str) -> Iterator[Assignment]:
    """What the lines of a script give to programs that take a credential without a name."""
    if "\n" not in raw or not may_run_with_credential(raw.encode("utf-8", "surrogatepass")):
        return
    from sealwright.detect.credentials.shell import shell_credentials

    yield from shell_credentials(raw)


def _under_base64(value: str) -> str:
    """What a data URL or a field of binary data hides, if it is text; '' for anything else."""
    _, _, encoded = value.rpartition(";base64,")
    encoded = "".join((encoded or value).split())
    if len(encoded) < _SHORTEST_ENCODED or _BASE64.match(encoded) is None:
        return ""
    return to_text(from_base64(encoded) or b"") or ""
