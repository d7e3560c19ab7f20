"""The shapes that return everywhere in the operator's objects. Source: external-secrets.io v1 (config/crds/bases)."""

from __future__ import annotations

from typing import Final

from sealwright.convert.external_secret.shapes import Fields, Several, Shape, Text
from sealwright.patterns import Pattern

TEXT: Final = Text()
NAME: Final = Text(
    shortest=1,
    longest=253,
    pattern=Pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z"),
    says="a name of lower-case letters, digits, `-` and `.`",
)
NAMESPACE: Final = Text(
    shortest=1,
    longest=63,
    pattern=Pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z"),
    says="a name of lower-case letters, digits and `-`",
)
KEY: Final = Text(
    shortest=1, longest=253, pattern=Pattern(r"[-._a-zA-Z0-9]+\Z"), says="a key of letters, digits, `-`, `_` and `.`"
)


def choice(*choices: str) -> Text:
    """One of these words."""
    return Text(choices)


def optional(**fields: Shape) -> Fields:
    """A mapping whose fields may all be missing."""
    return Fields(fields)


SELECTOR: Final = optional(key=KEY, name=NAME, namespace=NAMESPACE)
"""A key of a Secret."""
ACCOUNT: Final = Fields({"audiences": Several(TEXT), "name": NAME, "namespace": NAMESPACE}, required=("name",))
"""A service account."""
