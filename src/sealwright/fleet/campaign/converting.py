"""The head of a repository converted, and what changed made into files that can be applied: a task for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.fleet.campaign.bundles import bundle
from sealwright.fleet.campaign.cleanliness import unclean
from sealwright.fleet.campaign.commits import Files, committed
from sealwright.fleet.campaign.message import message_of
from sealwright.fleet.campaign.patches import patch
from sealwright.fleet.checkouts import checked_out
from sealwright.fleet.failures import failed, stopped
from sealwright.fleet.gating import Answer
from sealwright.fleet.heads import root_of
from sealwright.fleet.model import Account
from sealwright.fleet.standing import settled
from sealwright.fleet.units import run_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.fleet.campaign.commits import Author, Made
    from sealwright.fleet.checkouts import Checkout
    from sealwright.fleet.heads import Asked, Head
    from sealwright.fleet.model import Member

BRANCHES = "sealwright/"
"""With which the names of a campaign's branches begin."""
BUNDLE, PATCH, DIFF = "branch.bundle", "changes.patch", "changes.diff"
"""What is fetched, what is mailed, and what is read: values are masked in it."""


class Campaign(NamedTuple):
    """The name of a conversion of many repositories, and who commits. `write`: else nothing is made but a plan."""

    name: str
    author: Author
    write: bool = True

    @property
    def branch(self) -> str:
        """The branch that it makes in each, without `refs/heads/`."""
        return BRANCHES + self.name


class Converted:
    """The task: picklable, and importable on every worker."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def __call__(self, member: Member, head: Head, asked: Asked) -> Answer:
        """What the conversion of a repository's head comes to. Raises SealwrightError where this worker is not fit."""
        settled(asked.engine)
        if not head.commit:
            return Answer(Account(member))
        try:
            with checked_out(root_of(member, head, asked), head.commit) as checkout:
                return self._converted(member, head, asked, checkout)
        except SealwrightError as error:
            return Answer(stopped(member, error, (head.commit,)))

    def _converted(self, member: Member, head: Head, asked: Asked, checkout: Checkout) -> Answer:
        before = Files(checkout)
        ended = run_unit(checkout.root, asked.command, asked.seconds)
        if ended.report is None:
            return Answer(failed(member, ended.problem, (head.commit,), ended.code))
        about = _about(ended.report)
        files: Mapping[str, bytes] = {}
        if self._campaign.write:
            message = message_of(ended.report, self._campaign.name)
            made = committed(checkout, head.commit, before.changed(), message, self._campaign.author)
            if made is not None:
                place = unclean(made.changes)
                if place:
                    hint = "convert it by hand, and look at that line: the branch would have it, too"
                    raise SealwrightError(f"{place}: what the conversion writes holds a value in clear", hint=hint)
                files = self._files(made, message, str(ended.report.get("diff", "")))
                about |= {"branch": self._campaign.branch, "commit": made.oid, "parent": made.parent}
        return Answer(
            Account(
                member,
                (head.commit,),
                errors=tuple(ended.report["errors"]),
                patch=about,
                code=ended.code,
            ),
            files,
        )

    def _files(self, made: Made, message: str, diff: str) -> Mapping[str, bytes]:
        return {
            BUNDLE: bundle(made, f"refs/heads/{self._campaign.branch}"),
            PATCH: patch(made, message, self._campaign.author),
            DIFF: diff.encode("utf-8", "backslashreplace"),
        }


def _about(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan comes to, in figures, and the files that it is about."""
    return {
        "secrets": report["summary"]["secrets"],
        "values": report["summary"]["values"],
        "files": list(report["files"]),
        "stays": [{"path": one["path"], "line": one["line"], "reason": one["reason"]} for one in report["stays"]],
    }
