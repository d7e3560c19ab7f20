"""The page of a fleet in a browser: hostile names, narrow screens, contrast, the keyboard, print."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser import looking
from browser.conftest import Opened
from unit.fleet.made_runs import account, fleet, severe
from unit.fleet.test_page import page, summary

from sealwright.finding import Severity

EARLIER = (summary(fleet()[:2], 30), summary(fleet()[:1], 400))
MANY = [account(f"git.example.com/group-{at % 7}/app-{at:04}", severe(list(Severity)[at % 5], at)) for at in range(60)]
PAGES = {
    "hostile": page([*fleet(), account("\u202e" * 300 + "w" * 300)], *EARLIER, waiting=2),
    "large": page(MANY, *EARLIER),
    "empty": page([]),
}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1000, "dark"), (390, "light"), (390, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_is_fetched_or_runs_over(opened: Any, name: str, width: int, scheme: str) -> None:
    shown: Opened = opened(PAGES[name], width=width, scheme=scheme)
    title = shown.page.title()
    shown.page.evaluate(looking.UNFOLD)
    shown.page.mouse.wheel(0, 100_000)
    assert shown.page.evaluate(looking.TOO_WIDE) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    assert shown.page.evaluate("[...document.scripts].length") == 1
    assert shown.page.evaluate("[...document.querySelectorAll('img, iframe, object, base')].length") == 0
    assert not re.search("[\u200b\u202e\u2066\ufeff\x00\x1b]", shown.page.evaluate("document.body.textContent"))
    assert shown.complaints == []
    assert shown.page.title() == title


@pytest.mark.parametrize(("width", "medium"), [(1280, "screen"), (390, "screen"), (700, "print")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(opened: Any, width: int, scheme: str, medium: str) -> None:
    shown = opened(PAGES["hostile"], width=width, scheme=scheme).page
    shown.emulate_media(media=medium, color_scheme=scheme)
    shown.evaluate(looking.UNFOLD)
    texts, pale = shown.evaluate(looking.PALE)
    assert texts > 30
    assert pale == []


@pytest.mark.parametrize("width", [1280, 390])
def test_blocks_of_a_narrow_screen_name_what_they_say(opened: Any, width: int) -> None:
    shown = opened(PAGES["large"], width=width).page
    shown.evaluate(looking.UNFOLD)
    assert shown.evaluate(looking.ASTRAY) == []


def test_everything_can_be_reached_by_keyboard(opened: Any) -> None:
    shown = opened(PAGES["large"]).page
    number = shown.evaluate(looking.FOCUSABLE)
    assert number > 5
    reached = set()
    for _ in range(number):
        shown.keyboard.press("Tab")
        at, seen = shown.evaluate(looking.FOCUSED)
        assert seen, at
        reached.add(at)
    assert reached == {str(at) for at in range(number)}
