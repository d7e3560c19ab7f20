"""Names and versions in references to images. Source: the OCI distribution specification, reference grammar."""

from __future__ import annotations

from typing import NamedTuple

from sealwright.patterns import Pattern

_TAG = Pattern(r":v?([0-9]{1,5})\.([0-9]{1,5})(?:[.+-][\w.+-]*)?(?:@|\Z)")
_VERSION = Pattern(r"v?([0-9]{1,5})\.([0-9]{1,5})(?:[.+-]|\Z)")


class Version(NamedTuple):
    """A release, without its patch."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def version_of(image: str) -> Version | None:
    """The version that an image's tag says; None for a digest alone, `latest` and their like."""
    match = _TAG.search(image)
    return Version(int(match.group(1)), int(match.group(2))) if match else None


def version_in(word: str) -> Version | None:
    """The version that a text begins with."""
    match = _VERSION.match(word)
    return Version(int(match.group(1)), int(match.group(2))) if match else None


def repository_of(image: str) -> str:
    """The image without its tag and digest."""
    name = image.partition("@")[0]
    head, colon, tail = name.rpartition(":")
    return head if colon and "/" not in tail else name
