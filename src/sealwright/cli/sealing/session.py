"""What all ways of sealing share: files, clusters, the ledger, warnings, and one transaction at the end."""

from __future__ import annotations

import os
import stat
from collections import Counter
from typing import TYPE_CHECKING

from sealwright.cli.context import context, keeping
from sealwright.cli.streams import complain, show_error, standard_input
from sealwright.errors import ExitCode, SealingError, SealwrightError, UnreadableError, UsageError
from sealwright.finding import STDIN_NAME, Location, Position, Problem, ResourceRef
from sealwright.manifest.discover import Target, discover
from sealwright.manifest.places import Places
from sealwright.report.wording import printable
from sealwright.run.certificates import Certificates
from sealwright.run.ledger import Ledger, load_ledger
from sealwright.run.seal import Choice, Sealing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.convert.advice import Advice
    from sealwright.convert.advice.adviser import Adviser
    from sealwright.convert.seal import SealOptions
    from sealwright.convert.sealer import Memory
    from sealwright.convert.secret_model import Value
    from sealwright.rewrite.transaction import FileChange
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.stamps import Stamp

_MANIFESTS = (".yaml", ".yml", ".json")
_MOST_OF_A_KIND = 10
"""Warnings of one kind that are shown: who gets thousands reads none."""
_ENVIRONMENT = "SEALED_SECRETS_CERT"
_NOT_HONOURED = ("SEALED_SECRETS_SCOPE", "SEALED_SECRETS_NAMESPACE", "SEALED_SECRETS_NAME")


class Session:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        selection, self.repository, self.config = context(options)
        self.selection = selection._replace(paths=(*selection.paths, *(options.secret_file or ())))
        self.places = Places(self.repository)
        root = self.repository.root if self.repository else ""
        self.ledger = Ledger("", os.urandom(32), {}, "--no-ledger") if options.no_ledger else load_ledger(root)
        self._warned: set[str] = set()
        self._adviser = _adviser()

    def sealing_options(self) -> SealOptions:
        """Scope and namespace from the command line."""
        from sealwright.convert.seal import SealOptions
        from sealwright.sealing.scope import Scope

        scope = Scope(self.options.scope) if self.options.scope else None
        return SealOptions(scope, self.options.namespace or "")

    def sealing(
        self, certificate_for: Callable[[str], SealingCertificate], *, exposed_only: bool, memory: Memory
    ) -> Sealing:
        """How the files of this run are sealed."""
        options = self.options
        choice = Choice(exposed_only, bool(options.allow_references), bool(options.allow_empty_data))
        name = options.name or ""
        return Sealing(certificate_for, self.sealing_options(), choice, memory, name, self._adviser)

    def clusters(self) -> list[Certificates]:
        """The certificates for each cluster that was named; one for all where none was. Raises UsageError."""
        options, config = self.options, self.config
        wanted = options.cluster or [options.certificate or ""]
        for name in options.cluster or ():
            if config.cluster(name) is None:
                names = ", ".join(cluster.name for cluster in config.clusters) or "none"
                hint = f"clusters of .sealwright.yaml: {names}"
                raise UsageError(f"there is no cluster {name}", place=config.path, hint=hint)
        kubeseals = os.environ.get(_ENVIRONMENT, "")
        _tell_what_is_not_honoured()
        made = [
            Certificates(
                config,
                wanted=name,
                fallback=kubeseals,
                fingerprint=options.fingerprint or "",
                network=not options.offline,
            )
            for name in wanted
        ]
        for certificates in made:
            certificates.check()
        return made

    def targets(self) -> Iterator[Target]:
        """What is to be sealed: standing input where nothing or `-` is named, the files, the manifests of folders."""
        selection = self.selection
        if not selection.paths or "-" in selection.paths:
            yield Target(STDIN_NAME, content=standard_input("a Secret"))
            selection = selection._replace(paths=tuple(path for path in selection.paths if path != "-"))
            if not selection.paths:
                return
        if not self.options.in_place:
            pipes = [path for path in selection.paths if _is_pipe(path)]
            yield from (_piped(path) for path in pipes)
            selection = selection._replace(paths=tuple(path for path in selection.paths if path not in pipes))
            if not selection.paths:
                return
        named = {os.path.normpath(path) for path in selection.paths}
        seen: set[str] = set()
        for target in discover(selection, self.repository):
            if isinstance(target, Problem):
                raise SealwrightError(target.message, hint=target.hint, place=target.path)
            real = os.path.realpath(target.location)  # hooks name a link and the file that it leads to
            if real in seen:
                continue
            seen.add(real)
            if os.path.normpath(target.location) in named or target.path.lower().endswith(_MANIFESTS):
                yield target

    def target(self, path: str) -> Target:
        """A file that is to be written or changed, as people see it. Raises UsageError where it is not there to be."""
        if self.places.leads_out(path):
            hint = "name the file that it leads to"
            raise UsageError("a symbolic link leads out of the repository", place=path, hint=hint)
        return Target(self.places.shown(path), path)

    def contradiction(self, certificates: Certificates, target: Target) -> None:
        """Say it where a file is for another cluster by its path than it is sealed for."""
        meant = certificates.contradicted(target.path)
        if meant:
            named = certificates.cluster(target.path)
            complain(f"warning: {printable(target.path)}: it is for cluster {meant} by its path, sealed for {named}\n")

    def warn(
        self, advice: Iterable[Advice], *, in_vain: Callable[[Advice], bool] = lambda found: found.certain
    ) -> None:
        """Say what there is to look at, once each. Raises SealingError for what is sealed `in_vain`, since no cluster
        takes it, where files are rewritten and unless --allow-refused; with --strict-values for anything.
        """
        found = list(advice)
        shown: Counter[str] = Counter()
        for item in found:
            place = f"{item.location.path}:{item.location.start.line}:{item.location.start.column}"
            text = f"warning: {printable(f'{place}: {item.resource}: {item.message}')}\n"
            if text in self._warned:
                continue
            self._warned.add(text)
            shown[item.slug] += 1
            if shown[item.slug] <= _MOST_OF_A_KIND:
                complain(text + (f"hint:  {printable(item.hint)}\n" if item.hint else ""))
        more = sum(count - _MOST_OF_A_KIND for count in shown.values() if count > _MOST_OF_A_KIND)
        if more:
            complain(f"warning: {more:,} more of these kinds are not shown\n")
        # On the ways that are kubeseal's, scripts expect a warning; rewriting a file takes away the value in clear.
        rewriting = self.options.in_place or self.options.into
        if rewriting and not self.options.allow_refused and any(map(in_vain, found)):
            hint = "mend it; --allow-refused seals it all the same"
            raise SealingError("no cluster would take what is to be sealed (see the warnings)", hint=hint)
        if found and self.options.strict_values:
            raise SealingError("there are warnings, and --strict-values makes them errors", hint="mend them first")

    def advice_on_values(self, values: Iterable[Value]) -> Iterator[Advice]:
        """What there is to say about values that are given one by one, whose Secret is not known yet."""
        from sealwright.convert.advice import Subject

        place = Location(STDIN_NAME, Position(1, 1), Position(1, 1))
        ref = ResourceRef("v1", "Secret", self.options.namespace or "", self.options.name or "")
        plaintexts = {value.key: value.plaintext for value in values}
        return self._adviser.about(Subject(ref, "", {}, plaintexts, place, {}, whole=False))

    def write(self, changes: Sequence[FileChange], stamps: Iterable[Stamp]) -> None:
        """Write all files, and the stamps of what was sealed, or nothing; then keep what was learned."""
        from sealwright.rewrite.transaction import commit
        from sealwright.run.stamping import with_stamps

        commit(with_stamps(changes, stamps, self.repository, keeping(self.options, self.config)))
        self.ledger.save()


def _is_pipe(path: str) -> bool:
    """Whether it is what `/dev/stdin` and a shell's `<(command)` lead to, and can be read once."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _piped(path: str) -> Target:
    try:
        with open(path, "rb") as file:
            return Target(path, content=file.read())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"cannot be read: {reason}", place=path, hint="pipe it into standard input") from None


def refused(errors: Sequence[SealwrightError]) -> ExitCode:
    """Show what stands in the way; nothing was written."""
    for error in errors:
        show_error(error)
    complain("Nothing was written.\n")
    return max(ExitCode(error.exit_code) for error in errors)


def _tell_what_is_not_honoured() -> None:
    for name in _NOT_HONOURED:
        if os.environ.get(name):
            ours = name.replace("SEALED_SECRETS", "SEALWRIGHT")
            complain(f"note: {name} is set and means nothing here; the option is --{ours[11:].lower()}, or {ours}\n")


def _adviser() -> Adviser:
    from sealwright.convert.advice.adviser import Adviser
    from sealwright.run.advising import judges

    return Adviser(judges())
