"""Whole pages as text: a golden one, what a run says, what a browser may load. tests/browser looks at them."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from browser import inventories
from browser.inventories import finding, where
from support import ROOT, Repository, run_program
from unit.report.html.test_markup import Seen

from sealwright.errors import ExitCode
from sealwright.finding import Outcome, Problem, ResourceRef, Status, Verdict
from sealwright.inventory.controls import controls
from sealwright.inventory.model import Control, Inventory
from sealwright.report.base import Reported, Style, Summary
from sealwright.report.html.page import inventory_page
from sealwright.report.html.reporter import HtmlReporter

GOLDEN = ROOT / "tests" / "golden" / "report" / "page.html"


def without_own(page: str) -> str:
    """The page without its style and its script, and broken into lines."""
    page = re.sub(r"(<(style|script)>).*?(</\2>)", r"\1\3", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[\w+/=]+", "sha256-", page)
    page = re.sub(r"sealwright \d[\w.]*", "sealwright VERSION", page)
    return re.sub(
        r"(?<=>)(?=<(?:section|div|details|table|tr|li|dl|h[1-6]|figure|p|pre|svg|nav|main|footer)\b)", "\n", page
    )


def test_a_whole_page() -> None:
    """To accept a change on purpose: UPDATE_GOLDEN=1, then look at the page in a browser."""
    page = without_own(inventory_page(inventories.small()))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="\n")
    assert page == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("make", [inventories.large, inventories.empty, inventories.hostile])
def test_the_policy_lets_in_this_style_and_this_script_and_nothing_else(make: Callable[[], Inventory]) -> None:
    page = inventory_page(make())
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    own = f"style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:"
    assert [text.replace("&#x27;", "'") for text in policy] == [
        f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    ]
    assert page.index("Content-Security-Policy") < page.index("<title>")
    names = {name for _, attributes in Seen(page).tags for name, _ in attributes}
    assert {name for name in names if name.startswith("on") or name in ("style", "src", "action")} == set()


def test_ids_are_there_once_and_links_lead_somewhere() -> None:
    page = inventory_page(inventories.large())
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]*)"', page)) <= set(ids)


def test_every_class_has_its_style() -> None:
    pages = "".join(
        inventory_page(make()) for make in (inventories.large, inventories.unread, lambda: inventories.many(3000))
    )
    style = (ROOT / "src" / "sealwright" / "report" / "html" / "page.css").read_text(encoding="utf-8")
    body = pages.replace(style, "")
    used = {name for names in re.findall(r' class="([^"]*)"', body) for name in names.split()}
    plain = {"plot"}
    assert {name for name in used if f".{name}" not in style} <= plain


REF = ResourceRef("", "SealedSecret", "shop", "db")
FAILS = Verdict(where("s.yaml", 4), REF, "password", Outcome.FAILS, "the name was changed after sealing")
OPENS = FAILS._replace(outcome=Outcome.OPENS, reason="")
UNKNOWN = OPENS._replace(outcome=Outcome.UNKNOWN)
FOUND = finding("db.yaml", 9)


def report(*results: Reported, style: Style | None = None, summary: Mapping[str, Any] | None = None) -> str:
    reporter = HtmlReporter(style or Style())
    assert [reporter.write(result) for result in results] == [""] * len(results)
    return reporter.finish(Summary(files=3)._replace(**(summary or {})))


@pytest.mark.parametrize(
    ("results", "summary", "said"),
    [
        ((), {}, "Nothing was found in 3 files."),
        ((Problem("a.yaml", "broken"),), {"problems": 1}, "Nothing was found in what could be checked."),
        ((FOUND,), {}, "1 finding."),
        ((FOUND._replace(status=Status.KNOWN),), {}, "Nothing was found in 3 files."),
        ((FAILS, OPENS), {"verifying": True, "verdicts": 2, "failed": 1}, "1 of 2 items does not open."),
        ((), {"verifying": True}, "No SealedSecret found in 3 files."),
        ((OPENS,), {"verifying": True, "verdicts": 1}, "1 item: all open."),
        ((UNKNOWN,), {"verifying": True, "verdicts": 1, "unknown": 1}, "1 of 1 item is neither proved nor refuted."),
        ((), {"gating": True}, "This may be merged."),
        (
            (FOUND, FAILS),
            {"gating": True, "code": ExitCode.FINDINGS},
            "This may not be merged: 1 finding, 1 sealed value that",
        ),
        ((Problem("a.yaml", "x"),), {"gating": True, "code": ExitCode.INCOMPLETE}, "not everything could be checked."),
        ((FOUND,), {"gating": True, "code": ExitCode.USAGE}, "a waiver does not count any more."),
    ],
)
def test_the_verdict_of_a_run(results: tuple[Reported, ...], summary: dict[str, object], said: str) -> None:
    (verdict,) = re.findall(r'<p class="verdict">(.*?)</p>', report(*results, summary=summary))
    assert said in verdict


def test_what_is_below_the_threshold_is_shown_but_does_not_stand_in_the_way() -> None:
    page = report(FOUND, style=Style(blocks=lambda _: False), summary={"gating": True})
    assert "This may be merged." in page
    assert "1 below the threshold" in page
    assert page.count("<mark>********</mark>") == 1


def test_problems_are_told_before_anything_else() -> None:
    problems = [Problem(f"broken-{number}.yaml", "it does not parse", number, 1, "mend it") for number in range(1, 8)]
    page = report(FOUND, *problems)
    assert page.index("7 problems") < page.index("broken-1.yaml:1") < page.index("How much is in clear?")
    assert all(problem.path in page for problem in problems)


SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData:\n  password: correct-horse-9\n"
)


@pytest.mark.parametrize("history", [False, True])
def test_a_scan_shows_the_line_without_its_value(tmp_path: Path, history: bool) -> None:
    repository = Repository.init(tmp_path / "shop")
    repository.write("apps/db.yaml", SECRET)
    repository.commit()
    options = ("--history", "HEAD") if history else ()
    done = run_program("sealwright", "scan", "--output", "html=report.html", *options, cwd=repository.path)
    page = repository.read("report.html").decode()
    assert done.returncode == 1
    assert "  password: <mark>********</mark>" in page
    assert "correct-horse" not in page
    assert "********" not in done.stdout.decode()  # what people read at a terminal stays as it was
    assert "<h1>shop</h1>" in page


def test_an_inventory_is_written_as_a_page(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path / "shop")
    repository.write("apps/db.yaml", SECRET)
    repository.commit()
    done = run_program("sealwright", "inventory", "--format", "html", cwd=repository.path)
    page = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "Take Secret shop/db out of clear" in page
    assert "  password: <mark>********</mark>" in page
    assert "correct-horse" not in page


def test_what_no_rule_could_look_at_is_not_called_clean() -> None:
    control = Control("pci", "8.6.2", ("WRK001",), silent=("WRK001",))
    page = inventory_page(inventories.empty()._replace(controls=(control, control._replace(silent=()))))
    assert "1 of 2 without a finding, 1 with nothing to look at" in page


def test_controls_are_in_the_order_of_their_numbers() -> None:
    numbers = ["8.6.2", "8.6.10", "12.3.3"]
    serving = controls((), {f"pci/{number}": ("GIT001",) for number in reversed(numbers)})
    page = inventory_page(inventories.empty()._replace(controls=serving))
    assert sorted(numbers, key=lambda number: page.index(f">{number}<")) == numbers


def test_a_shallow_clone_is_told_of() -> None:
    page = inventory_page(inventories.empty()._replace(notes=("This clone is shallow: `git fetch --unshallow`.",)))
    assert "This clone is shallow: <code>git fetch --unshallow</code>." in page
