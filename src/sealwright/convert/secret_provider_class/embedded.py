"""The YAML that stands inside the parameters of a SecretProviderClass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.documents import read_documents
from sealwright.manifest.scalars import TooLarge, to_plain
from sealwright.manifest.source import Source

if TYPE_CHECKING:
    from sealwright.manifest.scalars import Plain


class Malformed(Exception):  # noqa: N818 - a signal to the caller
    """The text is not what the provider expects there; the message says what is wrong, without the text."""


def list_of_objects(text: str) -> list[dict[str, Plain]]:
    """A list of mappings, as AWS, GCP and Vault have them. Raises Malformed."""
    value = _parsed(text)
    if not isinstance(value, list):
        raise Malformed("the objects are not a list")
    return [_mapping(item) for item in value]


def azure_objects(text: str) -> list[dict[str, Plain]]:
    """`array:` with a list of texts, each of which is a mapping in YAML. Raises Malformed."""
    value = _parsed(text)
    items = value.get("array") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise Malformed("the objects have no `array` that is a list")
    if not all(isinstance(item, str) and not item.startswith("\0") for item in items):
        raise Malformed("an item of `array` is not a text")
    return [_mapping(_parsed(str(item))) for item in items]


def text_in(item: dict[str, Plain], field: str) -> str:
    """A field that must be a text; '' where there is none. Raises Malformed."""
    value = item.get(field)
    if value is None:
        return ""
    if not isinstance(value, str) or value.startswith("\0"):
        raise Malformed(f"{field} is not a text; put it in quotes")
    return value


def mode_in(item: dict[str, Plain], field: str) -> int | None:
    """A field that must be a file mode as a number; None where there is none. Raises Malformed."""
    value = item.get(field)
    if value is None:
        return None
    digits = value[1:] if isinstance(value, str) and value.startswith("\0") else ""
    base = 8 if digits.startswith("0") else 10
    try:
        mode = int(digits.replace("0o", "0", 1), base)
    except ValueError:
        raise Malformed(f"{field} is not a file mode") from None
    if not 0 <= mode <= 0o777:
        raise Malformed(f"{field} is not between 0 and 0777")
    return mode


def _parsed(text: str) -> Plain:
    documents = [document for document in read_documents(Source("", text)) if document.root is not None]
    if len(documents) != 1 or not documents[0].exact or documents[0].root is None:
        raise Malformed("the objects are not YAML")
    try:
        return to_plain(documents[0].root)
    except TooLarge:
        raise Malformed("the objects' aliases stand for too much") from None


def _mapping(value: Plain) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise Malformed("an object is not a mapping")
    return value
