"""`sealwright convert`: plaintext Secrets of a whole repository to references, or to SealedSecrets, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.conversion.options import add_convert_options, check_convert_options
from sealwright.cli.conversion.output import show, tell_remaining
from sealwright.cli.conversion.papers import check_paper_options, prepared_papers, runbook_of, write_papers
from sealwright.cli.streams import complain
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.conversion.session import Session
    from sealwright.cli.options import Parser
    from sealwright.run.convert.journal import Journal, Put
    from sealwright.run.convert.plan import Plan

DESCRIPTION = (
    "Turn plaintext Secrets into ExternalSecrets, SecretProviderClasses or SealedSecrets. Values are put into the "
    "store, read back and compared before any file changes. Without --write the plan is shown and nothing happens."
)


def add_options(parser: Parser) -> None:
    """What becomes what, and whether it happens."""
    add_convert_options(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Plan, and with --write do it."""
    check_convert_options(options)
    check_paper_options(options)
    from sealwright.cli.conversion.resume import went_on
    from sealwright.cli.conversion.session import Session, restored
    from sealwright.run.convert.journal import Stage

    if options.undo:
        from sealwright.cli.conversion.undo import undo

        return undo(options)
    if options.write and options.offline:
        return _mended(Session(options))
    journal = None
    if options.write or options.resume:
        journal = _journal(options)
        if options.resume and journal.stage is Stage.REWRITING:
            return went_on(journal, as_json=options.format == "json")
        if options.resume:
            options = restored(options, journal.begun.arguments)
    session = Session(options)
    if journal is not None and options.resume:
        session.check_stores(journal)
    plan = session.plan()
    papers = prepared_papers(session, plan) if plan.moves else []
    puts: Sequence[Put] = ()
    if journal is not None or options.build:
        session.compare_builds(plan)
    if journal is not None and plan.changes:
        puts = _carried_out(session, plan, journal)
    elif journal is not None and options.resume:
        journal.end()
    show(session, plan, puts, written=journal is not None, runbook=runbook_of(session, plan))
    write_papers(papers)
    return _exit_code(plan, session, written=journal is not None)


def _mended(session: Session) -> ExitCode:
    """As a hook: write what is in its store already, and say what is to be done about the rest."""
    plan = session.plan()
    if plan.changes:
        session.write_offline(plan)
    if plan.moves or plan.stays or plan.problems:
        show(session, plan, (), written=True)
    if plan.problems:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if plan.changes or plan.stays else ExitCode.CLEAN


def _carried_out(session: Session, plan: Plan, journal: Journal) -> Sequence[Put]:
    try:
        return session.carry_out(plan, journal)
    except BaseException:
        if journal.unfinished and journal.puts:
            complain("note: some values may be in their store by now; --resume goes on, --undo takes them back\n")
        raise


def _journal(options: argparse.Namespace) -> Journal:
    """The journal, ready for what is asked for. Raises UsageError where another conversion has not ended."""
    from sealwright.manifest.git import find_repository
    from sealwright.run.convert.apply import open_journal
    from sealwright.run.convert.journal import Stage

    journal = open_journal(find_repository()).journal
    if options.write and journal.stage is Stage.REWRITING:
        hint = "`sealwright convert --resume` goes on with it, `sealwright convert --undo` takes it back"
        raise UsageError("a conversion has not ended", hint=hint)
    if options.resume and not journal.unfinished:
        raise UsageError("there is no conversion to go on with", hint="begin one: sealwright convert --write")
    return journal


def _exit_code(plan: Plan, session: Session, *, written: bool) -> ExitCode:
    """3 for what could not be read, 1 for what would change under --check, or for values that are still there."""
    if plan.problems:
        return ExitCode.INCOMPLETE
    if session.options.check:
        return ExitCode.FINDINGS if plan.changes else ExitCode.CLEAN
    remaining = tell_remaining(session.remaining(plan)) if plan.moves and not session.keeps(plan) else ExitCode.CLEAN
    return remaining if written else ExitCode.CLEAN
