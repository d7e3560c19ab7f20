"""What every target is held to: no value of a Secret in what is said, and nothing raised but errors for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sealwright.errors import SealwrightError
from sealwright.finding import Finding, Problem
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, walk
from sealwright.manifest.source import Source, decode

CANARY = "Zq7canary" + "Xv9w2Lp4"
"""The value that the seeds have where values stand; as long as it is whole, nothing may repeat it."""
_KEY = re.compile(CANARY.encode() + rb"[\w.-]*[\"']?\s*[=:]")
_NAMING = frozenset(
    {"apiVersion", "kind", "metadata", "name", "namespace", "labels", "annotations", "key", "path", "type"}
)


def hold_no_value(said: Iterable[str], data: bytes) -> None:
    """Refuse the canary in any of these texts, unless the input gives it as a name of something."""
    shown = [text for text in said if CANARY in text]
    if shown and not is_name(data):
        raise AssertionError(f"the value is shown: {shown[0]}")


def is_name(data: bytes) -> bool:
    """Whether the canary is a key somewhere, or stands under a key that names things: names may be shown."""
    if _KEY.search(data):
        return True
    for document in read_documents(decode("a.yaml", data)):
        for node in walk(document.root) if document.root is not None else ():
            if isinstance(node, Mapping) and any(_names(key, value) for key, value in node.entries):
                return True
    return False


def _names(key: Any, value: Any) -> bool:
    if isinstance(key, Scalar) and CANARY in key.value:
        return True
    named = isinstance(key, Scalar) and key.value in _NAMING
    return named and any(isinstance(node, Scalar) and CANARY in node.value for node in walk(value))


def texts_of(result: Any) -> list[str]:
    """Everything that people are shown of a finding or a problem, but for the names of files and objects."""
    if isinstance(result, Finding):
        return [result.message, result.reason, result.field, result.mark]
    if isinstance(result, Problem):
        return [result.message, result.hint]
    return [str(result)]


def said_by(error: SealwrightError) -> list[str]:
    """Everything that an error tells."""
    return [error.message, error.hint, error.place, str(error)]


def within(source: Source, start: int, end: int) -> None:
    """Refuse a span that is not one of the text."""
    assert 0 <= start <= end <= len(source.text), f"{start}..{end} is not within {len(source.text)} characters"
