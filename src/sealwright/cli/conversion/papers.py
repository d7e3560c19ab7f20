"""What goes with a conversion: policies for who reads and who uploads, the runbook of a takeover, the worklist."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.conversion.options import WORKLISTS
from sealwright.cli.outputs import format_and_file, write_whole
from sealwright.cli.streams import complain
from sealwright.errors import UsageError
from sealwright.report.wording import printable
from sealwright.run.convert.goal import EXTERNAL_SECRET, SECRET_PROVIDER_CLASS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.cli.conversion.session import Session
    from sealwright.run.convert.plan import Move, Plan
    from sealwright.run.convert.takeover import Converted
    from sealwright.run.convert.worklist import Moved
    from sealwright.stores.access.party import Party, ServiceAccount

_OPERATOR = "external-secrets/external-secrets"
"""Where the operator's chart puts its service account."""


def check_paper_options(options: argparse.Namespace) -> None:
    """Raises UsageError for what could only fail after the work is done."""
    for given in options.worklist or ():
        _worklist_target(given)
    if options.service_account and "/" not in options.service_account:
        raise UsageError("--service-account is NAMESPACE/NAME", hint=f"for example {_OPERATOR}")


class Paper(NamedTuple):
    """A file to write beside the conversion; `what` it is, for messages."""

    path: str
    text: str
    what: str


def prepared_papers(session: Session, plan: Plan) -> list[Paper]:
    """What was asked for, before anything is done, so that what is missing for it shows now. Raises UsageError."""
    options = session.options
    papers: list[Paper] = []
    if options.iam_policy:
        papers += _policies(options, plan)
    if options.secret_store:
        papers.append(_stores(options, plan))
    if options.worklist:
        papers += _worklists(session, plan, options.worklist)
    for paper in papers:
        folder = os.path.dirname(paper.path) or os.curdir
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK) or os.path.isdir(paper.path):
            raise UsageError(f"{paper.what} cannot be written there", place=paper.path, hint="name a file in a folder")
    return papers


def write_papers(papers: Iterable[Paper]) -> None:
    """Write them. What is told goes to stderr: stdout is the plan's, which may be JSON."""
    for paper in papers:
        write_whole(paper.path, paper.text, paper.what)
        complain(f"wrote {printable(paper.path)}\n")


def _policies(options: argparse.Namespace, plan: Plan) -> Iterator[Paper]:
    """The reader's policy into the file itself; what else is needed into files beside it."""
    from sealwright.stores.access.documents import access_documents

    stores = {move.store: move.goal.store for move in plan.moves if move.goal.store is not None}
    for number, settings in enumerate(stores.values()):
        moves = [move for move in plan.moves if move.store == settings.name]
        names = sorted({remote.name for move in moves for remote in move.placement.remotes})
        access = access_documents(settings, names, _party(options, moves))
        stem, ending = os.path.splitext(options.iam_policy)
        for count, (name, text) in enumerate(access.files.items()):
            first = number == 0 and count == 0
            path = options.iam_policy if first else f"{stem}-{name}" if ending else f"{options.iam_policy}-{name}"
            yield Paper(path, text, "the policy")
        for note in access.notes:
            complain(f"note: {note}\n")


def _stores(options: argparse.Namespace, plan: Plan) -> Paper:
    """The objects that ExternalSecrets point at, for the namespaces that have some."""
    from sealwright.convert.external_secret.secret_store import Identity, secret_store_text

    namespace, _, account = (options.service_account or "").partition("/")
    role = options.aws_role or options.vault_role or ""
    identity = Identity(account, namespace, role, tenant=options.azure_tenant or "")
    moves = [move for move in plan.moves if move.goal.to == EXTERNAL_SECRET]
    texts = []
    for settings in {move.store: move.goal.store for move in moves}.values():
        if settings is not None:
            namespaces = {move.namespace for move in moves if move.store == settings.name}
            texts.append(secret_store_text(settings, identity, sorted(namespaces)))
    return Paper(options.secret_store, "---\n".join(texts), "the store's object")


def _party(options: argparse.Namespace, moves: Sequence[Move]) -> Party:
    from sealwright.stores.access.party import Consumer, Party

    mounted = any(move.goal.to == SECRET_PROVIDER_CLASS for move in moves)
    return Party(
        Consumer.CSI if mounted else Consumer.OPERATOR,
        tuple(_accounts(options, moves, mounted=mounted)),
        account=options.aws_account or "",
        oidc_provider=options.oidc_provider or "",
        cluster=options.eks_cluster or "",
        member=options.gcp_member or "",
        subscription=options.azure_subscription or "",
        resource_group=options.azure_resource_group or "",
        principal=options.azure_principal or "",
    )


def _accounts(options: argparse.Namespace, moves: Sequence[Move], *, mounted: bool) -> Iterator[ServiceAccount]:
    from sealwright.stores.access.party import ServiceAccount

    if mounted and not options.service_account:
        found = sorted({(move.facts.namespace, name) for move in moves for name in move.accounts})
        yield from (ServiceAccount(namespace, name) for namespace, name in found)
        return
    namespace, _, name = (options.service_account or _OPERATOR).partition("/")
    yield ServiceAccount(namespace, name)


def runbook_of(session: Session, plan: Plan) -> str:
    """How a running cluster takes over, as Markdown; '' where nobody asked, or nothing moves."""
    kind = session.options.takeover
    if not kind or not plan.moves:
        return ""
    from sealwright.run.convert.takeover import runbook, steps

    beside = session.taken_over()
    moves = [move for move in plan.moves if move.store]
    return runbook(steps(kind, [_converted(kind, move, beside=(move.path, move.ref) in beside) for move in moves]))


def _converted(kind: str, move: Move, *, beside: bool) -> Converted:
    from sealwright.convert.takeover import new_name
    from sealwright.run.convert.takeover import EXTERNAL_SECRET, NEW_NAME, Converted
    from sealwright.run.convert.takeover import SECRET_PROVIDER_CLASS as CLASS

    facts, mounted = move.facts, move.goal.to == SECRET_PROVIDER_CLASS
    anew = kind == NEW_NAME and not move.release
    new = f"{facts.name}-csi" if mounted else new_name(facts.name) if anew else ""
    kind_of_object = CLASS if mounted else EXTERNAL_SECRET
    generated = bool(move.origin) and not move.release
    where = (facts.namespace, facts.name, facts.name, move.place)
    return Converted(*where, kind_of_object, new, move.workloads, generated, move.release, beside)


def _worklists(session: Session, plan: Plan, wanted: Sequence[str]) -> Iterator[Paper]:
    from sealwright.run.convert.worklist import worklist
    from sealwright.run.convert.worklist_output import render_json, render_markdown, render_text

    if session.repository is None:
        raise UsageError("a worklist needs a git repository", hint="run it inside one")
    found = worklist(session.repository, [moved for move in plan.moves for moved in _moved(move)])
    renderers = {"text": render_text, "json": render_json, "markdown": render_markdown}
    for given in wanted:
        form, path = _worklist_target(given)
        yield Paper(path, renderers[form](found), "the worklist")


def _moved(move: Move) -> Iterator[Moved]:
    from sealwright.run.convert.worklist import Moved

    for value in move.facts.values:
        reference = move.placement.references.get(value.key)
        where = (move.store, reference.name, reference.property) if reference else ("", "", "")
        yield Moved(
            move.ref, value.key, value.plaintext, move.origin or move.path, *where, move.written.get(value.key, "")
        )


def _worklist_target(given: str) -> tuple[str, str]:
    form, path = format_and_file(given, WORKLISTS, "--worklist")
    if form not in WORKLISTS:
        raise UsageError("--worklist has no such FORMAT", hint=f"one of {', '.join(WORKLISTS)}")
    return form, path
