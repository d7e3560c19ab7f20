"""ANSI colours, or none. Source: ECMA-48 SGR; no-color.org for when not to."""

from __future__ import annotations

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34"}


class Paint:
    """Paints when `on`, else returns the text as it is."""

    def __init__(self, on: bool) -> None:
        self._on = on

    def colour(self, text: str, name: str) -> str:
        """One of red, green, yellow, blue."""
        return self._wrap(text, _CODES[name])

    def bold(self, text: str) -> str:
        """For headings."""
        return self._wrap(text, "1")

    def dim(self, text: str) -> str:
        """For what matters less."""
        return self._wrap(text, "2")

    def _wrap(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on else text
