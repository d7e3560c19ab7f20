"""Labels of a secret in Google's Secret Manager, which have few letters, and its annotations, which have all.

A label is there to be searched for, in what its letters allow; an annotation of the same name says what it means.
Source: the comments of `Secret` in google/cloud/secretmanager/v1/resources.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_LABEL = Pattern(r"[a-z][a-z0-9_-]{0,62}\Z")
_NO_LABEL = Pattern(r"[^a-z0-9_-]")
_LONGEST_LABEL, _MOST_LABELS, _MOST_BYTES = 63, 64, 16 * 1024


def spelled(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels in the letters that they may have."""
    return {key: _NO_LABEL.sub("_", text.lower())[:_LONGEST_LABEL] for key, text in labels.items()}


def meant(labels: Mapping[str, str], annotations: Mapping[str, str]) -> dict[str, str]:
    """What labels and annotations say together. An annotation counts where it is what the label was made from."""
    original = {key: text for key, text in annotations.items() if spelled({key: text}).get(key) == labels.get(key)}
    return {**labels, **original}


def flaw_of(labels: Mapping[str, str]) -> str:
    """Why the service would refuse these labels, '' if it would not."""
    if len(labels) > _MOST_LABELS:
        return f"it has more than {_MOST_LABELS} labels"
    if sum(len(key.encode()) + len(text.encode()) for key, text in labels.items()) >= _MOST_BYTES:
        return "its labels are too long"
    wrong = next((key for key in labels if not _LABEL.match(key)), "")
    return f"{wrong} cannot be a label's name" if wrong else ""
