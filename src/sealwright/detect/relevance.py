"""Which documents of a candidate file are worth parsing.

The word Secret stands in the description of half the custom resources there are; a document matters only where the byte
test says so. Small documents are always parsed, so that a broken one is noticed.
"""

from __future__ import annotations

from sealwright.detect.prefilter import manifest_may_matter

SMALL = 16 * 1024
"""Characters up to which a document is parsed in any case."""


def document_may_matter(text: str) -> bool:
    """Whether a detector that reads documents may find anything in this one."""
    return len(text) <= SMALL or manifest_may_matter(text.encode("utf-8", "surrogatepass"))
