"""SOPS metadata and what it promises. Source: getsops/sops, `sops.go` (the rules) and `aes/cipher.go` (the form)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node

_ENCRYPTED = re.compile(r"ENC\[AES256_GCM,data:[^,]*,iv:[^,]+,tag:[^,]+,type:(?:str|int|float|bytes|bool|comment)\]")
_RISKY = re.compile(r"\)[*+?{]|[*+?}][*+{]")
_MAX_PATTERN = 200
_MAX_QUANTIFIERS = 2
_MAX_KEY = 128


class Rule(NamedTuple):
    """Which keys the document says are encrypted. At most one of the four is set; none means everything."""

    encrypted_regex: re.Pattern[str] | None
    unencrypted_regex: re.Pattern[str] | None
    encrypted_suffix: str
    unencrypted_suffix: str

    def covers(self, path: tuple[str, ...]) -> bool:
        """Whether a value under these keys must be encrypted: as in SOPS, any key on the way decides."""
        if self.encrypted_regex is not None:
            return any(self.encrypted_regex.search(key[:_MAX_KEY]) for key in path)
        if self.unencrypted_regex is not None:
            return not any(self.unencrypted_regex.search(key[:_MAX_KEY]) for key in path)
        if self.encrypted_suffix:
            return any(key.endswith(self.encrypted_suffix) for key in path)
        suffix = self.unencrypted_suffix or "_unencrypted"
        return not any(key.endswith(suffix) for key in path)


def sops_metadata(document: Document) -> Mapping | None:
    """The `sops` mapping that SOPS leaves in a file it has encrypted, or None."""
    root = document.root
    if not isinstance(root, Mapping):
        return None
    value = lookup(root, "sops")
    metadata = resolve(value) if value is not None else None
    if isinstance(metadata, Mapping) and (lookup(metadata, "mac") or lookup(metadata, "lastmodified")):
        return metadata
    return None


def is_encrypted(text: str) -> bool:
    """Whether a value has exactly the form that SOPS writes."""
    return _ENCRYPTED.fullmatch(text.strip()) is not None


def rule_of(metadata: Mapping) -> Rule | None:
    """The document's own rule; None where its pattern is one that we will not run (it could take forever)."""
    encrypted, unencrypted = (text_of(lookup(metadata, key)) for key in ("encrypted_regex", "unencrypted_regex"))
    try:
        return Rule(
            _compile(encrypted),
            _compile(unencrypted),
            text_of(lookup(metadata, "encrypted_suffix")),
            text_of(lookup(metadata, "unencrypted_suffix")),
        )
    except re.error:
        return None


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """(keys on the way, scalar) of every value below a node; aliases are not followed, SOPS refuses them."""
    stack = [(node, path)]
    while stack:
        current, keys = stack.pop()
        if isinstance(current, Mapping):
            stack.extend((value, (*keys, text_of(key))) for key, value in reversed(current.entries))
        elif isinstance(current, Sequence):
            stack.extend((item, keys) for item in reversed(current.items))
        elif isinstance(current, Scalar):
            yield keys, current


def _compile(pattern: str) -> re.Pattern[str] | None:
    """SOPS runs these on RE2, in linear time; Python does not, so repeated groups and the like are refused."""
    if not pattern:
        return None
    risky = _RISKY.search(pattern) is not None or sum(pattern.count(sign) for sign in "*+{") > _MAX_QUANTIFIERS
    if risky or len(pattern) > _MAX_PATTERN:
        raise re.error("refused")
    return re.compile(pattern)
