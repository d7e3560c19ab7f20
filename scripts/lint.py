"""Run every check that reads the code without running it, and name the ones that failed at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.dirname(sys.executable)

# mypy reads the package through its installed tree of links, where hooks/ and policies/ stand in their places;
# people want to read the names of the files themselves.
LINKS = b"build/__editable__.sealwright-[^/]*/sealwright/"
CHECKS = {
    "style": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy", "--no-error-summary", "-p", "sealwright"],
    "types of tests": ["mypy", "--no-error-summary", "tests", "benchmarks", "examples", "scripts"],
    "imports": ["lint-imports", "--no-logo"],
}


def main() -> int:
    """Run all checks, even after a failure: one look shows everything there is to do."""
    failed = [name for name, command in CHECKS.items() if not passes(command)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    print(f"{', '.join(CHECKS)}: nothing to complain about")
    return 0


def passes(command: list[str]) -> bool:
    """Whether a tool of this environment is content; its output is shown when it is not."""
    tool = os.path.join(BIN, command[0])
    result = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if result.returncode:
        sys.stdout.flush()
        sys.stdout.buffer.write(without_links(result.stdout))
        sys.stdout.flush()
    return result.returncode == 0


def without_links(output: bytes) -> bytes:
    """A tool's output with the paths of the link tree turned into the paths of the files it links to."""
    output = output.replace(b"\\", b"/") if os.sep == "\\" else output
    output = re.sub(LINKS + b"(hooks|policies)/", rb"\1/", output)
    return re.sub(LINKS, b"src/sealwright/", output)


if __name__ == "__main__":
    sys.exit(main())
