"""Commands that reports name, so that they work when they are copied."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.finding import STDIN_NAME
from sealwright.report.wording import shell_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Finding
    from sealwright.report.base import Style

SEALABLE = frozenset({"secret-data", "secret-string-data"})
"""Rules about what `sealwright seal` takes."""


def seal_command(path: str, findings: Iterable[Finding], style: Style) -> str:
    """How to seal the Secrets of one file; '' where there is nothing in it that sealing takes."""
    sealable = [finding for finding in findings if finding.rule in SEALABLE]
    if not sealable or path == STDIN_NAME:
        return ""
    # Sealing binds a value to its namespace: where the manifest names none, somebody has to say which.
    namespace = "" if all(finding.resource.namespace for finding in sealable) else " --namespace NAMESPACE"
    word = shell_word(os.path.normpath(os.path.join(style.root, path)))
    return f"sealwright seal --in-place --certificate {style.certificate}{namespace} {word}"
