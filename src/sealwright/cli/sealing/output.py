"""Sealed files where they go: to stdout, in place, or into files of their own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.sealing.session import refused
from sealwright.cli.streams import complain
from sealwright.errors import ExitCode, SealingError, SealwrightError, UsageError
from sealwright.manifest.source import Source, decode
from sealwright.report.wording import printable
from sealwright.rewrite.transaction import FileChange
from sealwright.run.ledger import Recollection
from sealwright.run.seal import SealedFile, seal_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.cli.sealing.session import Session
    from sealwright.manifest.discover import Target
    from sealwright.run.certificates import Certificates
    from sealwright.sealing.stamps import Stamp

CLUSTER = "{cluster}"


def seal_in_place(session: Session) -> ExitCode:
    """Every file that holds something to seal, all or none; with --check only say which."""
    [certificates] = session.clusters()
    files, errors = _sealed(session, certificates, list(session.targets()))
    if errors:
        return refused(errors)
    changing = [file for file in files if file.sealed]
    if session.options.check:
        for file in changing:
            sys.stdout.write(f"would seal {printable(file.target.path)}\n")
        return ExitCode.FINDINGS if changing else ExitCode.CLEAN
    changes = [FileChange(file.target.location, file.before, file.after) for file in changing]
    session.write(changes, [stamp for file in changing for stamp in file.stamps])
    for file in changing:
        where = f"{file.target.path}{_for_cluster(session, certificates, file.target.path)}"
        for ref in file.sealed:
            sys.stdout.write(f"{printable(f'sealed {ref} in {where}')}\n")
    fixed = bool(session.options.fixed_is_failure)
    if not changing and not fixed:
        sys.stdout.write("Nothing to seal: no Secret here has a value in clear (embedded ones stay as they are).\n")
    return ExitCode.FINDINGS if changing and fixed else ExitCode.CLEAN


def seal_to_stdout(session: Session) -> ExitCode:
    """Everything to stdout. No Secret at all is an error: the result would pass for sealed."""
    [certificates] = session.clusters()
    files, errors = _sealed(session, certificates, list(session.targets()))
    if errors:
        return refused(errors)
    sys.stdout.buffer.write(_content(files))
    sys.stdout.buffer.flush()
    session.ledger.save()
    return ExitCode.CLEAN


def seal_to_files(session: Session, template: str) -> ExitCode:
    """Everything into a file, or into one for each cluster; all of them or none."""
    targets = list(session.targets())
    changes: list[FileChange] = []
    stamps: list[Stamp] = []
    told: list[str] = []
    for certificates, out in outputs(session, template):
        _refuse_own_input(out, targets)
        standing = _standing(out)
        files, errors = _sealed(session, certificates, targets, (out, standing))
        if errors:
            return refused(errors)
        after = _content(files)
        _refuse_loss(out, standing, after)
        if standing is None or standing.encode(standing.text) != after:
            before = standing.encode(standing.text) if standing is not None else None
            changes.append(FileChange(out.location, before, after))
            told.append(f"{out.path}{_for_cluster(session, certificates, out.path)}")
        stamps += [stamp for file in files for stamp in file.stamps]
    if session.options.check:
        sys.stdout.write("".join(f"would write {printable(line)}\n" for line in told))
        return ExitCode.FINDINGS if told else ExitCode.CLEAN
    session.write(changes, stamps)
    sys.stdout.write("".join(f"wrote {printable(line)}\n" for line in told) or "Nothing changed.\n")
    return ExitCode.CLEAN


def outputs(session: Session, template: str) -> Iterator[tuple[Certificates, Target]]:
    """Each cluster's certificates, and the file that is for it. Raises UsageError where no cluster is known."""
    for certificates in session.clusters():
        name = certificates.cluster("") if CLUSTER in template else ""
        if CLUSTER in template and not name:
            raise UsageError("no cluster to put in the place of {cluster}", hint="give --cluster NAME")
        out = session.target(template.replace(CLUSTER, name))
        session.contradiction(certificates, out)
        yield certificates, out


def _sealed(
    session: Session,
    certificates: Certificates,
    targets: Sequence[Target],
    into: tuple[Target, Source | None] | None = None,
) -> tuple[list[SealedFile], list[SealwrightError]]:
    """The files, and what stands in the way. `into`: the one file that they become, and what it holds now."""
    from sealwright.run.merge import standing_in

    out, standing = into or (None, None)
    in_place = bool(out is None and (session.options.in_place or session.options.check))
    memory = Recollection(session.ledger, standing_in(standing)) if standing else Recollection(session.ledger)
    sealing = session.sealing(
        lambda path: certificates.for_file(out.path if out else path), exposed_only=in_place, memory=memory
    )._replace(form_for=lambda source: _form(session.options.sealed_format or "", out, source))
    results = list(seal_files(targets, sealing))
    files = [result for result in results if isinstance(result, SealedFile)]
    errors = [result for result in results if isinstance(result, SealwrightError)]
    if not errors:
        session.warn(item for file in files for item in file.advice)
        for file in files if in_place else ():
            if file.sealed:
                session.contradiction(certificates, file.target)
    return files, errors


def _content(files: Sequence[SealedFile]) -> bytes:
    if not any(file.sealed for file in files):
        hint = "only core/v1 Secrets with values are sealed (--allow-empty-data, --allow-references: others, too)"
        raise SealwrightError("there is no Secret to seal", place=", ".join(f.target.path for f in files), hint=hint)
    return files[0].after if len(files) == 1 else _joined(files)


def _form(asked: str, out: Target | None, source: Source) -> str:
    """The form that is asked for; else that of the file's name, where the input is written in the other one."""
    ending = os.path.splitext(out.path)[1].lower() if out else ""
    if asked or ending not in {".yaml", ".yml", ".json"}:
        return asked
    wanted = "json" if ending == ".json" else "yaml"
    is_json = source.text.lstrip()[:1] in {"{", "["}
    return "" if is_json == (wanted == "json") else wanted


def _joined(files: Sequence[SealedFile]) -> bytes:
    """One stream of all files, in UTF-8 whatever theirs are, with a marker between any two."""
    parts: list[str] = []
    for file in files:
        text = decode(file.target.path, file.after).text
        if parts and not _begins_document(text):
            parts.append("...\n" if text.startswith("%") else "---\n")
        parts.append(text if text.endswith("\n") else f"{text}\n")
    return "".join(parts).encode()


def _begins_document(text: str) -> bool:
    """Whether a `---` comes before anything but comments."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return first == "---" or first.startswith("--- ")


def _standing(out: Target) -> Source | None:
    """What is in the file that is to be written; None where there is none."""
    if not os.path.lexists(out.location):
        return None
    from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target

    return decode(out.path, read_target(out, DEFAULT_MAX_BYTES))


def _refuse_own_input(out: Target, targets: Sequence[Target]) -> None:
    real = os.path.realpath(out.location)
    if any(target.location and os.path.realpath(target.location) == real for target in targets):
        raise UsageError("it is read and written", place=out.path, hint="seal it where it is: --in-place")


def _refuse_loss(out: Target, standing: Source | None, after: bytes) -> None:
    """A file is replaced only by one that has every object that it holds now, and every item of it."""
    if standing is None:
        return
    from sealwright.run.contents import comments_in, items_in, objects_in

    new = decode(out.path, after)
    lost = objects_in(standing) - objects_in(new) or items_in(standing) - items_in(new)
    if standing.flaw or lost:
        what = f"it holds {min(lost)}, which would be lost" if lost else standing.flaw
        hint = (
            "remove it first if that is meant; to change a SealedSecret in it: --into, with --prune to take items out"
        )
        raise SealingError(f"it is there already: {what}", hint=hint, place=out.path)
    gone = len(comments_in(standing) - comments_in(new))
    if gone:
        count = "1 comment of it is" if gone == 1 else f"{gone} comments of it are"
        complain(f"note: {printable(out.path)}: {count} not in the input and gone with -w; --into keeps them\n")


def _for_cluster(session: Session, certificates: Certificates, path: str) -> str:
    """Which cluster it is for, where there are several to mix up."""
    name = certificates.cluster(path)
    return f" for {name}" if name and len(session.config.clusters) > 1 else ""
