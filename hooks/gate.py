"""The hook `sealwright-gate`: block a commit that breaks policy, holds plaintext, or seals what cannot open.

Certificates and stamps are all the evidence it takes: no network, and no keys. A commit without a file that a rule
could be about ends with the byte test, before the rest of the program is loaded.
"""

from __future__ import annotations

import sys

from sealwright.hooks._byte_test import nothing_can_be_found

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_JUDGED = (
    ".yaml", ".yml", ".json", ".tf", ".tofu", ".tfvars", ".template", ".cfn", "kustomization", ".sealwright.lock",
)  # fmt: skip
"""Ends of the names of files that rules are about; tests hold this with `run.gate.policy.is_read_by_policy`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Gate the files named on the command line; returns the exit code of `sealwright gate`."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if nothing_can_be_found(arguments, lambda path: path.lower().endswith(_JUDGED), "SEALWRIGHT_BASE"):
        return 0
    from sealwright.hooks._arguments import run_hook

    return run_hook("gate", arguments)


if __name__ == "__main__":
    sys.exit(main())
