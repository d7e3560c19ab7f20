"""The head of a repository judged by its own gate: a task for each.

What is found is what `sealwright gate` finds in a clone: the repository's configuration, baseline and waivers count.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sealwright.config import FILE_NAME, load_config
from sealwright.errors import ExitCode, SealwrightError
from sealwright.finding import Confidence, Location, Outcome, Position, ResourceRef, Severity, Status, Verdict
from sealwright.fleet.checkouts import checked_out
from sealwright.fleet.failures import failed, stopped
from sealwright.fleet.heads import root_of
from sealwright.fleet.model import Account
from sealwright.fleet.outputs.results import finding_of
from sealwright.fleet.standing import settled
from sealwright.fleet.units import run_unit
from sealwright.gate.verdict import GateLimits
from sealwright.gate.waiver import INVALID
from sealwright.report.entries import PROOF_RULE, VERIFY_RULE, failure
from sealwright.report.json_v1 import finding_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealwright.fleet.heads import Asked, Head, Limits
    from sealwright.fleet.model import Member
    from sealwright.fleet.units import Ended

DATED = frozenset({"SLS007", "SLS008"})
"""Rules that go by the day, or by the history of a file."""


class Answer(NamedTuple):
    """The account of a repository, and the contents of files by their names that go with it."""

    account: Account
    files: Mapping[str, bytes] = {}


def gated(member: Member, head: Head, asked: Asked) -> Answer:
    """What the repository's gate says about its head. Raises SealwrightError where this worker is not fit for it."""
    settled(asked.engine)
    if not head.commit:
        return Answer(Account(member))
    words = [*asked.command, *(["--base", head.base] if head.base else [])]
    try:
        with checked_out(root_of(member, head, asked), head.commit) as checkout:
            ended = run_unit(checkout.root, words, asked.seconds)
            account = _account(member, head, ended, _owners(checkout.root), proof=asked.limits.proof)
            if ended.report is not None:
                _mark(account, _limits(checkout.root, asked.limits))
            return Answer(account)
    except SealwrightError as error:
        return Answer(stopped(member, error, (head.commit,)))


def _account(
    member: Member, head: Head, ended: Ended, owners: Callable[[str], tuple[str, ...]] | None, *, proof: bool
) -> Account:
    if ended.report is None:
        return failed(member, ended.problem, (head.commit,), ended.code)
    report = ended.report
    findings = [*report["findings"], *_failures(report["verdicts"], proof=proof)]
    for finding in findings:
        if owners is not None and (names := owners(finding["path"])):
            finding["owners"] = list(names)
    files = report["summary"]["files"]
    return Account(
        member,
        (head.commit,),
        tuple(findings),
        tuple(report["errors"]),
        files=files,
        documents=report["summary"]["documents"],
        contents=files,
        fresh=files,
        code=ended.code,
    )


def _failures(verdicts: list[Mapping[str, Any]], *, proof: bool) -> Iterator[dict[str, Any]]:
    """Sealed items that do not open, as findings; an object that is in a file twice has the same items twice."""
    seen: Counter[str] = Counter()
    for entry in verdicts:
        about, line = entry["resource"], Position(entry["line"], 1)
        ref = ResourceRef(about["apiVersion"], about["kind"], about["namespace"], about["name"])
        place = Location(entry["path"], line, line)
        verdict = Verdict(place, ref, entry["item"], Outcome(entry["verdict"]), entry["reason"])
        verdict = verdict._replace(status=Status(entry.get("status", Status.NEW.value)))
        finding = failure(verdict, proof=proof)
        if finding is not None:
            number = seen[finding.fingerprint]
            seen[finding.fingerprint] += 1
            yield finding_entry(finding._replace(occurrence=number))


def _mark(account: Account, limits: GateLimits) -> None:
    """Say of each finding whether it stands in the way by the limits of the repository itself."""
    for finding in account.findings:
        recorded = finding_of(finding)
        alone = recorded.rule in {VERIFY_RULE, PROOF_RULE, *INVALID} and recorded.status is Status.NEW
        stands = limits.block(recorded) or alone
        cast("dict[str, Any]", finding)["blocks"] = stands and account.code != ExitCode.CLEAN


def _limits(root: str, given: Limits) -> GateLimits:
    """As `sealwright gate` makes them of options and configuration. Raises ConfigurationError."""
    policy = load_config(given.config or os.path.join(root, FILE_NAME), required=bool(given.config)).policy
    severity = Severity[(given.severity or policy.threshold or "medium").upper()]
    overrides = () if given.severity else policy.overrides
    return GateLimits(severity, Confidence(given.confidence or "likely"), overrides, given.proof)


def _owners(root: str) -> Callable[[str], tuple[str, ...]] | None:
    """Who owns what, as the checkout has it."""
    from sealwright.fleet.owners import PLACES, owners_in

    for place in PLACES:
        path = os.path.join(root, *place.split("/"))
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb") as file:
                return owners_in(place, file.read())
    return None
