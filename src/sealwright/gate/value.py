"""What a finding's text means: for comparing values, which quoting and indentation do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_value(text: str) -> str:
    """The content of the scalar that the text spells in YAML or JSON; the text itself where it spells none."""
    from sealwright.manifest.compose import compose
    from sealwright.manifest.limits import Unparsable
    from sealwright.manifest.nodes import Scalar

    try:
        node = compose(text)
    except Unparsable:
        return text
    return node.value if isinstance(node, Scalar) else text


def forms(text: str) -> Iterator[bytes]:
    """The bytes that a value may have had for another scanner: as written, as read, and decoded from base64."""
    read = read_value(text)
    for form in dict.fromkeys((text, text.strip("\"'"), read, read.strip())):
        data = form.encode("utf-8", "surrogatepass")
        yield data
        decoded = _from_base64(data)
        if decoded:
            yield decoded
            yield decoded.strip()


def _from_base64(data: bytes) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return b""
