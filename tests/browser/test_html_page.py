"""The HTML report in a browser: what it must not do, how it looks, how it is used, read out and printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from browser import inventories, looking
from browser.conftest import Opened

from sealwright.inventory.model import Inventory
from sealwright.report.html.findings import MOST_FINDINGS
from sealwright.report.html.markup import visible
from sealwright.report.html.page import inventory_page

KINDS: dict[str, Callable[[], Inventory]] = {
    "large": inventories.large,
    "hostile": inventories.hostile,
    "empty": inventories.empty,
    "unread": inventories.unread,
}
PAGES = {name: inventory_page(make()) for name, make in KINDS.items()}
TITLES = {
    "large": "Secrets in platform-gitops",
    "hostile": f"Secrets in {inventories.HOSTILE[0]}",
    "empty": "Secrets",
    "unread": "Secrets in shop",
}
LOOKS = [
    *(
        (name, width, scheme)
        for name in ("large", "hostile")
        for width in (1280, 1000, 390)
        for scheme in ("light", "dark")
    ),
    *((name, width, scheme) for name in ("empty", "unread") for width, scheme in ((1280, "light"), (390, "dark"))),
]


@pytest.mark.parametrize(("name", "width", "scheme"), LOOKS)
def test_nothing_runs_is_fetched_or_runs_over(opened: Any, name: str, width: int, scheme: str) -> None:
    shown: Opened = opened(PAGES[name], width=width, scheme=scheme)
    title = shown.page.title()
    assert title == visible(
        " ".join(
            filter(None, ["Secrets", KINDS[name]().repository and "in", KINDS[name]().repository, KINDS[name]().day])
        )
    )
    shown.page.evaluate(looking.UNFOLD)
    shown.page.mouse.wheel(0, 100_000)
    assert shown.page.evaluate(looking.TOO_WIDE) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    assert shown.page.evaluate("[...document.scripts].length") == 1
    assert (
        shown.page.evaluate(
            "[...document.querySelectorAll('img, iframe, object, base, [onload], [onerror], [onfocus]')].length"
        )
        == 0
    )
    assert shown.complaints == []
    assert shown.page.title() == title


def test_names_are_shown_as_they_are_written(opened: Any) -> None:
    text = opened(PAGES["hostile"]).page.evaluate("document.body.textContent")
    for name in inventories.HOSTILE:
        assert visible(name) in text
    assert not re.search("[\u200b\u202e\u2066\ufeff\x00\x1b]", text)


def test_the_browser_would_stop_what_slipped_in(opened: Any) -> None:
    """Even if a name became markup: no other script or style counts, and nothing can be fetched."""
    evil = "<script>document.title='owned'</script><style>main{display:none}</style><img src='https://example.com/x'>"
    page = PAGES["empty"].replace("<main", f"{evil}<main")
    assert page != PAGES["empty"]
    shown: Opened = opened(page)
    assert shown.page.title() == "Secrets 2026-11-21"
    assert shown.page.locator("main").is_visible()
    assert sum("Content Security Policy" in complaint for complaint in shown.complaints) == 3
    assert [complaint for complaint in shown.complaints if complaint.startswith("request")] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_three_answers_are_on_the_first_screen(opened: Any, width: int) -> None:
    page = opened(PAGES["large"], width=width).page
    answers = page.locator(".answers > div")
    assert answers.locator("h2").all_text_contents() == [
        "How much is in clear?",
        "Is it getting better?",
        "What should I do first?",
    ]
    for at in range(3):
        box = answers.nth(at).bounding_box()
        assert box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize(("width", "medium"), [(1280, "screen"), (390, "screen"), (700, "print")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["large", "unread"])
def test_every_text_stands_out(opened: Any, name: str, width: int, scheme: str, medium: str) -> None:
    page = opened(PAGES[name], width=width, scheme=scheme).page
    page.emulate_media(media=medium, color_scheme=scheme)
    page.evaluate(looking.UNFOLD)
    texts, pale = page.evaluate(looking.PALE)
    assert texts > 30
    assert pale == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_areas_and_bars_stand_out(opened: Any, scheme: str) -> None:
    """3:1 for what is drawn, against the page (WCAG 1.4.11)."""
    page = opened(PAGES["large"], scheme=scheme).page
    ground, areas = page.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor,
          [...document.querySelectorAll('.chart .area')].map((each) => getComputedStyle(each).fill)]"""
    )
    assert len(set(areas)) == 6
    assert [area for area in areas if contrast(area, ground) < 2.5] == []
    assert contrast(areas[0], ground) >= 3


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_is_reached_by_the_keyboard(opened: Any, width: int) -> None:
    page = opened(PAGES["large"], width=width).page
    count = page.evaluate(looking.FOCUSABLE)
    assert count > 30
    seen = []
    for _ in range(count):
        page.keyboard.press("Tab")
        at, outlined = page.evaluate(looking.FOCUSED)
        assert outlined, at
        seen.append(at)
    assert seen == [str(at) for at in range(count)]


def test_the_first_stop_skips_to_what_was_found(opened: Any) -> None:
    page = opened(PAGES["large"]).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_findings_are_narrowed_down_by_the_keyboard(opened: Any) -> None:
    page = opened(PAGES["large"]).page
    total = len(inventories.large().findings)
    page.locator("#search").focus()
    page.keyboard.type("apps/shop/ secret-data")
    page.locator("#matches").get_by_text(f"4 of {total} findings").wait_for()
    assert page.locator(".file:visible").count() == 2
    page.keyboard.press("Tab")
    page.keyboard.type("high")
    page.keyboard.press("Tab")
    page.keyboard.type("waived")
    page.locator("#matches").get_by_text("1 of").wait_for()
    assert page.locator(".file:visible h3").all_text_contents() == ["apps/shop/base/fixture.yaml"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".places li:visible").count() == 1
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("any")
    page.locator("#search").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("nothing is called so")
    page.locator("#matches").get_by_text("0 of").wait_for()
    assert page.locator(".file:visible").count() == 0


NAMED = {"link", "button", "searchbox", "combobox", "image", "table", "region", "columnheader", "rowheader"}
"""Roles that are of no use without a name."""


def tree(page: Any) -> list[dict[str, Any]]:
    """What a screen reader is told: role, name and level of everything that is not ignored."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", ""),
            "level": next((one["value"]["value"] for one in node.get("properties", ()) if one["name"] == "level"), 0),
        }
        for node in nodes
        if not node["ignored"]
    ]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["large", "unread"])
def test_a_screen_reader_finds_its_way(opened: Any, name: str, width: int) -> None:
    page = opened(PAGES[name], width=width).page
    page.evaluate(looking.UNFOLD)
    nodes = tree(page)
    roles = [node["role"] for node in nodes]
    assert {roles.count(role) for role in ("main", "banner", "navigation", "contentinfo")} == {1}
    assert [node for node in nodes if node["role"] in NAMED and not node["name"]] == []
    levels = page.evaluate(looking.LEVELS)
    assert len(levels) == roles.count("heading")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate("document.documentElement.lang") == "en"


def test_cells_stand_beside_the_names_of_their_columns(opened: Any) -> None:
    page = opened(PAGES["large"], width=390).page
    page.evaluate(looking.UNFOLD)
    assert page.evaluate(looking.ASTRAY) == []


@pytest.mark.parametrize("width", [1280, 1000, 390])
def test_what_a_certificate_is_for_stays_in_one_line(opened: Any, width: int) -> None:
    page = opened(PAGES["large"], width=width).page
    page.evaluate(looking.UNFOLD)
    cells = page.locator("#certificates td[data-label=For]")
    assert cells.count() == 4
    assert page.evaluate(looking.BROKEN, "#certificates td[data-label=For]") == []


def test_tables_stay_tables_where_rows_are_blocks(opened: Any) -> None:
    counts = []
    for width in (1280, 390):
        page = opened(PAGES["large"], width=width).page
        page.evaluate(looking.UNFOLD)
        roles = [node["role"] for node in tree(page)]
        counts.append({role: roles.count(role) for role in ("table", "row", "columnheader", "rowheader")})
        assert counts[-1]["row"] > 200
    wide, narrow = counts
    assert narrow == wide | {"columnheader": narrow["columnheader"]}
    assert wide["columnheader"] - narrow["columnheader"] <= 1  # the column of bars, which are not there


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_printed_is_all_there_is(opened: Any, scripts: bool) -> None:
    shown: Opened = opened(PAGES["large"], scheme="dark", scripts=scripts)
    page = shown.page
    page.emulate_media(media="print", color_scheme="dark")
    page.screenshot()  # what is folded is known once a frame was drawn
    assert page.evaluate(looking.FOLDED) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".contents").is_visible()
    page.emulate_media(media="null", color_scheme="dark")
    printed = pages(page.pdf(format="A4"))
    unfolded = page.evaluate(looking.UNFOLD)
    assert unfolded is None
    assert printed == pages(page.pdf(format="A4"))
    assert printed > 10


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_it_works_without_scripts(opened: Any) -> None:
    page = opened(PAGES["large"], scripts=False).page
    assert not page.locator(".filters").is_visible()
    assert page.locator(".file").count() == 16
    page.locator(".file > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".places li").first.is_visible()
    assert "********" in page.locator(".places mark").first.text_content()


def test_a_link_to_what_is_folded_away_unfolds_it(opened: Any) -> None:
    page = opened(PAGES["large"].replace('<table role="table" class="rows">', '<table id="deep" class="rows">', 1)).page
    page.evaluate("location.hash = 'deep'")
    assert page.locator("#deep").is_visible()


def test_three_thousand_findings_can_be_used(opened: Any) -> None:
    content = inventory_page(inventories.many(3000))
    assert len(content) < 4_000_000
    shown: Opened = opened(content, width=390)
    page = shown.page
    assert page.locator(".file").count() == 1000
    page.locator("#search").fill("service-77/")
    page.locator("#matches").get_by_text("3 of 3,000 findings").wait_for()
    assert page.locator(".file:visible").count() == 1
    assert "left-out" not in page.locator("#findings").inner_html()
    assert shown.complaints == []


def test_what_is_too_much_is_said_and_the_worst_is_kept(opened: Any) -> None:
    content = inventory_page(inventories.many(12_000))
    assert len(content) < 6_000_000
    page = opened(content).page
    assert page.locator("#findings .left-out").text_content().startswith("7,000 findings more not shown here")
    assert page.locator(".places li").count() == MOST_FINDINGS
    assert page.locator(".places li[data-severity=critical]").count() == 12_000 // 5
    assert page.locator(".places li[data-severity=info]").count() == 0
