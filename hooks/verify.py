"""The hook `sealwright-verify`: block SealedSecrets that cannot open for their cluster.

Certificates and stamps are all it needs: no network, and no keys, which have no place where hooks run. Most commits
change no SealedSecret; then nothing but Python itself is loaded.
"""

from __future__ import annotations

import os
import sys

from sealwright.hooks._arguments import FLAGS, WITH_VALUE

from sealwright.manifest.spelling import is_wide

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_KIND = b"SealedSecret"
_OWN_FILES = (".sealwright.lock", ".sealwright.yaml")
_LIMIT = 10 * 1024 * 1024
_ASKS_FOR_MORE = ("SEALWRIGHT_FORMAT", "SEALWRIGHT_OUTPUT", "SEALWRIGHT_CONFIG", "SEALWRIGHT_RENDER")
_DO_MORE = frozenset({"--help", "-h", "--render"})
"""A kustomization without a SealedSecret in it may break those that it renders."""
_NOT_HERE = {"--private-key": "SEALWRIGHT_PRIVATE_KEY", "--controller": "SEALWRIGHT_CONTROLLER"}


def main(argv: Sequence[str] | None = None) -> int:
    """Verify the files named on the command line; returns the exit code of `sealwright verify`."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if _nothing_sealed(arguments):
        return 0
    from sealwright.hooks._arguments import run_hook

    for option, variable in _NOT_HERE.items():
        os.environ.pop(variable, None)  # meant for the command, where somebody looks at what it does
        if any(word.split("=", 1)[0] == option for word in arguments):
            return _refuse(option)
    return run_hook("verify", arguments, "--offline")


def _nothing_sealed(arguments: Sequence[str]) -> bool:
    """Whether there are only small regular files without a SealedSecret, and options that exist."""
    if any(name in os.environ for name in _ASKS_FOR_MORE):
        return False
    files, words = 0, iter(arguments)
    for word in words:
        if word in FLAGS and word not in _DO_MORE and not os.path.lexists(word):
            continue
        if word in WITH_VALUE and word not in _NOT_HERE and not os.path.lexists(word):
            next(words, None)
        elif word.startswith("-") or not _is_plain(word):
            return False
        else:
            files += 1
    return files > 0


def _is_plain(path: str) -> bool:
    if os.path.basename(path) in _OWN_FILES or os.path.islink(path) or not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            data = file.read(_LIMIT + 1)
    except OSError:
        return False
    # A backslash may begin an escape within the word.
    return len(data) <= _LIMIT and _KIND not in data and b"\\" not in data and not is_wide(data)


def _refuse(option: str) -> int:
    from sealwright.cli import show_error
    from sealwright.errors import UsageError

    hint = "a hook has neither keys nor a network: run `sealwright verify` where they are, as in CI on the main branch"
    error = UsageError(f"{option} is not for hooks", hint=hint)
    show_error(error)
    return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
