"""Ask for advisories about every package of requirements-dev.lock: what sealwright runs with, and what makes it.

Usage: python scripts/audit.py PYTHON, an interpreter that has pip-audit (tests/oracles/audit/README.md).

Exit code 1 where a package has a known weakness. Where no service for advisories answers, it says so and ends with 0:
a machine without a network must be able to run everything else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join(ROOT, "requirements-dev.lock")
SERVICES = ("osv", "pypi")
SECONDS = 600


def main(arguments: list[str]) -> int:
    """Ask one service after the other until one has answered."""
    [python] = arguments
    for service in SERVICES:
        report = ask(python, service)
        if audited(report):
            lines = weaknesses(report)
            left = [name for name, entry in packages(report).items() if "skip_reason" in entry]
            print("".join(f"{line}\n" for line in lines), end="")
            print(f"{service}: {audited(report)} packages, {len(lines)} advisories", end="")
            print(f"; not known there: {', '.join(left)}" if left else "")
            return 1 if lines else 0
    print(f"note: nothing was audited: no service for advisories ({', '.join(SERVICES)}) can be reached from here")
    return 0


def ask(python: str, service: str, *options: str) -> dict[str, Any]:
    """What pip-audit found out; {} where it could not."""
    command = [python, "-m", "pip_audit", "--requirement", LOCK, "--no-deps", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--vulnerability-service", service, *options]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
        report = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return report if isinstance(report, dict) else {}


def packages(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The packages of a report by name."""
    return {entry["name"]: entry for entry in report.get("dependencies", ())}


def audited(report: dict[str, Any]) -> int:
    """Of how many packages the service knew anything."""
    return sum("vulns" in entry for entry in packages(report).values())


def weaknesses(report: dict[str, Any]) -> list[str]:
    """A line for each advisory that fits what is pinned."""
    return [
        f"{name} {entry['version']}: {one['id']}, mended in {', '.join(one.get('fix_versions') or ()) or 'no version'}"
        for name, entry in packages(report).items()
        for one in entry.get("vulns", ())
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
