"""The hook `sealwright-gate`: block a commit that breaks policy, holds plaintext, or seals what cannot open.

Certificates and stamps are all the evidence it takes: no network, and no keys. A commit without a file that a rule
could be about ends with the byte test, before the rest of the program is loaded.
"""

from __future__ import annotations

import os
import sys

from sealwright.detect.prefilter import may_matter
from sealwright.manifest.neighbours import Neighbours

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_JUDGED = (
    ".yaml", ".yml", ".json", ".tf", ".tofu", ".tfvars", ".template", ".cfn", "kustomization", ".sealwright.lock",
)  # fmt: skip
"""Ends of the names of files that rules are about; tests hold this with `run.gate.policy.is_read_by_policy`."""
_LIMIT = 10 * 1024 * 1024
_ASKS_FOR_MORE = ("SEALWRIGHT_FORMAT", "SEALWRIGHT_OUTPUT", "SEALWRIGHT_CONFIG", "SEALWRIGHT_BASE")


def main(argv: Sequence[str] | None = None) -> int:
    """Gate the files named on the command line; returns the exit code of `sealwright gate`."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if _nothing_to_judge(arguments):
        return 0
    from sealwright.hooks._arguments import run_hook

    return run_hook("gate", arguments)


def _nothing_to_judge(arguments: Sequence[str]) -> bool:
    """Whether every argument is a small regular file that no rule is about and that holds no plaintext."""
    if any(name in os.environ for name in _ASKS_FOR_MORE):
        return False
    neighbours = Neighbours()
    for path in arguments:
        if path.startswith("-") or path.lower().endswith(_JUDGED) or os.path.islink(path) or not os.path.isfile(path):
            return False
        if os.path.getsize(path) > _LIMIT:
            return False
        try:
            with open(path, "rb") as file:
                data = file.read(_LIMIT + 1)
            if may_matter(data, path) or neighbours.may_concern(path, data):
                return False
        except OSError:
            return False
    return bool(arguments)


if __name__ == "__main__":
    sys.exit(main())
