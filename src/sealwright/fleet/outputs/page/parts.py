"""The parts of the page: repositories, owners, rules, ages, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.finding import Confidence, Finding, Location, Position, Severity
from sealwright.fleet.outputs.page.names import LABELS, name, plain_bar, severity_bar, short
from sealwright.fleet.outputs.text import repositories
from sealwright.report.html.document import Section
from sealwright.report.html.markup import Html, code, joined, path, prose, tag, unbroken
from sealwright.report.html.rules import KnownRules
from sealwright.report.html.table import Column, long_table, table
from sealwright.report.html.words import left_out
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.fleet.tally import Standing, Tally

_MOST_GROUPS = 300
_ROOM = 2_000_000
"""Characters for the rows of repositories: the page stays below 3 MB."""
_EVERYTHING = "The formats jsonl and repositories have all of them."
_REPOSITORIES = (
    Column("Repository"),
    *(Column(title, number=True) for title in ("Failing", *(label.capitalize() for label in LABELS))),
    Column("Past only", number=True),
    Column("Since"),
    Column("The worst of it"),
)
_NOWHERE = Position(1, 1)


def repositories_section(worst: Sequence[Standing], summary: Mapping[str, Any]) -> Section:
    """The worst first, as many as there is room for."""
    failing = summary["repositories"]["failing"]
    title = "Repositories, the worst first"
    if not worst:
        return Section("repositories", title, tag("p", "Nothing that fails was found in any of them."), "0")
    rows: list[list[str]] = []
    room = _ROOM
    used = [label for label in LABELS if summary["failing_by_severity"].get(label)]
    columns = [column for column in _REPOSITORIES if column.title.lower() not in LABELS or column.title.lower() in used]
    most = max(standing.failing for standing in worst)
    for standing in worst:
        row = _repository(standing, used, most)
        room -= sum(map(len, row)) + 40 * len(row)
        if room < 0:
            break
        rows.append(row)
    weights = "One critical finding weighs as much as four high, thirteen medium or forty low ones."
    parts = (tag("p", weights), long_table("Repositories with findings that fail, the worst first", columns, rows))
    more = failing - len(rows)
    words = f"{repositories(more)} more not shown here: this page shows {len(rows):,}. {_EVERYTHING}"
    rest = tag("p", words, class_="left-out") if more else ""
    return Section("repositories", title, joined((*parts, rest)), f"{failing:,}")


def _repository(standing: Standing, used: Sequence[str], most: int) -> list[str]:
    errors = tag("span", " not read as a whole", class_="unsure") if standing.errors else Html()
    examples = (
        tag("li", code(short(finding["rule"])), " ", path(f"{short(finding['path'])}:{finding['start']['line']}"))
        for finding in standing.worst
    )
    drawing = severity_bar(standing.counts, most, "Findings")
    return [
        joined((name(standing.name), errors)),
        f"{standing.failing:,}",
        *(f"{standing.counts[label]:,}" if standing.counts.get(label) else "" for label in used),
        f"{standing.past:,}" if standing.past else "",
        unbroken(standing.since) if standing.since else "",
        joined((drawing, tag("ul", *examples))),
    ]


def owners_section(tally: Tally, summary: Mapping[str, Any]) -> Section:
    """Whose findings they are, by CODEOWNERS of each repository."""
    title, owners = "By owner", summary["owners"]
    if not owners:
        words = "No repository with findings says in a CODEOWNERS file whose they are."
        return Section("owners", title, tag("p", words), "0")
    most = max(summary["unowned"], *(group["findings"] for group in owners.values()))
    rows = [_group(name(owner), group, most) for owner, group in list(owners.items())[:_MOST_GROUPS]]
    if summary["unowned"]:
        rows.append(
            [tag("span", "nobody"), f"{summary['unowned']:,}", "", plain_bar(summary["unowned"], most, "Nobody")]
        )
    columns = (Column("Owner"), Column("Findings", number=True), Column("Repositories", number=True), Column("Share"))
    note = "A file with several owners counts for each of them."
    rest = left_out(min(len(owners), _MOST_GROUPS), len(tally.owners), "owner", _EVERYTHING)
    parts = (tag("p", note), long_table("Findings that fail by owner", columns, rows), rest)
    return Section("owners", title, joined(parts), f"{len(tally.owners):,}")


def rules_section(tally: Tally, summary: Mapping[str, Any]) -> Section:
    """Which rules they are of."""
    rules = summary["rules"]
    if not rules:
        return Section("rules", "By rule", tag("p", "No rule has failed."), "0")
    shown = list(rules.items())[:_MOST_GROUPS]
    known = KnownRules((), (_of_rule(rule) for rule, _ in shown))
    most = max(group["findings"] for group in rules.values())
    rows = []
    for rule, group in shown:
        about = joined((code(short(rule)), " ", tag("span", prose(known.title(rule)), class_="aside")))
        rows.append(_group(about, group, most))
    columns = (Column("Rule"), Column("Findings", number=True), Column("Repositories", number=True), Column("Share"))
    rest = left_out(len(shown), len(tally.rules), "rule", _EVERYTHING)
    parts = (long_table("Findings that fail by rule", columns, rows), rest)
    return Section("rules", "By rule", joined(parts), f"{len(tally.rules):,}")


def ages_section(summary: Mapping[str, Any]) -> Section:
    """How long they have been there, and whether a tip still has them."""
    ages = {age: count for age, count in summary["ages"].items() if count}
    tip, past = summary["at_tip"], summary["past"]
    copies = " Whoever has a copy has these as well: change the values." if past else ""
    words = f"{tip:,} still at a tip, {past:,} only in the past.{copies}"
    if not ages.keys() - {"unknown"}:
        unknown = "How long they have been there is not known: this run did not look at histories."
        return Section("ages", "By age", joined((tag("p", words), tag("p", unknown))))
    most = max(ages.values())
    rows = [[tag("span", age), f"{count:,}", plain_bar(count, most, age)] for age, count in ages.items()]
    columns = (Column("There for"), Column("Findings", number=True), Column("Share"))
    return Section("ages", "By age", joined((tag("p", words), table("Findings that fail by age", columns, rows))))


def errors_section(tally: Tally, summary: Mapping[str, Any]) -> Section:
    """What could not be read, with why."""
    number = summary["repositories"]["with_errors"]
    rows = [
        [
            name(repository),
            name(_place(error)) if _place(error) else "",
            joined((prose(short(error["message"])), _hint(error))),
        ]
        for repository, error in tally.errors
    ]
    columns = (Column("Repository"), Column("Place"), Column("Why"))
    rest = left_out(len(rows), tally.error_count, "problem", "The format repositories has all of them.")
    words = f"{repositories(number).capitalize()} could not be read as a whole; there may be more in them."
    parts = (tag("p", words), long_table("What could not be read", columns, rows), rest)
    return Section("errors", "Could not be read", joined(parts), f"{number:,}")


def _place(error: Mapping[str, Any]) -> str:
    """A file; not what stands for the whole repository."""
    place = error.get("path") or ""
    return "" if place == "." else f"{place}:{error['line']}" if error.get("line") else str(place)


def _hint(error: Mapping[str, Any]) -> Html:
    return tag("span", " ", prose(short(error["hint"])), class_="hint") if error.get("hint") else Html()


def _group(about: Html, group: Mapping[str, int], most: int) -> list[str]:
    number = group["findings"]
    return [about, f"{number:,}", f"{group['repositories']:,}", plain_bar(number, most, plural(number, "finding"))]


def _of_rule(rule: str) -> Finding:
    """What the titles of rules are asked with."""
    return Finding(rule, Severity.INFO, Confidence.CERTAIN, Location("", _NOWHERE, _NOWHERE), "")
