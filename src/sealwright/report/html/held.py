"""How each secret is held: all of them, by environment and namespace, and one by one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.inventory.model import Held
from sealwright.report.html.bar import bar
from sealwright.report.html.document import Section
from sealwright.report.html.markup import Html, joined, tag, unbroken
from sealwright.report.html.table import Column, table
from sealwright.report.html.words import HELD, HELD_AT_LENGTH, left_out, listed, named, place, present, swatch
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.inventory.model import Inventory, Key, Secret

_MOST_ROWS = 300
_MOST_SECRETS = 2000
_OF_ID = 20
_COLUMNS = (
    Column("Secret"),
    Column("Held"),
    Column("Environment"),
    Column("Values", number=True),
    Column("Values live in"),
    Column("Used by"),
    Column("So since"),
    Column("Place"),
)


def held_section(inventory: Inventory) -> Section:
    """The totals, the matrix, and the list of all secrets behind a summary."""
    secrets = inventory.secrets
    if not secrets:
        return Section("held", "How secrets are held", tag("p", "No secret was found."), "0")
    counts = Counter(secret.held for secret in secrets)
    ways = present([counts])
    body = joined((_totals(counts, ways), _matrix(secrets, ways), _every(secrets, inventory.keys)))
    return Section("held", "How secrets are held", body, f"{len(secrets):,}")


def _totals(counts: Counter[Held], ways: Sequence[Held]) -> Html:
    whole = sum(counts.values())
    terms = (
        tag(
            "div",
            tag("dt", swatch(held), HELD[held]),
            tag("dd", tag("b", f"{counts[held]:,}"), tag("span", f" {HELD_AT_LENGTH[held]}")),
        )
        for held in ways
    )
    return joined((bar(counts, whole, "All secrets"), tag("dl", *terms, class_="key-list")))


def _matrix(secrets: Sequence[Secret], ways: Sequence[Held]) -> Html:
    cells: dict[str, dict[str, Counter[Held]]] = {}
    for secret in secrets:
        namespaces = cells.setdefault(secret.environment, {})
        namespaces.setdefault(secret.ref.namespace, Counter())[secret.held] += 1
    most = max(sum(counts.values()) for namespaces in cells.values() for counts in namespaces.values())
    bodies, rows = [], 0
    for environment, namespaces in sorted(cells.items()):
        shown = sorted(namespaces.items())[: max(_MOST_ROWS - rows, 0)]
        rows += len(shown)
        if shown:
            bodies.append(_environment(environment, namespaces, shown, ways, most, alone=len(cells) == 1))
    head = tag(
        "tr",
        tag("th", "Namespace", scope="col"),
        *(tag("th", tag("span", HELD[held]), scope="col", class_="number") for held in ways),
        tag("th", tag("span", "All"), scope="col", class_="number"),
        tag("th", tag("span", "Shares", class_="unseen"), scope="col", class_="bar-cell"),
    )
    caption = tag("caption", "Secrets by environment and namespace")
    total = sum(map(len, cells.values()))
    rest = left_out(rows, total, "namespace", "The JSON format has all of them.")
    return joined((tag("table", caption, tag("thead", head), *bodies, class_="matrix"), rest))


def _environment(  # noqa: PLR0913 - a row of groups knows its group, its columns and its scale
    environment: str,
    namespaces: dict[str, Counter[Held]],
    shown: Sequence[tuple[str, Counter[Held]]],
    ways: Sequence[Held],
    most: int,
    *,
    alone: bool,
) -> Html:
    rows = [
        _row(tag("th", namespace or "no namespace", scope="row"), counts, ways, bar(counts, most, namespace))
        for namespace, counts in shown
    ]
    if not (alone and not environment):
        whole = sum(namespaces.values(), Counter[Held]())
        name = tag("th", environment or "no environment", scope="rowgroup")
        rows.insert(0, _row(name, whole, ways, Html(), group=True))
    return tag("tbody", *rows)


def _row(name: Html, counts: Counter[Held], ways: Sequence[Held], drawing: Html, *, group: bool = False) -> Html:
    numbers = (tag("td", f"{counts[held]:,}", class_=_number(held, counts[held])) for held in ways)
    total = tag("td", f"{sum(counts.values()):,}", class_="number")
    return tag("tr", name, *numbers, total, tag("td", drawing, class_="bar-cell"), class_="group" if group else None)


def _number(held: Held, number: int) -> str:
    return "number zero" if not number else "number clear" if held is Held.PLAINTEXT else "number"


def _every(secrets: Sequence[Secret], keys: Sequence[Key]) -> Html:
    order = list(Held)
    ordered = sorted(secrets, key=lambda one: (order.index(one.held), one.environment, one.ref.namespace, one.ref.name))
    shown = ordered[:_MOST_SECRETS]
    known = {key.id: key for key in keys}
    rows = table("Every secret", _COLUMNS, (_secret(secret, known) for secret in shown))
    rest = left_out(len(shown), len(ordered), "secret", "The JSON format has all of them.")
    return tag("details", tag("summary", f"Every secret ({len(secrets):,})"), rows, rest, class_="every")


def _secret(secret: Secret, keys: Mapping[str, Key]) -> list[str]:
    return [
        named(secret.ref) or tag("span", "values in a file"),
        tag("span", swatch(secret.held), HELD[secret.held], class_="unbroken"),
        secret.environment,
        f"{len(secret.items):,}",
        _home(secret, keys),
        _consumers(secret),
        unbroken(secret.since),
        place(secret.location),
    ]


def _home(secret: Secret, keys: Mapping[str, Key]) -> Html:
    """Its store and its key, the latter by name or by the beginning of its id: the list of keys has all of it."""
    key = keys[secret.key].name if secret.key in keys else ""
    key = key or secret.key[:_OF_ID] + ("…" if len(secret.key) > _OF_ID else "")
    return listed(filter(None, (secret.store, key)))


def _consumers(secret: Secret) -> str:
    objects = list(dict.fromkeys(consumer.ref for consumer in secret.consumers))
    if not objects:
        return ""
    rest = f" and {plural(len(objects) - 2, 'other')}" if len(objects) > 2 else ""
    return joined((joined(map(named, objects[:2]), ", "), rest))
