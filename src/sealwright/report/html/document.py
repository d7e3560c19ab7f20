"""The frame of every page: one file with its style and its script inside, and nothing that may be fetched."""

from __future__ import annotations

import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright import __version__
from sealwright.report.html.markup import Html, joined, tag, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN = ("page.css", "page.js")
_BREAK = Html("\n")


class Section(NamedTuple):
    """A part of the page. `amount` stands beside its name in the list of parts, '' for none."""

    id: str
    title: str
    body: Html
    amount: str = ""


def document(title: str, top: Html, sections: Sequence[Section], note: str) -> str:
    """A whole page: `top` is what is seen at first, `note` says at the end what the figures mean."""
    body = (
        tag("a", "Skip to what was found", href="#content", class_="skip"),
        _patterns(),
        top,
        _contents(sections),
        tag("main", *(_section(section) for section in sections), id="content", tabindex="-1"),
        tag("footer", tag("p", note), tag("p", f"Made by sealwright {__version__}. No value is in this file.")),
        tag("script", _raw("page.js")),
    )
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", _raw("page.css")),
    )
    whole = tag("html", tag("head", joined(head, _BREAK)), _BREAK, tag("body", joined(body, _BREAK)), lang="en")
    return f"<!doctype html>\n{whole}\n"


def _section(section: Section) -> Html:
    heading = tag("h2", section.title, id=f"{section.id}-title")
    return tag("section", heading, section.body, id=section.id, aria_labelledby=f"{section.id}-title")


def _contents(sections: Sequence[Section]) -> Html:
    links = (
        tag(
            "li",
            tag("a", section.title, tag("span", f" {section.amount}" if section.amount else ""), href=f"#{section.id}"),
        )
        for section in sections
    )
    return tag("nav", tag("ul", *links), aria_label="Parts of this report", class_="contents")


def _patterns() -> Html:
    """Stripes for what is in clear, so that it is told from the rest without colours."""
    area = tag("rect", width="6", height="6", class_="stripe-ground")
    stripe = tag("rect", width="2", height="6", class_="stripe")
    turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    pattern = tag("pattern", area, stripe, id="stripes", width="6", height="6", **turned)
    return tag("svg", tag("defs", pattern), class_="unseen", aria_hidden="true", focusable="false")


def _policy() -> str:
    """Nothing may be loaded, and of styles and scripts only what this page brings: a name cannot add any."""
    style, script = (f"'sha256-{b64encode(sha256(_raw(name).encode()).digest()).decode()}'" for name in _OWN)
    own = f"style-src {style}; script-src {script}; img-src data:"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


@cache
def _raw(name: str) -> Html:
    """A file beside this module, as it is."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as file:
        return Html(file.read())


def title_of(repository: str, day: str) -> str:
    """What a tab and a printed page are called."""
    return visible(" ".join(filter(None, (f"Secrets in {repository}" if repository else "Secrets", day))))
