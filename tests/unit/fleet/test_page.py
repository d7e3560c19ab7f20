"""The page of a run: what it says, that names do nothing in it, and that it does not grow with the fleet."""

from __future__ import annotations

import re

import pytest
from support import ROOT
from unit.fleet.made_runs import QUESTION, STARTED, account, entry, fleet, severe
from unit.report.html.test_markup import Seen

from sealwright.cli.outputs import write_whole
from sealwright.finding import Severity
from sealwright.fleet.model import Account
from sealwright.fleet.outputs.base import Look
from sealwright.fleet.outputs.page.telling import Page
from sealwright.fleet.summary import figures
from sealwright.fleet.tally import Tally
from sealwright.fleet.thresholds import Thresholds

DAY = 86400


def summary(accounts: list[Account], ago: int = 0, waiting: int = 0, **settings: object) -> dict[str, object]:
    tally = Tally(Thresholds(), started=STARTED)
    for position, one in enumerate(accounts):
        tally.add(position, one)
    question = QUESTION._replace(started=STARTED - ago * DAY, settings={"branches": False, **settings})
    return figures(question, len(accounts) + waiting, tally)


def page(accounts: list[Account], *earlier: dict[str, object], waiting: int = 0) -> str:
    telling = Page(Look(write_whole, started=STARTED, earlier=earlier))
    for position, one in enumerate(accounts):
        telling.add(position, one)
    return telling.finish(summary(accounts, waiting=waiting))


def words(markup: str) -> str:
    body = re.sub(r"<(style|script)>.*?</\1>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body.replace("<wbr>", "")))


def test_no_name_is_markup_or_seen_by_nobody() -> None:
    made = page(fleet(), summary(fleet()[:2], 30), waiting=2)
    tags = Seen(made).tags
    assert {name for name, _ in tags if name in ("img", "script", "a")} == {"script", "a"}
    names = {name for _, attributes in tags for name, _ in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src")}
    assert sum(name == "script" for name, _ in tags) == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800-\udfff]", made)
    ids = re.findall(r' id="([^"]*)"', made)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', made)) <= set(ids)


def test_every_class_has_its_style() -> None:
    made = page(fleet(), summary(fleet()[:2], 30), waiting=2)
    style = (ROOT / "src" / "sealwright" / "report" / "html" / "page.css").read_text(encoding="utf-8")
    used = {name for names in re.findall(r' class="([^"]*)"', made.replace(style, "")) for name in names.split()}
    assert {name for name in used if f".{name}" not in style} <= {"plot"}


def test_what_it_says() -> None:
    said = words(page(fleet(), summary(fleet()[:2], 30), waiting=2))
    for sentence in (
        "Secrets in 8 repositories",
        "7 findings in 3 of 6 repositories.",
        "Not everything could be checked: 4 repositories",
        "The run has not come to 2 repositories yet.",
        "3 more than on 22 August 2026, in 6 repositories more.",
        "6 still at a tip, 1 only in the past.",
        "github.com/shop/gone the repository could not be fetched.",
    ):
        assert sentence in said
    assert said.index("onerror") < said.index("github.com/shop/api") < said.index("github.com/shop/low")


@pytest.mark.parametrize(("accounts", "sentence"), [
    ([account("a"), account("b")], "Nothing was found in 2 repositories."),
    ([account("a"), account("b", errors=["x"])], "Nothing was found in what could be checked."),
    ([], "No repository was looked at."),
])  # fmt: skip
def test_without_findings(accounts: list[Account], sentence: str) -> None:
    assert sentence in words(page(accounts))


@pytest.mark.parametrize(("earlier", "answer"), [
    ([], "Not known"),
    ([summary([account("a", severe(Severity.HIGH, 9))], 40)], "Yes 8 fewer than on 12 August 2026."),
    ([summary([account("a")], 40)], "No 1 more than on 12 August 2026."),
    ([summary([account("a", severe(Severity.LOW))], 40)], "No change"),
    ([summary([account("a")], 40, rules="of another engine")], "No 1 more"),
    ([summary([account("a")], 40, history="--all")], "Not known"),
])  # fmt: skip
def test_is_it_getting_better(earlier: list[dict[str, object]], answer: str) -> None:
    assert f"Is it getting better? {answer}" in words(page([account("a", severe(Severity.HIGH))], *earlier))


def test_a_large_fleet_makes_a_page_that_opens() -> None:
    """Names as long as they can be, each character of them an escape: the worst come first, and the rest is counted."""
    long = "\u202e" * 3000
    findings = [entry(f"{long}{at}.yaml", rule=f"{long}{at}", owners=[f"@{at}{long}"]) for at in range(4)]
    accounts = [account(f"{long}{at}", findings, [long] * 5) for at in range(2000)]
    made = page(accounts)
    assert len(made.encode()) < 3_000_000
    shown = made.count("not read as a whole")
    assert 100 < shown <= 1000
    assert f"{2000 - shown:,} repositories more not shown here: this page shows {shown:,}." in words(made)
