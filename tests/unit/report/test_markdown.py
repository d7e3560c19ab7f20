"""Markdown: nothing that a manifest says acts in the page, and the page fits into a comment."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from unit.report.results import NASTY, blocking, finding, many, nasty, verdict, written

from sealwright.errors import ExitCode
from sealwright.finding import Finding, History, Outcome, Problem, Severity, Status
from sealwright.report.base import Reported, Style, Summary
from sealwright.report.markdown import LIMIT, MOST_ROWS
from sealwright.report.markdown_text import code, html_code, inline

COMMENT = 65_536


def report(*results: Reported, summary: Summary | None = None, style: Style | None = None) -> str:
    return written("markdown", iter(results), summary or Summary(gating=True, code=ExitCode.FINDINGS), style)


def tables(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("| ")]


PIECES = [*"ab`|\\<>@#[]()*_~$:!.-/ &;\n", "http://x", "www.x", "a@b.co", "`` ", "&lt;", "<!--", "-->", "</details>"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example(NASTY)
@example("x" * 9_999)
def test_text_stays_text(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for show in (inline, code, html_code):
        shown = show(text)
        assert "\n" not in shown
        assert len(shown) < 4_000
        page = reader.render(f"| a | b |\n|---|---|\n| {shown} | end |\n\n- **why** {shown} end\n")
        plain = re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL)
        tags = set(re.findall(r"</?(\w+|!--)", plain))
        assert tags <= {"table", "thead", "tr", "th", "tbody", "td", "ul", "li", "strong"}
        assert page.count("<td>") == 2
        assert page.count(" end</li>") == 1
        # What GitHub makes links and mentions of outside of code.
        assert not re.search(r"[@#$\[\]*_~]|://|www\.|:\w+:", re.sub(r"<[^>]*>", "", plain))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Secret shop/db keeps `password` in clear.", "Secret shop/db keeps `password` in clear."),
        ("(base64 is not encryption)", "(base64 is not encryption)"),
        ("use `data`, `stringData`.", "use `data`, `stringData`."),
        ("SC-8(1), AC-3; 8.3.2", "SC-8(1), AC-3; 8.3.2"),
        ("2,388 findings in 152 of 1,400 files: 2,386 high", "2,388 findings in 152 of 1,400 files: 2,386 high"),
        ("ask @admin", "ask `@admin`"),
        ("see http://x.org/a_b", "see `http://x.org/a_b`"),
        ("a <b>", "a `<b>`"),
        ("it's `a``b` here", "it's `a`<code>b</code> here"),
    ],
)
def test_plain_words_stay_readable(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_names_cannot_break_it() -> None:
    page = report(*nasty(), style=Style(proof=True))
    assert page.count("<!-- sealwright:gate -->") == 1
    for row in tables(page):
        assert row.count("|") in {3, 5}
        assert row.endswith(" |")
    # Nothing but our own lines begins a block, and what is folded is closed.
    starts = {line.split(" ")[0].split(">")[0] for line in page.splitlines() if line}
    assert starts <= {
        "<!--",
        "###",
        "Nothing",
        "No",
        "|",
        "|---|---|",
        "|---|---|---|---|",
        "<details",
        "</details",
        "-",
    }
    assert page.count("<details>") == page.count("</details>")
    assert "@octocat" not in re.sub(r"`[^`\n]*`", "", page)


@pytest.mark.parametrize(
    ("summary", "head"),
    [
        (Summary(gating=True), "### sealwright gate: passed"),
        (Summary(code=ExitCode.FINDINGS), "### sealwright scan: failed"),
        (Summary(verifying=True, code=ExitCode.INCOMPLETE), "### sealwright verify: not everything could be checked"),
        (Summary(gating=True, code=ExitCode.USAGE), "### sealwright gate: a waiver does not count any more"),
    ],
)
def test_the_marker_and_the_verdict_come_first(summary: Summary, head: str) -> None:
    lines = report(summary=summary).splitlines()
    assert lines[0] == f"<!-- sealwright:{summary.command} -->"
    assert lines[2] == head
    assert lines[4]  # how much was looked at, also where there is nothing to say


LOW = finding("low.yaml", severity=Severity.LOW)
REMARK = finding("remark.yaml", rule="waiver-unused", severity=Severity.INFO)


@pytest.mark.parametrize(
    ("results", "about", "line"),
    [
        ([LOW, REMARK], Summary(gating=True), "2 findings in 2 of 5 files: 1 low, 1 info. None fails this run."),
        ([REMARK], Summary(gating=True), "1 finding in 1 of 5 files: 1 info. None fails this run."),
        ([], Summary(gating=True), "Nothing found in 5 files."),
        (
            [LOW, REMARK],
            Summary(),
            "1 value in clear in 1 of 5 files. Nothing was changed. 1 remark. None fails this run.",
        ),
        ([REMARK], Summary(), "No plaintext secret found in 5 files. 1 remark. None fails this run."),
        ([], Summary(), "No plaintext secret found in 5 files."),
        ([LOW, finding()], Summary(gating=True, code=ExitCode.FINDINGS), "2 findings in 2 of 5 files: 1 high, 1 low."),
        ([verdict(Outcome.OPENS)], Summary(verifying=True), "1 item: all open."),
    ],
)
def test_the_head_counts_what_the_tables_list(results: list[Reported], about: Summary, line: str) -> None:
    """And where nothing of it fails the run, it says so beside the number."""
    new = [one for one in results if isinstance(one, Finding)]
    labels = [one.severity.label for one in new]
    worse = sum(one.severity > Severity.INFO for one in new)
    about = about._replace(
        files=5, findings={label: labels.count(label) for label in labels}, files_with_findings=worse
    )._replace(verdicts=len(results) - len(new))
    page = report(*results, summary=about, style=Style(blocks=blocking(Severity.MEDIUM)))
    assert page.splitlines()[4] == line
    quiet = len([one for one in new if one.severity < Severity.MEDIUM])
    assert re.findall(r"(\d+) findings? that do", page) == ([str(quiet)] if quiet else [])


def test_notes_are_told() -> None:
    page = report(summary=Summary(gating=True, notes=("This may not be merged: 1 finding stands in the way.", "a *b*")))
    assert "\n\nThis may not be merged: 1 finding stands in the way.\n\na `*b*`\n" in page


def test_the_worst_comes_first_and_what_does_not_fail_is_folded() -> None:
    style = Style(blocks=blocking(Severity.MEDIUM))
    low, high = finding("low.yaml", severity=Severity.LOW), finding("high.yaml")
    page = report(low, finding("medium.yaml", severity=Severity.MEDIUM), high, style=style)
    assert [page.index(f"`{name}.yaml:8`") for name in ("high", "medium", "low")] == sorted(
        page.index(f"`{name}.yaml:8`") for name in ("high", "medium", "low")
    )
    folded = page[page.index("1 finding that does not fail this run") :]
    assert "low.yaml" in folded
    assert "high.yaml" not in folded


def test_what_to_do_is_said_once_for_each_rule() -> None:
    page = report(finding(), finding(line=9, field="data.b"), finding("b.yaml"))
    assert page.count("<details>") == 1
    assert "<code>secret-data</code>: 3 findings, what to do" in page
    assert "- **run** `sealwright seal --in-place --certificate CERT apps/db.yaml`" in page
    assert "- **waive** in `waivers` of `.sealwright.yaml`: `{rule: secret-data, path: apps/db.yaml," in page


def test_what_is_accepted_is_not_listed() -> None:
    page = report(finding(status=Status.WAIVED, reason="r"), finding(status=Status.KNOWN), verdict(Outcome.OPENS))
    assert tables(page) == []


def test_history_and_items_that_do_not_open() -> None:
    history = History("1" * 40, "2" * 40, at_tip=False, first_day="2026-01-01")
    page = report(finding(history=history), verdict(Outcome.FAILS))
    assert "first 11111111 2026-01-01" in page
    assert "**run**" not in page  # it cannot mend what is no longer there
    assert "| A SealedSecret does not open for its cluster |" in page
    assert "<code>sealed-secret-does-not-open" not in page  # nobody can waive that


def test_what_could_not_be_checked_stands_before_the_findings() -> None:
    page = report(finding(), Problem("a.yaml", "does not parse", 3, hint="mend it"))
    assert page.index("| `a.yaml:3` | does not parse<br>mend it |") < page.index("apps/db.yaml:8")


@pytest.mark.parametrize("count", [3_000, 30_000])
@pytest.mark.parametrize("longest", [0, 5_000])
def test_it_fits_into_a_comment(count: int, longest: int) -> None:
    page = report(*many(count, longest), *nasty(), style=Style(proof=True, blocks=blocking(Severity.LOW)))
    assert len(page.encode()) <= LIMIT < COMMENT
    assert len(tables(page)) <= 2 * MOST_ROWS
    shown = sum(" | `secret-data` | " in row for row in tables(page))
    left_out = [int(number.replace(",", "")) for number in re.findall(r"^([0-9,]+) more: run", page, re.MULTILINE)]
    problems = sum(row.count("does not parse") for row in tables(page))
    assert shown + problems + sum(left_out) >= count * 0.9
    assert page.count("<details>") == page.count("</details>")
