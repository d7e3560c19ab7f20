"""Why a rule is left out."""

from __future__ import annotations


class NotExportable(Exception):  # noqa: N818 - it says what the rule is
    """The text is the reason, for people; it holds nothing of any object."""
