"""The rest of a conversion whose values are in their stores: its files, and the look for what is left."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from sealwright.cli.conversion.output import tell_remaining
from sealwright.errors import ExitCode
from sealwright.manifest.git import find_repository
from sealwright.manifest.places import Places
from sealwright.report.wording import printable
from sealwright.run.convert.absence import remains
from sealwright.run.convert.apply import finish
from sealwright.run.convert.values import values_before

if TYPE_CHECKING:
    from sealwright.run.convert.journal import Journal


def went_on(journal: Journal, *, as_json: bool) -> ExitCode:
    """Write what is not written yet, and say where values still stand."""
    repository = find_repository()
    places = Places(repository)
    values = values_before(journal, places, repository) if repository is not None else {}
    paths = [places.shown(path) for path in finish(journal)]
    if as_json:
        sys.stdout.write(json.dumps({"version": 1, "resumed": True, "files": paths}, indent=2) + "\n")
    else:
        lines = [*(f"converted {printable(path)}" for path in paths), "The conversion is complete."]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return tell_remaining(remains(repository, values, index=False)) if repository is not None else ExitCode.CLEAN
