"""The inventory for people at a terminal: how much is in clear, by environment; then every secret, the worst first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.inventory.model import Held
from sealwright.report.days import SOON, days_between
from sealwright.report.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.inventory.model import Inventory, Secret

_MOST = {Held.PLAINTEXT: 60}
_USUALLY = 20
"""Lines for each way of holding; JSON has all."""
_NAMES = 4
HEADINGS = {
    Held.PLAINTEXT: "in clear",
    Held.REFERENCE: "filled in when it is deployed",
    Held.SOPS: "encrypted in the file",
    Held.SEALED: "opened by its cluster alone",
    Held.EXTERNAL: "in a store, fetched",
    Held.CSI: "in a store, mounted",
}


def inventory_text(inventory: Inventory) -> str:
    """The whole report. Names from the repository cannot disturb a terminal."""
    parts = [_first(inventory), *_table(inventory.secrets), *_lists(inventory), *_rest(inventory)]
    return "".join(f"{printable(line)}\n" for line in parts)


def _first(inventory: Inventory) -> str:
    clear = sum(secret.held is Held.PLAINTEXT for secret in inventory.secrets)
    files = plural(inventory.files, "file")
    if not inventory.secrets:
        return f"{inventory.repository}: no secrets in {files}."
    least = "at least " if inventory.problems else ""
    accepted = sum(secret.accepted for secret in inventory.secrets)
    more = f", {accepted:,} of them accepted" if accepted else ""
    count = plural(len(inventory.secrets), "secret")
    return f"{inventory.repository}: {count} in {files}, {least}{clear:,} in clear{more}."


def _table(secrets: Sequence[Secret]) -> Iterator[str]:
    counts = Counter((secret.environment, secret.held) for secret in secrets)
    environments = sorted({environment for environment, _ in counts}, key=lambda name: (not name, name))
    shown = [held for held in Held if any(secret.held is held for secret in secrets)]
    if not shown:
        return
    names = [name or "(not known)" for name in environments]
    width = max(map(len, ["environment", *names]))
    yield ""
    yield f"  {'environment':<{width}}" + "".join(f"  {held.value:>9}" for held in shown)
    for name, environment in zip(names, environments, strict=True):
        cells = (counts[environment, held] for held in shown)
        yield f"  {name:<{width}}" + "".join(f"  {count or '.':>9}" for count in cells)


def _lists(inventory: Inventory) -> Iterator[str]:
    for held in Held:
        found = [secret for secret in inventory.secrets if secret.held is held]
        if not found:
            continue
        yield ""
        yield f"{held.value}: {HEADINGS[held]}"
        most = _MOST.get(held, _USUALLY)
        for secret in found[:most]:
            yield f"  {_line(secret)}"
        if len(found) > most:
            yield f"  and {len(found) - most:,} more: --format json has them all"


def _line(secret: Secret) -> str:
    what = str(secret.ref) if secret.ref.kind else "values"
    parts = [f"{secret.location.path}:{secret.location.start.line}", what, _some(item.key for item in secret.items)]
    if secret.store:
        parts.append(f"from {secret.store}")
    if secret.consumers:
        parts.append(f"used by {_some(str(consumer.ref) for consumer in secret.consumers)}")
    return "  ".join(filter(None, parts))


def _some(names: Iterable[str]) -> str:
    """The first of them, each once, and how many more there are."""
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - _NAMES:,} more" if len(found) > _NAMES else ""
    return f"{', '.join(found[:_NAMES])}{more}"


def _rest(inventory: Inventory) -> Iterator[str]:
    past = [rotation for rotation in inventory.rotations if not rotation.at_tip]
    if past:
        yield ""
        yield f"{plural(len(past), 'value')} can still be read in the history, though not in the files: rotate them"
        for rotation in past[:_USUALLY]:
            what = f"{rotation.ref}  " if rotation.ref.kind else ""
            yield f"  {rotation.path}  {what}{rotation.field}  seen in clear {rotation.since} to {rotation.until}"
        if len(past) > _USUALLY:
            yield f"  and {len(past) - _USUALLY:,} more: --format json has them all"
    yield from _ending(inventory)
    yield from _progress(inventory)
    yield from _problems(inventory)


def _progress(inventory: Inventory) -> Iterator[str]:
    """How many were in clear at some days of the past."""
    if len(inventory.progress) > 1:
        yield ""
        yield "in clear over time"
        for point in inventory.progress:
            whole = sum(point.counts.values())
            yield f"  {point.day}  {point.commit[:8]:<8}  {point.counts.get(Held.PLAINTEXT, 0):>5,} of {whole:,}"
    if inventory.notes:
        yield ""
        yield from inventory.notes


def _ending(inventory: Inventory) -> Iterator[str]:
    """Certificates that are over, or soon will be."""
    soon = [one for one in inventory.certificates if _is_soon(days_between(inventory.day, one.expires))]
    if soon:
        yield ""
        yield f"certificates that have expired, or will within {SOON} days"
        for one in sorted(soon, key=lambda one: one.expires):
            yield f"  {one.expires}  {one.purpose}  {one.subject}  {one.location.path}:{one.location.start.line}"


def _is_soon(days: int | None) -> bool:
    """Days from today; None for an end that is not known."""
    return days is not None and days <= SOON


def _problems(inventory: Inventory) -> Iterator[str]:
    if inventory.problems:
        yield ""
        yield f"{plural(len(inventory.problems), 'problem')}: there may be more secrets than are told of here"
        for problem in inventory.problems[:_USUALLY]:
            line = f":{problem.line}" if problem.line else ""
            yield f"  {problem.path}{line}: {problem.message}"
            if problem.hint:
                yield f"    hint: {problem.hint}"
        if len(inventory.problems) > _USUALLY:
            yield f"  and {len(inventory.problems) - _USUALLY:,} more: --format json has them all"
