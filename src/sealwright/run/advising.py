"""Where advice on Secrets meets what the detectors know: the words that stand for values, the names of credentials."""

from __future__ import annotations

from sealwright.convert.advice import Judges
from sealwright.detect.credentials.names import Promise, promise_of
from sealwright.detect.placeholder import is_placeholder, is_reference

_MAY_BE_MEANT = frozenset(
    {
        "none",
        "null",
        "nil",
        "n/a",
        "na",
        "-",
        "--",
        "*",
        "?",
        "hidden",
        "masked",
        "unused",
        "unset",
        "omitted",
        "removed",
    }
)
"""Settings as good as any: placeholders only where a credential should be."""


def judges() -> Judges:
    """For `convert.advice.adviser.Adviser`."""
    return Judges(_is_placeholder, _is_credential)


def _is_placeholder(key: str, text: str) -> bool:
    """Not so empty values, since an option may be left empty, and references: sealing itself asks about them."""
    if not text or is_reference(text) or not is_placeholder(text):
        return False
    return _is_credential(key) or text.lower() not in _MAY_BE_MEANT


def _is_credential(key: str) -> bool:
    return promise_of(key) > Promise.NOTHING
