"""Credentials in a chart's values, exchanged for the name of a Secret: the values go, `existingSecret` comes.

Exchanged is only what is certain: a chart that is known (`charts`), from a repository that is known, with all of its
values in one place and every credential that it will ask for written there. All else is reported with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.fields import is_name, role_of
from sealwright.convert.helm.charts import Unsure, chart_of, is_set, text_at
from sealwright.convert.layout import Unmovable
from sealwright.convert.merge_place import Place
from sealwright.convert.secret_facts import SecretFacts
from sealwright.convert.secret_model import Value
from sealwright.convert.yaml_words import word
from sealwright.manifest.nodes import FILL, Mapping, Scalar, Sequence, entries, lookup, mapping_at, resolve
from sealwright.manifest.scalars import TooLarge, kind_of, to_plain
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.rewrite.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.helm.charts import Chart, Field
    from sealwright.convert.helm.sites import Site
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.scalars import Plain

_KEY = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_CREDENTIAL = Pattern(r"(?i)(?:password|passwd|token|secretkey|apikey|api_key|access_?key|client_?secret|cookie)\Z")


class Exchange(NamedTuple):
    """`edits` of the object's file; `plain` is the object that must come out; `facts` is the Secret that is to be made.

    `fields` are the ways of the values that are gone, as people write them.
    """

    edits: tuple[Edit, ...]
    plain: Plain
    facts: SecretFacts
    fields: tuple[str, ...]


class Left(NamedTuple):
    """A value that seems to be a credential and stays where it is: where it stands, and why it stays."""

    node: Node
    field: str
    reason: str


def exchange(site: Site, *, name: str = "", defaults: Mapping | None = None) -> Exchange | None:
    """What exchanges the site's credentials for a Secret; None where there is none, or not all is certain: see `left`.

    `name` is that of the Secret, the release's with `-auth` unless it is given. `defaults` are the chart's own values,
    where the chart is in the repository: then they must have the fields, and it does not matter where it came from.
    """
    try:
        return _exchange(site, name, defaults)
    except Unsure:
        return None


def left(site: Site, *, defaults: Mapping | None = None) -> Iterator[Left]:
    """Every value of the site that seems to be a credential, and why it is not exchanged; none where all are."""
    try:
        done = _exchange(site, "", defaults)
        gone, reason = frozenset(done.fields) if done else frozenset(), "nothing known takes it from a Secret"
    except Unsure as error:
        gone, reason = frozenset(), str(error)
    yield from (Left(node, field, reason) for node, field in _credentials(site) if field not in gone)


def _exchange(site: Site, name: str, defaults: Mapping | None) -> Exchange | None:
    chart = chart_of(site.chart, site.source, defaults)
    if chart is None:
        raise Unsure(site.unsure or "it is not known how its chart takes a Secret, or where the chart is from")
    holder = mapping_at(site.values, *chart.holder) if chart.holder else site.values
    written = {field.name: node for field in chart.fields if (node := _literal(holder, field)) is not None}
    if holder is None or all(field.stays for field in chart.fields if field.name in written):
        return None
    if site.unsure:
        raise Unsure(site.unsure)
    if is_set(holder, *chart.existing):
        raise Unsure(f"`{'.'.join(chart.existing)}` names a Secret already: the chart does not read the value")
    needed = chart.needed(site.values)
    missing = sorted(needed - written.keys())
    if missing:
        raise Unsure(f"the chart asks for `{missing[0]}`, too, which is not written here")
    secret = name or f"{site.release}-auth"
    if not is_name(secret) or "$" in secret or FILL in secret:
        raise Unsure("the release has no name that a Secret could have")
    return _exchanged(site, chart, holder, written, secret)


def _exchanged(site: Site, chart: Chart, holder: Mapping, written: dict[str, Scalar], secret: str) -> Exchange:
    if not site.resource.document.exact:
        raise Unsure("its document does not parse, or is a template")
    way = (*site.way, *chart.holder)
    used = [field for field in chart.fields if field.name in written]
    values = tuple(Value(_key(holder, field), _plaintext(written[field.name])) for field in used)
    if len({value.key for value in values}) < len(values):
        raise Unsure("two of its values would have one key")
    gone = [written[field.name] for field in used if not field.stays]
    edits = [Edit(node.start, node.end, '""') for node in gone]
    try:
        place = Place(site.resource)
        for field in used:
            place.entry(*way, field.name)
        edits.extend(_named(place, (*way, *chart.existing), secret))
        plain = to_plain(site.resource.node, {id(node): "" for node in gone})
    except (Unmovable, TooLarge) as error:
        raise Unsure(f"its text cannot be kept: {error}") from None
    _put(plain, (*way, *chart.existing), secret)
    facts = SecretFacts(secret, site.namespace, "Opaque", False, {}, {}, values)
    shown = (".".join((*way, field.name)) for field in used if not field.stays)
    return Exchange(tuple(edits), plain, facts, tuple(shown))


def _named(place: Place, way: tuple[str, ...], secret: str) -> Iterator[Edit]:
    entry = place.entry(*way)
    if entry is None:
        yield from place.put(way[:-1], {way[-1]: secret})
        return
    node = entry[1]
    if not isinstance(node, Scalar) or node.anchor or node.tag or node.start == node.end or node.style in {"|", ">"}:
        raise Unmovable(f"what stands at `{way[-1]}`")
    written = place.manner.quoted(secret) if node.style == '"' or place.resource.node.flow else word(secret)
    yield Edit(node.start, node.end, written)


def _put(plain: Plain, way: tuple[str, ...], secret: str) -> None:
    for step in way[:-1]:
        if not isinstance(plain, dict):
            return
        below = plain.get(step)
        if not isinstance(below, dict):
            below = plain[step] = {}
        plain = below
    if isinstance(plain, dict):
        plain[way[-1]] = secret


def _key(holder: Mapping, field: Field) -> str:
    key = (text_at(holder, *field.renamed_by) if field.renamed_by else "") or field.key
    if not _KEY.match(key):
        raise Unsure(f"`{'.'.join(field.renamed_by)}` is no key that a Secret could have")
    return key


def _literal(holder: Mapping | None, field: Field) -> Scalar | None:
    node = lookup(holder, field.name) if holder is not None else None
    if not isinstance(node, Scalar) or not node.value or kind_of(node) in {"null", "boolean"}:
        return None
    return node


def _plaintext(node: Scalar) -> Plaintext:
    if kind_of(node) != "string" or node.tag or node.anchor or node.style in {"|", ">"}:
        raise Unsure("a credential is not a plain string of one line")
    if FILL in node.value or "{{" in node.value or "${" in node.value:
        raise Unsure("a credential is made by a template")
    return Plaintext(node.value.encode("utf-8", "surrogatepass"))


def _credentials(site: Site) -> Iterator[tuple[Scalar, str]]:
    """Texts under names that promise a credential, with the way to each."""
    seen: set[int] = set()
    stack: list[tuple[Mapping, tuple[str, ...]]] = [(site.values, site.way)]
    while stack:
        holder, way = stack.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for name, _, value in entries(holder):
            target = resolve(value)
            if isinstance(target, Mapping):
                stack.append((target, (*way, name)))
            elif isinstance(target, Sequence):
                stack += [(item, (*way, f"{name}[{number}]")) for number, item in _listed(target)]
            elif _promises(name) and _is_written(target):
                yield target, ".".join((*way, name))


def _listed(sequence: Sequence) -> Iterator[tuple[int, Mapping]]:
    for number, item in enumerate(sequence.items):
        target = resolve(item)
        if isinstance(target, Mapping):
            yield number, target


def _is_written(node: Scalar) -> bool:
    """Whether a value stands there, rather than nothing, a switch, or something that is filled in elsewhere."""
    made_elsewhere = FILL in node.value or "{{" in node.value or "${" in node.value or node.value.startswith("<path:")
    return bool(node.value) and kind_of(node) not in {"null", "boolean"} and not made_elsewhere


def _promises(name: str) -> bool:
    return _CREDENTIAL.search(name) is not None and (role_of(name) is None or name.lower().endswith("clientsecret"))
