"""Templates that look like YAML: Helm and Go (`{{ }}`), Jinja (`{% %}`, `{# #}`).

A template is not YAML before it is rendered, but what surrounds the actions nearly always is. So every action is
replaced by as many characters of `FILL`, which YAML takes as text, and a line that holds nothing else by spaces.
Offsets stay the same, and a value that contains `FILL` is known to come from somewhere else.
"""

from __future__ import annotations

import re

FILL = "\ue000"
"""A private-use character: printable for YAML, absent from real manifests."""

# Each alternative stops at the next opening as well, so that a million openings without an end stay linear.
_ACTION = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.DOTALL)
_CONTROL_LINE = re.compile(rf"^[ \t]*{FILL}[{FILL} \t]*(?:#[^\n]*)?$", re.MULTILINE)


def is_template(text: str) -> bool:
    """Whether the text holds template actions. `{{` alone may be flow-style YAML, so its end is wanted too."""
    return ("{{" in text or "{%" in text) and _ACTION.search(text) is not None


def mask(text: str) -> str:
    """The text with its actions blanked out, the same length, with the same line breaks."""
    masked = _ACTION.sub(_fill, text)
    return _CONTROL_LINE.sub(_blank, masked)


def is_filled(value: str) -> bool:
    """Whether (part of) a value comes from a template action."""
    return FILL in value


def _fill(match: re.Match[str]) -> str:
    text = match.group()
    if "\n" not in text and "\r" not in text:
        return FILL * len(text)
    return "".join(char if char in "\r\n" else FILL for char in text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
