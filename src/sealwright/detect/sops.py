"""SOPS metadata and what it promises. Source: getsops/sops, `sops.go` (the rules) and `aes/cipher.go` (the form)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.trail import Trail
from sealwright.manifest.nodes import Mapping, Scalar, Sequence, lookup, resolve, text_of
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.documents import Document
    from sealwright.manifest.nodes import Node
    from sealwright.regex import Expression

_ENCRYPTED = Pattern(
    r"ENC\[AES256_GCM,data:[^,\s]*,iv:[^,\s]+,tag:[^,\s]+,type:(?:str|int|float|bytes|bool|time|comment)\]"
)
_MAX_KEY = 253
"""Characters of a key that are looked at: no key of an object is longer."""
_BY_COMMENT = ("encrypted_comment_regex", "unencrypted_comment_regex")
_DEFAULT_SUFFIX = "_unencrypted"


class Rule(NamedTuple):
    """Which keys the document says are encrypted. At most one of the four is set; none means everything."""

    encrypted_regex: Expression | None = None
    unencrypted_regex: Expression | None = None
    encrypted_suffix: str = ""
    unencrypted_suffix: str = ""

    def chooses(self, key: str) -> bool:
        """Whether the key by itself is one that the rule names."""
        pattern = self.encrypted_regex or self.unencrypted_regex
        if pattern is not None:
            return pattern.test(key[:_MAX_KEY])
        return key.endswith(self.encrypted_suffix or self.unencrypted_suffix or _DEFAULT_SUFFIX)

    def covers(self, path: tuple[str, ...]) -> bool:
        """Whether a value under these keys must be encrypted: as in SOPS, any key on the way decides."""
        return any(map(self.chooses, path)) == self.names_encrypted

    @property
    def names_encrypted(self) -> bool:
        """Whether the keys that the rule names are those to encrypt, rather than those to leave."""
        return self.encrypted_regex is not None or (self.unencrypted_regex is None and bool(self.encrypted_suffix))


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
    """The document's own rule; None where it cannot be told: it goes by comments, or has a pattern we will not run."""
    if any(text_of(lookup(metadata, key)) for key in _BY_COMMENT):
        return None
    patterns: list[Expression | None] = []
    for key in ("encrypted_regex", "unencrypted_regex"):
        pattern = text_of(lookup(metadata, key))
        compiled = _compile(pattern) if pattern else None
        if pattern and compiled is None:
            return None
        patterns.append(compiled)
    encrypted, unencrypted = (text_of(lookup(metadata, key)) for key in ("encrypted_suffix", "unencrypted_suffix"))
    return Rule(patterns[0], patterns[1], encrypted, unencrypted)


def promised(root: Mapping, rule: Rule, kept: frozenset[str]) -> Iterator[tuple[Trail, Scalar]]:
    """(way, scalar) of every value that the rule says is encrypted, but those below the keys that are `kept` readable.

    Aliases are not followed: SOPS refuses them.
    """
    stack: list[tuple[Node, Trail | None, bool]] = [(root, None, False)]
    while stack:
        node, trail, chosen = stack.pop()
        if isinstance(node, Mapping):
            for key, value in reversed(node.entries):
                name = text_of(key)
                if name not in kept and not (trail is None and name == "sops"):
                    stack.append((value, Trail(trail, name), chosen or rule.chooses(name)))
        elif isinstance(node, Sequence):
            stack.extend((item, trail, chosen) for item in reversed(node.items))
        elif isinstance(node, Scalar) and trail is not None and chosen == rule.names_encrypted:
            yield trail, node


def _compile(pattern: str) -> Expression | None:
    """None for a pattern that is refused: SOPS runs these on RE2, and a hostile one must not stop a scan."""
    from sealwright.regex import modest

    return modest(pattern)
