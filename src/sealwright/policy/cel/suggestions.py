"""The known name that is nearest to one that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 80


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant, '' if none is near."""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in known}
    close = get_close_matches(name[:_LONGEST].casefold(), sorted(by_folded), n=1)
    return by_folded[close[0]] if close else ""
