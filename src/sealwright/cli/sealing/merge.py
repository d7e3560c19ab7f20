"""`sealwright seal --into FILE`: Secrets or single values into SealedSecrets that are there already."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.sealing.output import outputs, seal_to_files
from sealwright.cli.sealing.session import refused
from sealwright.cli.sealing.values import named_values
from sealwright.cli.streams import complain
from sealwright.errors import ExitCode, SealwrightError, UsageError
from sealwright.report.wording import printable
from sealwright.rewrite.transaction import FileChange
from sealwright.run.ledger import Recollection
from sealwright.run.merge import MergedFile, Wish, merge_file, template_advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.cli.sealing.session import Session
    from sealwright.convert.advice import Advice
    from sealwright.convert.merge import Merge, Merged
    from sealwright.manifest.discover import Target
    from sealwright.run.certificates import Certificates
    from sealwright.sealing.certificate import SealingCertificate

_SIGNS = (("added", "+", "added"), ("changed", "~", "sealed again"), ("deleted", "-", "deleted"))
_TEMPLATE = "in the template"


def seal_into(session: Session) -> ExitCode:
    """Every file that is merged into, all or none; one that is not there yet is made of whole Secrets."""
    options = session.options
    by_value = bool(options.key or options.from_file)
    given = bool(session.selection.paths)
    if by_value and given and not (options.key and session.selection.paths == ("-",)):
        raise UsageError("a Secret and single values cannot be merged at once", hint="one after the other")
    secrets = (given and not options.key) or not (by_value or options.delete)
    files = list(outputs(session, options.into))
    missing = [out for _, out in files if not os.path.lexists(out.location)]
    if missing and len(missing) == len(files) and secrets and not options.delete:
        return seal_to_files(session, options.into)
    if missing:
        raise UsageError(
            "no such file", place=missing[0].path, hint="make it of a whole Secret: sealwright seal -w FILE"
        )
    wishes = _secrets(session) if secrets else [_values(session)]
    results = [_merged(session, wishes, certificates, out) for certificates, out in files]
    errors = [result for result in results if isinstance(result, SealwrightError)]
    if errors:
        return refused(errors)
    return _finished(session, [result for result in results if isinstance(result, MergedFile)])


def _merged(
    session: Session, wishes: Sequence[Wish], certificates: Certificates, out: Target
) -> MergedFile | SealwrightError:
    try:
        return merge_file(out, wishes, lambda: certificates.for_file(out.path), session.ledger)
    except SealwrightError as error:
        return error


def _finished(session: Session, files: list[MergedFile]) -> ExitCode:
    changing = [file for file in files if file.before != file.after]
    found = (advice for file in changing for advice in template_advice(file))
    session.warn(found, in_vain=lambda _: False)  # it stood there before
    if not session.options.check:
        changes = [FileChange(file.target.location, file.before, file.after) for file in changing]
        session.write(changes, [stamp for file in files for stamp in file.stamps])
    for file in files:
        sys.stdout.write("".join(_told(file)))
    unknown = sum(len(file.unknown) for file in files)
    if unknown:
        flaw = f" ({session.ledger.flaw})" if session.ledger.flaw else ""
        values = "1 value was" if unknown == 1 else f"{unknown} values were"
        complain(f"note: {values} sealed again without knowing whether that was needed: not in the ledger here{flaw}\n")
    if session.options.check:
        return ExitCode.FINDINGS if changing else ExitCode.CLEAN
    return ExitCode.CLEAN


def _told(file: MergedFile) -> Iterator[str]:
    for outcome in file.outcomes:
        yield f"{printable(file.target.path)}  {outcome.ref}\n"
        lines = [(sign, name, words) for field, sign, words in _SIGNS for name in getattr(outcome, field)]
        lines += [("~", name, _TEMPLATE) for name in outcome.template]
        width = max((len(name) for _, name, _ in lines), default=0)
        yield from (f"  {sign} {printable(name):<{width}}  {words}\n" for sign, name, words in lines)
        yield _kept(outcome, nothing_else=not lines)


def _kept(outcome: Merged, *, nothing_else: bool) -> str:
    if not outcome.kept:
        return ""
    count = len(outcome.kept)
    return f"  {count} unchanged\n" if not nothing_else else f"  nothing to change, {count} unchanged\n"


def _no_certificate(path: str) -> SealingCertificate:
    raise UsageError("nothing is sealed here", place=path)


def _merge(session: Session) -> Merge:
    from sealwright.convert.merge import Merge

    options, wanted = session.options, session.sealing_options()
    return Merge(
        delete=frozenset(options.delete or ()),
        prune=bool(options.prune),
        scope=wanted.scope,
        namespace=wanted.namespace,
        allow_empty=bool(options.allow_empty_data),
    )


def _values(session: Session) -> Wish:
    """The values of the command line, for the SealedSecret that --name and -n say, or for the only one."""
    from sealwright.convert.secret_model import Value

    options = session.options
    values = tuple(Value(key, plaintext) for key, plaintext in named_values(options))
    session.warn(session.advice_on_values(values))
    return Wish(_merge(session)._replace(values=values), options.name or "", options.namespace or "")


def _secrets(session: Session) -> list[Wish]:
    """The Secrets of the input, each for the SealedSecret of its name. Raises SealwrightError."""
    from sealwright.run.merge_input import wishes_of

    advice: list[Advice] = []
    sealing = session.sealing(_no_certificate, exposed_only=False, memory=Recollection(session.ledger))
    found = [wish for target in session.targets() for wish in wishes_of(target, _merge(session), sealing, advice)]
    session.warn(advice, in_vain=lambda one: one.certain and one.slug != "missing-key")  # it may be there already
    if not found:
        hint = (
            "pipe one in, or name its file; a single value goes in with --key KEY, and ${VAR} with --allow-references"
        )
        raise SealwrightError("there is no Secret to merge", hint=hint)
    if len(found) > 1 and session.options.delete:
        raise UsageError("--delete with several Secrets does not say of which", hint="one Secret at a time")
    return found
