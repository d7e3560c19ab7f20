"""Definitions of custom resources, told by their text: schemas of thousands of lines that few rules are about.

Where one is mistaken for another, an object would go unjudged. So every line that begins at the margin has to be one
that such a definition has, letter by letter, and none may be there twice; and the first of all has to begin there, or
these lines could be part of a text in quotes. Then nothing else can be in the document.
"""

from __future__ import annotations

from sealwright.patterns import Pattern

DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "kubernetes")
"""What `Rules.about` is asked for."""
_LONG = 2_000
"""Characters; shorter documents are as quickly read."""
_KIND = "\nkind: CustomResourceDefinition\n"
_UNCLEAR = ("{{", "\r", "\x85", "\u2028", "\u2029")
"""Templates, and what ends a line for some readers only."""
_MARGIN = Pattern(r"^[^ #\n].*", 8)  # re.MULTILINE
_ABOVE = Pattern(r"(?:[ \t]*(?:#[^\n]*)?\n|---\n)*")
"""What may stand above the first line that says something."""
_LINES = frozenset(
    {"---", "apiVersion: apiextensions.k8s.io/v1", "kind: CustomResourceDefinition", "metadata:", "spec:", "status:"}
)


def is_no_definition(text: str) -> bool:
    """Whether a document may be anything else than the definition of a custom resource."""
    if len(text) < _LONG or _KIND not in text or any(sign in text for sign in _UNCLEAR):
        return True
    above = _ABOVE.match(text)
    if above is not None and text[above.end()] in " \t":
        return True
    lines = _MARGIN.findall(text)
    return not _LINES.issuperset(lines) or len(lines) != len(set(lines))
