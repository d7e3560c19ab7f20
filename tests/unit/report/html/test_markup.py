"""Text never becomes markup, and no character of it is hidden."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from browser.inventories import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from sealwright.report.html.markup import Html, code, joined, path, prose, tag, text, unbroken, visible


class Seen(HTMLParser):
    """What a parser makes of it."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    "make", [text, code, path, prose, unbroken, lambda name: tag("p", name), lambda name: joined([name])]
)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text(name: str, make: Callable[[str], str]) -> None:
    seen = Seen(make(name))
    assert {tag for tag, _ in seen.tags} <= {"p", "code", "wbr", "span"}
    assert seen.words == visible(name)


@given(st.text(), st.text())
def test_a_text_comes_back_from_an_element_and_from_an_attribute(content: str, name: str) -> None:
    ((_, attributes), *others) = (seen := Seen(tag("p", content, title=name, hidden=True, lang=None))).tags
    assert others == []
    assert attributes == [("title", visible(name)), ("hidden", None)]
    assert seen.words == visible(content)


@given(st.text())
def test_what_is_visible_is_written_in_utf_8_and_has_no_directions(content: str) -> None:
    shown = visible(content)
    shown.encode()
    hidden = {0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)}
    assert not {ord(character) for character in shown} & (hidden | set(range(0x20)) | set(range(0x7F, 0xA0)))


def test_only_markup_stays_markup() -> None:
    inner = tag("b", "<i>")
    assert inner == "<b>&lt;i&gt;</b>"
    assert (
        tag("p", inner, "&", class_="a b", aria_label='"')
        == '<p class="a b" aria-label="&quot;"><b>&lt;i&gt;</b>&amp;</p>'
    )
    assert type(text(str(inner))) is Html
    assert text(inner + "") == "&lt;b&gt;&amp;lt;i&amp;gt;&lt;/b&gt;"  # markup that was handled as text is text
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_names_in_backquotes_are_code() -> None:
    assert prose("keeps `a<b` in clear") == "keeps <code>a&lt;b</code> in clear"
    assert prose("an odd ` one") == "an odd ` one"
    assert path("a/b") == "<code>a/<wbr>b</code>"
