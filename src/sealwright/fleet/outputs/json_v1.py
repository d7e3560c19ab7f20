"""The figures of a run as one JSON object, version 1: a published format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look


class Json:
    """The summary says it all."""

    def __init__(self, _look: Look) -> None:
        """Nothing depends on the look."""

    def add(self, _position: int, _account: Account) -> None:
        """It is in the summary already."""

    def finish(self, summary: Mapping[str, Any]) -> str:
        """The whole object, indented, with a newline at its end."""
        return json.dumps(summary, indent=2) + "\n"
