"""How much one document may hold, and the refusal of one that is no YAML. Shared by all readers of trees."""

from __future__ import annotations

MAX_DEPTH = 200
"""Nested collections. The API server refuses objects long before this; recursion elsewhere never gets near it."""
MAX_NODES = 1_000_000
"""Nodes in one document: bounds memory to some hundred megabytes whatever the bytes are."""
MAX_MERGED = 1_000_000
"""Entries that the merge keys of one document may bring in, all mappings together."""


class Unparsable(Exception):  # noqa: N818 - a control flow signal inside the package; readers get a Flaw
    """The text is not a YAML document. `offset` counts code points in the text given to `compose`."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class LimitExceeded(Unparsable):
    """The text may be a YAML document, but one that holds more than is read: readers with other limits may take it."""
