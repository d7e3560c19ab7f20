"""What a campaign prepared, as files in the folder of its run; and from there to where it is wanted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sealwright.errors import SealwrightError
from sealwright.fleet.campaign.converting import BUNDLE, DIFF, PATCH
from sealwright.fleet.campaign.pushing import Branch, planted, pushed
from sealwright.fleet.engines.base import LostError
from sealwright.fleet.outputs.sarif_files import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.fleet.campaign.converting import Campaign
    from sealwright.fleet.engines.base import Engine
    from sealwright.fleet.gating import Answer
    from sealwright.fleet.heads import Asked
    from sealwright.fleet.model import Account
    from sealwright.fleet.run_folder import RunFolder

FOLDER = "campaign"
"""In the folder of the run: a folder for each repository that has changes."""
_NAMES = {BUNDLE: "bundle", PATCH: "patch", DIFF: "diff"}
_LOST = "no worker came back from it"


class Keeper:
    """Writes and reads the files of one campaign."""

    def __init__(self, run: str, campaign: Campaign) -> None:
        self._run = run
        self._ref = f"refs/heads/{campaign.branch}"

    def kept(self, answer: Answer) -> Account:
        """The account, which says where the files are, from the folder of the run. Raises SealwrightError."""
        account = answer.account
        if not answer.files:
            return account
        folder = "/".join((FOLDER, file_name(account.member.name).removesuffix(".sarif")))
        paths = {}
        for name, content in answer.files.items():
            paths[_NAMES[name]] = f"{folder}/{name}"
            self._write(paths[_NAMES[name]], content)
        return account._replace(patch={**(account.patch or {}), **paths})

    def delivered(
        self, run: RunFolder, engine: Engine, asked: Asked, *, push: bool | None, plant: bool | None
    ) -> Iterator[tuple[int, Account]]:
        """The accounts of what was pushed, or made a branch of here, or could not be."""
        ways = [(pushed, "pushed")] if push else []
        ways += [(planted, "planted")] if plant else []
        for task, word in ways:
            waiting = {}
            for position, account in list(run.accounts()):
                about = account.patch or {}
                if about.get("commit") and not about.get(word) and not (task is planted and account.member.is_remote):
                    branch = Branch(self._ref, about["commit"], about["parent"], self._read(about["bundle"]))
                    waiting[engine.submit(task, account.member, branch, asked)] = (position, account)
            while waiting:
                done = engine.next()
                position, account = waiting.pop(done.ticket)
                if done.error is not None and not isinstance(done.error, LostError):
                    raise done.error
                yield position, _delivered(account, word, _LOST if done.error is not None else done.result)

    def _read(self, path: str) -> bytes:
        place = os.path.join(self._run, *path.split("/"))
        try:
            with open(place, "rb") as file:
                return file.read()
        except OSError as error:
            hint = "prepare the campaign again, in another --run FOLDER"
            raise SealwrightError(f"cannot be read: {error.strerror}", place=place, hint=hint) from None

    def _write(self, path: str, content: bytes) -> None:
        """For its owner alone, and whole: a campaign that is killed has a file or has it not."""
        place = os.path.join(self._run, *path.split("/"))
        temporary = f"{place}.{os.getpid()}.tmp"
        try:
            os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            os.replace(temporary, place)
        except OSError as error:
            hint = "make room, or give another --run FOLDER"
            raise SealwrightError(f"cannot be written: {error.strerror}", place=place, hint=hint) from None


def _delivered(account: Account, word: str, trouble: str) -> Account:
    about: dict[str, Any] = dict(account.patch or {})
    about.pop(f"not_{word}", None)
    about |= {f"not_{word}": trouble} if trouble else {word: True}
    return account._replace(patch=about)
