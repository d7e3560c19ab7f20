"""Credentials in a chart's values, exchanged for the name of a Secret: the values go, `existingSecret` comes.

Exchanged is only what is certain: a chart that is known (`charts`), from a repository that is known, or that is here
itself and says how it takes a Secret (`local`), with all of its values in one place and every credential that it will
ask for written there. All else is reported with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.graph.fields import is_name, role_of
from sealwright.convert.helm.block import block_edit
from sealwright.convert.helm.charts import Unsure, chart_of, is_set, text_at
from sealwright.convert.layout import Unmovable
from sealwright.convert.merge_place import Place
from sealwright.convert.secret_facts import SecretFacts
from sealwright.convert.secret_model import Value
from sealwright.convert.yaml_words import word
from sealwright.finding import ResourceRef
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import FILL, Mapping, Scalar, Sequence, entries, lookup, mapping_at, resolve
from sealwright.manifest.resource import Resource
from sealwright.manifest.scalars import TooLarge, kind_of, to_plain
from sealwright.manifest.source import Source
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext
from sealwright.rewrite.edit import Edit, apply_edits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Mapping as MappingType
    from typing import TypeAlias

    from sealwright.convert.helm.charts import Chart, Field
    from sealwright.convert.helm.local import LocalChart
    from sealwright.convert.helm.sites import Site
    from sealwright.manifest.nodes import Node
    from sealwright.manifest.scalars import Plain

    _Sets: TypeAlias = list[tuple[tuple[str, ...], str]]

_KEY = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_CREDENTIAL = Pattern(r"(?i)(?:password|passwd|token|secretkey|apikey|api_key|access_?key|client_?secret|cookie)\Z")


class Exchange(NamedTuple):
    """`edits` of the object's file; `sets` is what they make of the object, as (way, text); `facts` is the Secret that
    is to be made.

    `fields` are the ways of the values that are gone, as people write them; `written` says under which name in the
    values that of each key stood.
    """

    edits: tuple[Edit, ...]
    sets: tuple[tuple[tuple[str, ...], str], ...]
    facts: SecretFacts
    fields: tuple[str, ...]
    written: MappingType[str, str]

    def __repr__(self) -> str:
        return f"Exchange({self.facts.name!r})"  # a text of values may hold others


class Left(NamedTuple):
    """A value that seems to be a credential and stays where it is: where it stands, and why it stays."""

    node: Node
    field: str
    reason: str


def exchanges(site: Site, local: LocalChart | None = None) -> list[Exchange]:
    """What exchanges the site's credentials for Secrets; without those of which not all is certain: see `left`.

    `local` is the chart itself, where it is in the repository: then its own values and templates tell, and it does not
    matter where it came from.
    """
    found = []
    for chart in _charts(site, local):
        try:
            done = _exchange(site, chart)
        except Unsure:
            continue
        found += [done] if done is not None else []
    return found if site.text is None else found[:1]  # the text is edited as a whole


def left(site: Site, local: LocalChart | None = None, gone: Collection[str] | None = None) -> Iterator[Left]:
    """Every value of the site that seems to be a credential, and why it is not exchanged; none where all are.

    `gone` are the ways of those that were exchanged, all that could be unless it is given.
    """
    if gone is None:
        gone = {field for done in exchanges(site, local) for field in done.fields}
    charts = _charts(site, local)
    reasons = {site.way + chart.holder: why for chart in charts if (why := _against(site, chart))}
    unknown = "it is not known how its chart takes a Secret, or where the chart is from"
    if local is not None:
        unknown = "the chart's own values and templates know no existing Secret for it"
    general = "nothing known takes it from a Secret" if charts else site.unsure or unknown
    for node, field in _credentials(site):
        if field not in gone:
            holder = tuple(field.split(".")[:-1])
            yield Left(node, field, reasons.get(holder) or next(iter(reasons.values()), general))


def after(resource: Resource, done: Iterable[Exchange]) -> Plain:
    """What the object must say after the exchanges. Raises TooLarge."""
    plain = to_plain(resource.node)
    for one in done:
        for way, text in one.sets:
            _put(plain, way, text)
    return plain


def _against(site: Site, chart: Chart) -> str:
    try:
        _exchange(site, chart)
    except Unsure as error:
        return str(error)
    return ""


def _charts(site: Site, local: LocalChart | None) -> list[Chart]:
    known = chart_of(site.chart, site.source, local.defaults if local is not None else None)
    if known is not None:
        return [known]
    return [chart for chart in local.charts if site.without.isdisjoint(chart.holder[:1])] if local is not None else []


def _exchange(site: Site, chart: Chart) -> Exchange | None:
    """None where there is nothing to exchange. Raises Unsure."""
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
    secret = f"{site.release}-{chart.suffix}"
    if not is_name(secret) or "$" in secret or FILL in secret:
        raise Unsure("the release has no name that a Secret could have")
    return _exchanged(site, chart, holder, written, secret)


def _exchanged(site: Site, chart: Chart, holder: Mapping, written: dict[str, Scalar], secret: str) -> Exchange:
    inner = site.text is not None
    resource = Resource(site.document, site.values, ResourceRef()) if inner and site.document else site.resource
    if not site.resource.document.exact or not resource.document.exact:
        raise Unsure("its document does not parse, or is a template")
    way = (*(() if inner else site.way), *chart.holder)
    used = [field for field in chart.fields if field.name in written]
    values = tuple(Value(_key(holder, field), _plaintext(written[field.name])) for field in used)
    if len({value.key for value in values}) < len(values):
        raise Unsure("two of its values would have one key")
    gone = [field for field in used if not field.stays]
    sets = [((*way, field.name), "") for field in gone] + [((*way, *chart.existing), secret)]
    edits = [Edit(written[field.name].start, written[field.name].end, '""') for field in gone]
    try:
        place = Place(resource)
        for field in used:
            place.entry(*way, field.name)
        edits.extend(_named(place, (*way, *chart.existing), secret))
        if inner:
            edits, sets = _in_text(site, edits, sets)
    except (Unmovable, TooLarge) as error:
        raise Unsure(f"its text cannot be kept: {error}") from None
    facts = SecretFacts(secret, site.namespace, "Opaque", False, {}, {}, values)
    shown = (".".join((*site.way, *chart.holder, field.name)) for field in gone)
    written_as = {value.key: field.name for value, field in zip(values, used, strict=True)}
    return Exchange(tuple(edits), tuple(sets), facts, tuple(shown), written_as)


def _in_text(site: Site, edits: list[Edit], sets: _Sets) -> tuple[list[Edit], _Sets]:
    """Edits of a text inside the object, as one of the object's file. Raises Unmovable."""
    if site.text is None or site.scalar is None or site.document is None:
        raise Unmovable("a text")
    text = apply_edits(site.text.text, edits)
    plain = to_plain(site.values)
    for way, value in sets:
        _put(plain, way, value)
    again = [one for one in read_documents(Source(site.text.path, text)) if one.root is not None]
    if len(again) != 1 or again[0].root is None or not again[0].exact or to_plain(again[0].root) != plain:
        raise Unmovable("the layout of the values")
    return [block_edit(site.resource.document.source, site.scalar, text)], [(site.way, text)]


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
            if holder is site.values and name in site.without:
                continue
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
