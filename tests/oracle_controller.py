"""Where the real controller's endpoints are. tests/oracles/controller/README.md tells how to build them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOT_BUILT = "the controller is not built"
_BUILT = Path(__file__).resolve().parent.parent / ".oracles" / "controller"


def controller_path() -> str | None:
    """The first that can be run of: the path in SEALWRIGHT_ORACLE_CONTROLLER, the repository's `.oracles`."""
    for candidate in (os.environ.get("SEALWRIGHT_ORACLE_CONTROLLER"), str(_BUILT)):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


@contextmanager
def upstream(folder: Path, *pairs: tuple[bytes, bytes], rate: int = 1000, burst: int = 1000) -> Iterator[str]:
    """The address of a real controller with these keys and certificates (PEM), the current pair first."""
    files = []
    for number, (key, certificate) in enumerate(pairs):
        files += [folder / f"{number}.key", folder / f"{number}.crt"]
        files[-2].write_bytes(key)
        files[-1].write_bytes(certificate)
    command = [controller_path() or "", str(rate), str(burst), *map(str, files)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        yield f"http://{process.stdout.readline().decode().strip()}"
    finally:
        process.kill()
        process.communicate()
