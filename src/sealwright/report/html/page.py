"""The report on a whole repository: three answers on the first screen, and everything behind them below."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealwright.inventory.model import Held
from sealwright.report.base import Style
from sealwright.report.html.answers import BAD, GOOD, UNSURE, Answer, Verdict, about_tree, answer, step_answer, top
from sealwright.report.html.bar import bar
from sealwright.report.html.controls import controls_section
from sealwright.report.html.document import Section, document, title_of
from sealwright.report.html.findings import findings_section
from sealwright.report.html.first_step import first_step
from sealwright.report.html.held import held_section
from sealwright.report.html.places import places_section
from sealwright.report.html.progress import progress_section, sparkline
from sealwright.report.html.trend import trend
from sealwright.report.html.verdicts import verdicts_section
from sealwright.report.html.words import stands
from sealwright.report.html.worklists import certificates_section, rotation_section
from sealwright.report.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.inventory.model import Inventory
    from sealwright.policy.packs.model import Rule
    from sealwright.report.html.markup import Html

_NOTE = (
    "In clear is every Secret, or what becomes one, whose values can be read in the repository as it is; base64 is not "
    "encryption. The figures are about the commit and the files that are named at the top."
)


def inventory_page(inventory: Inventory, rules: Sequence[Rule] = ()) -> str:
    """The whole report as one HTML file that needs nothing else.

    `rules` are the policy rules that the findings are of; without them, those that come with the program are known.
    """
    about = about_tree(inventory.branch, inventory.commit, inventory.day, inventory.files, inventory.seconds)
    answers = (_in_clear(inventory), _progress(inventory), step_answer(first_step(inventory)))
    head = top(inventory.repository, about, _verdict(inventory), inventory.problems, answers)
    sections = [section for section in _sections(inventory, rules) if section.body]
    return document(title_of(inventory.repository, inventory.day), head, sections, _NOTE)


def _sections(inventory: Inventory, rules: Sequence[Rule]) -> Iterator[Section]:
    yield held_section(inventory)
    yield progress_section(inventory.progress, inventory.notes)
    yield findings_section(inventory.findings, rules, Style())
    yield rotation_section(inventory.rotations)
    if inventory.certificates:
        yield certificates_section(inventory.certificates, inventory.day)
    if inventory.stores or inventory.keys:
        yield places_section(inventory)
    if inventory.controls:
        yield controls_section(inventory.controls)
    if inventory.verdicts:
        yield verdicts_section(inventory.verdicts)


def _in_clear(inventory: Inventory) -> Html:
    counts = Counter(secret.held for secret in inventory.secrets)
    clear, whole = counts[Held.PLAINTEXT], len(inventory.secrets)
    share = f", {round(100 * clear / whole)}%" if clear else ""
    reason = f"of {plural(whole, 'secret')}{share}" if whole else "No secret was found"
    accepted = sum(secret.accepted and secret.held is Held.PLAINTEXT for secret in inventory.secrets)
    reason += f"; {accepted:,} of them accepted" if accepted else ""
    reason += "; there may be more in what could not be checked." if inventory.problems else "."
    mood = BAD if clear else UNSURE if _unsure(inventory) else GOOD
    drawing = bar(counts, whole, "All secrets")
    words = f"{clear:,}" if clear else "None seen" if _unsure(inventory) else "None"
    return answer(Answer("How much is in clear?", words, reason, drawing, mood, figure=True))


def _unsure(inventory: Inventory) -> bool:
    """Whether what was not found may be there."""
    return bool(inventory.problems) or not inventory.files


def _progress(inventory: Inventory) -> Html:
    found = trend(inventory.progress)
    return answer(Answer("Is it getting better?", found.answer, found.reason, sparkline(inventory.progress)))


def _verdict(inventory: Inventory) -> Verdict:
    """All of it in a sentence; what could not be checked comes first, since it makes the rest uncertain."""
    clear = sum(secret.held is Held.PLAINTEXT and not secret.accepted for secret in inventory.secrets)
    standing = sum(map(stands, inventory.findings))
    failing = sum(verdict.outcome.is_failure for verdict in inventory.verdicts)
    parts = [
        f"{plural(clear, 'secret')} in clear" if clear else "",
        f"{plural(standing, 'finding')} to deal with" if standing else "",
        f"{plural(failing, 'sealed value')} that will not open" if failing else "",
    ]
    said = ", ".join(filter(None, parts))
    if said:
        return Verdict(BAD, f"{said}.")
    if inventory.problems:
        return Verdict(UNSURE, "Nothing was found in what could be checked.")
    if not inventory.files:
        return Verdict(UNSURE, "No file was looked at.")
    return Verdict(GOOD, "Nothing stands against this repository.")
