"""What a campaign came to: a line for each repository that there is something to say of, or all of it as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode
from sealwright.report.wording import plural, printable, shell_word

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.fleet.campaign.converting import Campaign
    from sealwright.fleet.model import Account
    from sealwright.fleet.run_folder import RunFolder


def report(run: RunFolder, options: argparse.Namespace, campaign: Campaign) -> ExitCode:
    """Write it to stdout. 3 for what could not be converted or pushed, 1 for what would change or has values left."""
    counts: Counter[str] = Counter()
    write = _write_json if options.format == "json" else _write_text
    write(run, campaign, counts)
    sys.stdout.flush()
    if counts["errors"] or counts["undelivered"]:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if counts["open"] else ExitCode.CLEAN


def _count(account: Account, counts: Counter[str]) -> None:
    about = account.patch or {}
    counts["errors"] += bool(account.errors)
    counts["prepared"] += "commit" in about
    counts["unchanged"] += not about.get("files") and not account.errors
    counts["would"] += bool(about.get("files")) and "commit" not in about
    counts["pushed"] += bool(about.get("pushed"))
    counts["undelivered"] += any(f"not_{word}" in about for word in ("pushed", "planted"))
    counts["stays"] += len(about.get("stays", ()))
    counts["open"] += account.code == ExitCode.FINDINGS


def _write_json(run: RunFolder, campaign: Campaign, counts: Counter[str]) -> None:
    repositories = []
    for _, account in run.accounts():
        _count(account, counts)
        entry: dict[str, Any] = {"repository": account.member.name, "errors": list(account.errors)}
        repositories.append({**entry, **(account.patch or {})})
    content = {"version": 1, "campaign": campaign.name, "branch": campaign.branch, "repositories": repositories}
    sys.stdout.write(json.dumps(content, indent=2) + "\n")


def _write_text(run: RunFolder, campaign: Campaign, counts: Counter[str]) -> None:
    example = ""
    for _, account in run.accounts():
        _count(account, counts)
        for line in _lines(account):
            sys.stdout.write(f"{printable(line)}\n")
        example = example or (account.patch or {}).get("bundle", "")
    parts = []
    if not campaign.write:
        parts.append(f"{plural(counts['would'], 'repository')} would change".replace("repositorys", "repositories"))
    else:
        pushed = f" ({counts['pushed']:,} pushed)" if counts["pushed"] else ""
        parts.append(f"{counts['prepared']:,} prepared{pushed}")
    parts.append(f"{counts['unchanged']:,} with nothing to convert")
    if counts["errors"]:
        parts.append(f"{counts['errors']:,} could not be converted as a whole")
    sys.stdout.write(f"\n{', '.join(parts)}.\n" if any(counts.values()) else f"{', '.join(parts)}.\n")
    if example:
        place = shell_word(f"{run.folder}/{example}")
        sys.stdout.write(f"In a clone: git fetch {place} {campaign.branch}:{campaign.branch}\n")


def _lines(account: Account) -> Iterator[str]:
    name, about = account.member.name, account.patch or {}
    if about.get("files"):
        what = f"{plural(about['secrets'], 'Secret')}, {plural(len(about['files']), 'file')}"
        yield f"{name}  {what}" + (f"  {about['patch']}" if "patch" in about else "")
        for word, text in (("pushed", "not pushed"), ("planted", "no branch made")):
            if f"not_{word}" in about:
                yield f"  {text}: {about[f'not_{word}']}"
    stays = about.get("stays", ())
    if stays:
        first = f"{stays[0]['path']}:{stays[0]['line']}: {stays[0]['reason']}"
        yield f"{name}  {plural(len(stays), 'Secret')} as before, the first of them {first}"
    if account.code == ExitCode.FINDINGS and "commit" in about:
        yield f"{name}  values stand in other places, too: sealwright scan shows where"
    for error in account.errors:
        hint = f" ({error['hint']})" if error.get("hint") else ""
        yield f"error: {name} {error['path']}: {error['message']}{hint}"
