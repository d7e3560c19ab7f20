"""What should I do first? One thing, with the reason why it is that one, and a command where there is one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import STDIN_NAME, Severity
from sealwright.inventory.model import Held
from sealwright.report.base import Style
from sealwright.report.commands import seal_command
from sealwright.report.days import SOON, days_between, long_day
from sealwright.report.html.words import capital, stands
from sealwright.report.wording import plural, shell_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.finding import Finding, Verdict
    from sealwright.inventory.model import Certificate, Inventory, Rotation, Secret

_TO = {Held.EXTERNAL: "external-secret", Held.CSI: "secret-provider-class", Held.SEALED: "sealed-secret"}
_PRODUCTION = ("prod", "live")


class Step(NamedTuple):
    """`what` is an imperative; `why` a sentence; `command` can be copied, '' where there is none."""

    what: str
    why: str = ""
    command: str = ""


def first_step(inventory: Inventory) -> Step:
    """What is in clear comes first, then what does not open, what runs out, what stands, and what was in clear."""
    clear = [secret for secret in inventory.secrets if secret.held is Held.PLAINTEXT and not secret.accepted]
    if clear:
        return _take_out_of_clear(inventory, clear)
    candidates = (
        verdict_step(inventory.verdicts),
        _certificate_step(inventory),
        finding_step(filter(stands, inventory.findings), Style()),
        _rotation_step(inventory.rotations),
    )
    found = next((step for step in candidates if step is not None), None)
    if found is not None:
        return found
    if inventory.problems:
        return Step("Let everything be checked", "What could not be read may hold secrets.", "sealwright scan")
    if not inventory.files:
        return Step("Look at some files", "No file was looked at: check the paths, and what is left out of them.")
    return Step("Nothing", "Nothing stands against this repository. A hook and a gate keep it so.", "sealwright doctor")


def verdict_step(verdicts: Iterable[Verdict]) -> Step | None:
    """The first sealed item that does not open."""
    failing = [verdict for verdict in verdicts if verdict.outcome.is_failure]
    if not failing:
        return None
    first = failing[0]
    why = f"{plural(len(failing), 'sealed value')} cannot be opened by the cluster: {first.reason or 'see below'}."
    return Step(f"Seal {first.resource} again", why, f"sealwright verify {shell_word(first.location.path)}")


def finding_step(findings: Iterable[Finding], style: Style) -> Step | None:
    """The worst of these findings."""
    standing = list(findings)
    if not standing:
        return None
    worst = max(standing, key=lambda finding: finding.severity)
    same = sum(finding.severity is worst.severity for finding in standing)
    what = f"Mend {worst.resource}" if worst.resource.kind else f"Mend {worst.location.path}"
    alike = f"; {plural(same - 1, 'other finding')} {'are' if same > 2 else 'is'} as severe" if same > 1 else ""
    command = seal_command(worst.location.path, [worst], style) or f"sealwright policy show {shell_word(worst.rule)}"
    return Step(what, f"{capital(worst.message)}{alike}.", command)


def _take_out_of_clear(inventory: Inventory, clear: list[Secret]) -> Step:
    severity = {finding.fingerprint: finding.severity for finding in inventory.findings if stands(finding)}

    def urgency(secret: Secret) -> tuple[int, bool, int, int, int]:
        worst = max((severity.get(mark, Severity.INFO) for mark in secret.findings), default=Severity.INFO)
        production = secret.environment.lower().startswith(_PRODUCTION)
        age = days_between(secret.since, inventory.day) or 0
        return worst, production, len(secret.consumers), len(secret.items), age

    secret = max(clear, key=urgency)
    told = [
        plural(len(secret.items), "value") if secret.items else "",
        f"used by {plural(len({consumer.ref for consumer in secret.consumers}), 'object')}" if secret.consumers else "",
        f"in clear since {long_day(secret.since)}" if secret.since else "",
    ]
    why = ", ".join(filter(None, told)) or "anyone who can read this repository can read it"
    then = "Then change its values: what was in Git is known."
    path = secret.location.path
    subject = str(secret.ref) if secret.ref.kind else f"the values in {path}"
    what = f"Take {subject} out of clear"
    return Step(what, f"{capital(why)}. {then}", "" if path == STDIN_NAME else _way_out(inventory, secret))


def _way_out(inventory: Inventory, secret: Secret) -> str:
    """The command that shows how: the conversion that is usual here, where it is a Secret that can be converted."""
    command = _usual(inventory) if secret.ref.kind == "Secret" else "sealwright scan --explain"
    return f"{command} {shell_word(os.path.normpath(secret.location.path))}"


def _usual(inventory: Inventory) -> str:
    """The conversion that this repository uses most. Where no cluster says whose certificate, somebody has to."""
    held = [secret.held for secret in inventory.secrets]
    most = max(_TO, key=held.count)
    known = most is not Held.SEALED or any(key.kind == "sealing" and key.cluster for key in inventory.keys)
    return f"sealwright convert --to {_TO[most]}{'' if known else f' --certificate {Style().certificate}'}"


def _certificate_step(inventory: Inventory) -> Step | None:
    def left(certificate: Certificate) -> int:
        days = days_between(inventory.day, certificate.expires)
        return SOON + 1 if days is None else days

    soonest = min(inventory.certificates, key=left, default=None)
    if soonest is None or left(soonest) > SOON:
        return None
    over = left(soonest) < 0
    when = f"It ended on {long_day(soonest.expires)}." if over else f"It ends on {long_day(soonest.expires)}."
    return Step(f"Renew the {soonest.purpose} certificate of {soonest.subject}".replace("  ", " "), when)


def _rotation_step(rotations: Iterable[Rotation]) -> Step | None:
    oldest = min(rotations, key=lambda rotation: rotation.since, default=None)
    if oldest is None:
        return None
    why = f"It was in clear in Git from {long_day(oldest.since)}: who has a copy of the history has the value."
    return Step(f"Change {oldest.field or 'the value'} of {oldest.ref}", why)
