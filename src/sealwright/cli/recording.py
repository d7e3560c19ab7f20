"""What a run was, for the formats that are evidence. It costs git a few calls, so that it is made only for those."""

from __future__ import annotations

import json
import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.context import formats, is_staged
from sealwright.config import LOCK_NAME
from sealwright.detect.registry import rule_names
from sealwright.errors import SealwrightError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import read_target
from sealwright.manifest.places import Places
from sealwright.manifest.revision import Revision, repository_name, revision
from sealwright.patterns import Pattern
from sealwright.report.entries import PROOF_RULE, VERIFY_RULE
from sealwright.report.record import PackRecord, Record, WaiverRecord

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sealwright.config import Config
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository
    from sealwright.policy.packs.model import Rules

_ANY_SIZE = 1 << 40
_ABOUT_A_TREE = ("in-toto", "oscal")
_SECONDS = Pattern(r"[0-9]{1,11}\Z")
_PLAIN_URL = Pattern(r"https?://[A-Za-z0-9._:/-]+\Z")
"""Nothing in it that could be a credential."""


class Ran(NamedTuple):
    """What a command looks at, and by what it goes. `files` are those that it goes by beside the configuration."""

    options: Namespace
    selection: Selection
    repository: Repository | None
    config: Config
    stdin: bytes | None = None
    files: tuple[str, ...] = ()


def scan_record(ran: Ran) -> Record:
    """Of a scan. Raises UsageError for one of commits: evidence is about one tree."""
    from sealwright.policy.packs.served import served

    if ran.options.history is not None and not formats(ran.options).isdisjoint(_ABOUT_A_TREE):
        hint = "leave --history out, or take another format"
        raise UsageError("evidence is about one tree, which a range of commits is not", hint=hint)
    names = rule_names()
    return _record(ran)._replace(threshold=_threshold(ran, "low"), rules=names, controls=served((), names))


def verify_record(ran: Ran) -> Record:
    """Of a verification."""
    from sealwright.policy.packs.served import served

    names = _item_rules(ran)
    return _record(ran)._replace(rules=names, controls=served((), (), names))


def gate_controls(ran: Ran, rules: Rules, packs: Collection[str]) -> dict[str, tuple[str, ...]]:
    """`framework/control` to the rules that serve it, where all rules look at a tree.

    `packs` are names: where some are named after frameworks, the others are left out.
    """
    from sealwright.policy.packs.served import frameworks, served

    controls = served(rules.rules, rule_names(), _judged_items(ran))
    wanted = frameworks(packs, controls)
    return {key: ids for key, ids in controls.items() if key.partition("/")[0] in wanted}


def gate_record(ran: Ran, rules: Rules, base: str, silent: Collection[str]) -> Record:
    """Of a gate. `base` is a commit's id; `silent` are rules with nothing to be about."""
    from sealwright.cli.asking import pack_names, staged_packs

    root = ran.repository.root if ran.repository is not None else "."
    names = (*(rule.id for rule in rules.rules), *rule_names(), *_judged_items(ran))
    given = staged_packs(ran.options, ran.config, ran.repository)
    records = tuple(_packs(pack_names(ran.options, ran.config), root, given))
    return _record(ran)._replace(
        threshold=_threshold(ran, ran.config.policy.threshold or "medium"),
        base=base,
        packs=records,
        params={name.name: json.dumps(value, sort_keys=True) for name, value in ran.config.policy.params},
        controls=gate_controls(ran, rules, [pack.name for pack in records]),
        rules=names,
        silent=tuple(sorted(silent)),
    )


def _record(ran: Ran) -> Record:
    from sealwright.cli.exceptions import scope_of
    from sealwright.gate.judge import Scope

    now = revision(ran.repository) if ran.repository is not None else Revision("", "", dirty=False)
    record = Record(
        ran.options.command,
        repository_name(ran.repository),
        started(),
        now.commit,
        now.tree,
        now.dirty,
        partial=ran.stdin is not None or scope_of(ran.options, ran.repository) is not Scope.WHOLE,
        configuration=dict(_configuration(ran)),
        waivers=tuple(_waivers(ran.config)),
        confidence="" if ran.options.command == "verify" else ran.options.confidence_threshold or "likely",
        url=_url(os.environ),
        relaxed=bool(ran.config.overrides or ran.config.policy.overrides),
    )
    return record if record.is_of_commit else record._replace(files=dict(_files(ran)))


def _files(ran: Ran) -> Iterator[tuple[str, str]]:
    from sealwright.run.scan import targets

    for target in targets(ran.selection, ran.repository, ran.stdin):
        if not isinstance(target, Problem):
            try:
                yield target.path, sha256(read_target(target, _ANY_SIZE)).hexdigest()
            except SealwrightError:
                continue  # the run tells it


def _configuration(ran: Ran) -> Iterator[tuple[str, str]]:
    places = Places(ran.repository)
    stamps = (
        "" if ran.repository is None or ran.options.command == "scan" else os.path.join(ran.repository.root, LOCK_NAME)
    )
    for path in (ran.config.path, *ran.files, stamps):
        data = _staged(ran, path)
        if data is not None:
            yield places.shown(path), sha256(data).hexdigest()
        elif path and os.path.isfile(path):
            with open(path, "rb") as file:
                yield places.shown(path), sha256(file.read()).hexdigest()


def _staged(ran: Ran, path: str) -> bytes | None:
    """What the index has there, where it is the index that counts."""
    if not (path and is_staged(ran.options) and ran.repository is not None):
        return None
    from sealwright.manifest.staged import staged_content

    return staged_content(ran.repository, path, _ANY_SIZE)


def _waivers(config: Config) -> Iterator[WaiverRecord]:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for waiver in config.waivers:
        if not waiver.expires or waiver.expires >= today:
            yield WaiverRecord(
                waiver.rule.name,
                waiver.reason,
                waiver.owner,
                waiver.path,
                waiver.ticket,
                waiver.approved_by,
                waiver.created,
                waiver.expires,
            )


def _packs(names: Sequence[str], root: str, given: Mapping[str, bytes | None] | None) -> Iterator[PackRecord]:
    from sealwright.policy.packs.digest import digest
    from sealwright.policy.packs.load import chosen

    packs, catalogue = chosen(names, root, given)
    for pack in packs:
        yield PackRecord(pack.name, pack.version, digest(pack, catalogue), tuple(pack.rules))


def _item_rules(ran: Ran) -> tuple[str, ...]:
    return (VERIFY_RULE, PROOF_RULE) if ran.options.require_proof else (VERIFY_RULE,)


def _judged_items(ran: Ran) -> tuple[str, ...]:
    """Without clusters there is nothing that sealed items could be compared with."""
    return _item_rules(ran) if ran.config.clusters else ()


def _threshold(ran: Ran, usual: str) -> str:
    return str(ran.options.severity_threshold or usual)


def started() -> str:
    """Now, or what SOURCE_DATE_EPOCH says, for whoever has to make the same file twice."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said and not _SECONDS.match(said):
        raise UsageError("is no number of seconds", place="SOURCE_DATE_EPOCH", hint="unset it, or use `date +%s`")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(said) if said else None))


def _url(environment: Mapping[str, str]) -> str:
    """Where GitHub or GitLab shows this run; '' elsewhere."""
    server, name, run = (environment.get(f"GITHUB_{what}", "") for what in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    url = f"{server}/{name}/actions/runs/{run}" if server and name and run else environment.get("CI_JOB_URL", "")
    return url if _PLAIN_URL.match(url) else ""
