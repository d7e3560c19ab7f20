"""The baseline file: findings that were there when somebody decided to begin, by place and rule.

Made for diffs and merges: one entry on a line, sorted by path, rule and field; no line numbers, no times, and nothing
that tells of a value but a digest under a key (see `keyed`). The list ends with `{}`, so that every entry ends with a
comma and a new one changes no other line.

What the words of an entry say is what counts: its fingerprint is there to find it in other reports, and to show in a
review that it is the same as before.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import ConfigurationError
from sealwright.finding import Confidence, Finding, Location, Position, ResourceRef, Severity
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

VERSION = 1
_RESOURCE = {"apiVersion": "api_version", "kind": "kind", "namespace": "namespace", "name": "name"}
_KEYS = frozenset({"path", "rule", "resource", "field", "occurrence", "fingerprint", "hmac"})
_DIGEST = Pattern(r"[0-9a-f]{32}\Z")
_HINT = "take it back from Git, or delete it and write it anew with --update-baseline"


class Place(NamedTuple):
    """Where something is known, and which rule found it: the same fields as in a finding's fingerprint."""

    path: str
    rule: str
    field: str
    resource: ResourceRef
    occurrence: int = 0

    @property
    def fingerprint(self) -> str:
        """That of a finding there."""
        nowhere = Location(self.path, Position(1, 1), Position(1, 1))
        what = (Severity.INFO, Confidence.CERTAIN, nowhere, "")
        return Finding(self.rule, *what, self.resource, self.field, self.occurrence).fingerprint


Known: TypeAlias = "Mapping[Place, frozenset[str]]"
"""The digests that are known for each place, '' for one that was taken in without a key.

There may be several: a merge brings them, and so does history, in which a value changes.
"""


def place_of(finding: Finding) -> Place:
    """The place of a finding."""
    return Place(finding.location.path, finding.rule, finding.field, finding.resource, finding.occurrence)


def entries(known: Known) -> frozenset[tuple[Place, str]]:
    """What the file has on one line each."""
    return frozenset((place, digest) for place, digests in known.items() for digest in digests)


def is_named(resource: ResourceRef) -> bool:
    """Whether an object is known by its name wherever it stands; names that templates make are many objects' names."""
    return bool(resource.kind and resource.name) and "{{" not in resource.name


def growth(before: Known, after: Known) -> list[Place]:
    """The places at which a baseline would accept more than it does, in the order of the file.

    A place is more where nothing was known, and where another value is to be known (a digest that was not there). What
    has only moved to another file is no more: an entry that goes pays for one of the same rule, object and field.
    """
    more = [place for place, digests in after.items() if place not in before or _is_exchanged(before[place], digests)]
    left = Counter(place._replace(path="") for place in before.keys() - after.keys() if is_named(place.resource))
    grown = []
    for place in sorted(more):
        moved = place._replace(path="")
        if place in before or not left[moved]:
            grown.append(place)
        else:
            left[moved] -= 1
    return grown


def _is_exchanged(before: frozenset[str], after: frozenset[str]) -> bool:
    return "" not in before and bool(after - before)


def write_baseline(known: Known) -> str:
    """The whole file. The same entries give the same text, in whatever order they come."""
    import json

    lines = "".join(f"    {json.dumps(_fields(*entry))},\n" for entry in sorted(entries(known)))
    return f'{{\n  "version": {VERSION},\n  "entries": [\n{lines}    {{}}\n  ]\n}}\n'


def parse_json(data: bytes, path: str) -> Any:
    """The content of a file that must be JSON without duplicate keys. Raises ConfigurationError."""
    import json

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise ConfigurationError("it is not JSON", place=place, hint=_HINT) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise ConfigurationError("it is not JSON", place=path, hint=_HINT) from None


def read_baseline(content: Any, path: str) -> Known:
    """What a parsed file says. Raises ConfigurationError where there is anything in it that has no place there."""
    if not isinstance(content, dict) or not isinstance(content.get("entries"), list):
        raise ConfigurationError("it is not a baseline", place=path, hint="name another file, or none")
    if content.get("version") != VERSION:
        raise ConfigurationError("it is a baseline of another version", place=path, hint="update sealwright")
    if len(content) != 2:
        raise ConfigurationError("it holds more than a baseline does", place=path, hint=_HINT)
    known: dict[Place, frozenset[str]] = {}
    for number, fields in enumerate(content["entries"], 1):
        if fields == {}:
            continue
        if not _is_entry(fields):
            raise ConfigurationError(f"its entry {number} is malformed", place=path, hint=_HINT)
        place = _place(fields)
        known[place] = known.get(place, frozenset()) | {fields.get("hmac", "")}
    return known


def _fields(place: Place, digest: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"path": place.path, "rule": place.rule}
    resource = {name: getattr(place.resource, attribute) for name, attribute in _RESOURCE.items()}
    if any(resource.values()):
        fields["resource"] = {name: value for name, value in resource.items() if value}
    if place.field:
        fields["field"] = place.field
    if place.occurrence:
        fields["occurrence"] = place.occurrence
    fields["fingerprint"] = place.fingerprint
    if digest:
        fields["hmac"] = digest
    return fields


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found = list(pairs)
    keys = dict(found)
    if len(keys) != len(found):
        raise ValueError("a duplicate key")
    return keys


def _is_entry(fields: Any) -> bool:
    if not isinstance(fields, dict) or not fields.keys() <= _KEYS:
        return False
    resource, occurrence = fields.get("resource", {}), fields.get("occurrence", 0)
    if not isinstance(resource, dict) or not resource.keys() <= _RESOURCE.keys() or type(occurrence) is not int:
        return False
    texts = (fields.get("path"), fields.get("rule"), fields.get("field", ""), *resource.values())
    return all(_is_text(text) for text in texts) and all(_is_digest(text) for text in _digests(fields))


def _digests(fields: dict[str, Any]) -> Iterator[Any]:
    yield fields.get("fingerprint")
    if "hmac" in fields:
        yield fields["hmac"]


def _is_text(text: Any) -> bool:
    """A text that has bytes: what stands for a byte of a name that is not UTF-8 has, other lone surrogates do not."""
    if not isinstance(text, str):
        return False
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _is_digest(text: Any) -> bool:
    return isinstance(text, str) and _DIGEST.match(text) is not None


def _place(fields: dict[str, Any]) -> Place:
    ref = ResourceRef(**{_RESOURCE[name]: value for name, value in fields.get("resource", {}).items()})
    return Place(fields["path"], fields["rule"], fields.get("field", ""), ref, fields.get("occurrence", 0))
