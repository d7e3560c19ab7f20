"""One run of `sealwright convert`: what there is, what is asked for, and the plan."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from sealwright.cli.context import context, keeping
from sealwright.cli.conversion.bar import Bar
from sealwright.cli.progress import somebody_waits
from sealwright.errors import UsageError
from sealwright.run.convert.charts import Charts
from sealwright.run.convert.goal import EXTERNAL_SECRET, SECRET_PROVIDER_CLASS, Goals
from sealwright.run.convert.journal import Begun
from sealwright.run.convert.known import Known
from sealwright.run.convert.kustomizations import Kustomizations
from sealwright.run.convert.lock import lock_change, read_lock
from sealwright.run.convert.planner import Means, Planner
from sealwright.run.convert.workspace import read_workspace
from sealwright.run.ledger import Recollection, load_ledger

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.plaintext import Plaintext
    from sealwright.rewrite.transaction import FileChange
    from sealwright.run.convert.absence import Absence
    from sealwright.run.convert.journal import Journal, Put
    from sealwright.run.convert.plan import Move, Plan
    from sealwright.run.convert.target import Target
    from sealwright.run.convert.upload import Reading
    from sealwright.stores.store import Store

SECRET = "Secret"  # noqa: S105 - a kind
_KEPT = (
    *("to", "store", "cluster", "namespace", "restart_annotations", "refresh_interval", "certificate", "fingerprint"),
    *("pod_identity", "vault_role", "azure_tenant", "azure_client", "takeover"),
    *("skip_files", "depth", "max_bytes", "update", "no_stamps", "stamp_key"),
)
"""Options that a conversion must go on with as it began; with the paths."""


class Session:
    """What the command line and the configuration say. Raises UsageError or ConfigurationError."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.selection, self.repository, self.config = context(options)
        self.goals = Goals(self.config, to=options.to or "", store=options.store or "", cluster=options.cluster or "")
        self._settings = self.goals.stores()
        self._ledger = load_ledger(self.repository.root if self.repository else "")
        self.store = cache(self._open)
        self.targets = {kind: self._target(kind) for kind in self.goals.kinds()}

    def plan(self) -> Plan:
        """What would happen. Reads the whole repository."""
        workspace = read_workspace(self.selection, self.repository)
        kustomizations = Kustomizations(workspace, self._content, self._location)
        charts = Charts(workspace, kustomizations, self._content, self._location)
        planner = Planner(workspace, kustomizations, charts, Means(self.goals, self.targets, self.store))
        known = self._known()  # also a look at the lock file, before anything is done
        uploaded = known.holds if self.options.offline else None
        return planner.plan(namespace=self.options.namespace or "", uploaded=uploaded)

    def changes(self, plan: Plan, run: str = "") -> list[FileChange]:
        """Every file that changes, that of the stamps and, for the conversion `run`, that of the stores among them."""
        changes = list(plan.changes)
        if plan.stamps:
            from sealwright.run.stamping import with_stamps

            changes = list(with_stamps(changes, plan.stamps, self.repository, keeping(self.options, self.config)))
        moves = [move for move in plan.moves if move.store]
        if moves and run and self.repository is not None:
            changes.append(lock_change(self.repository, moves, run))
        return changes

    def compare_builds(self, plan: Plan) -> None:
        """See that kustomize makes of the repository what it made before, but for what is planned.

        What cannot be compared is said. Raises ConvertError where anything else would differ.
        """
        from sealwright.cli.conversion.builds import compare_builds

        if self.repository is not None and plan.changes:
            compare_builds(self.repository, plan)

    def carry_out(self, plan: Plan, journal: Journal) -> list[Put]:
        """Do it. Raises StoreError or RewriteError, with every file as it was."""
        from sealwright.run.convert.apply import apply
        from sealwright.run.convert.upload import Uploader

        moves = [move for move in plan.moves if move.store]
        stores = {move.store: self.store(move.store) for move in moves}
        uploader = Uploader(stores, self.read, journal, update=bool(self.options.update))
        run = journal.next_run()
        counter = Bar("Secrets", shown=somebody_waits(self.options))

        def upload() -> list[Put]:
            puts = uploader.upload(moves, counter.show)
            self._known().remember(moves, run)
            self._ledger.save()
            return puts

        try:
            return apply(self._begun(moves), self.changes(plan, run), journal, upload)
        finally:
            counter.close()

    def write_offline(self, plan: Plan) -> None:
        """Write what needs no store to be asked. Raises RewriteError."""
        from sealwright.rewrite.transaction import commit

        commit(self.changes(plan))
        self._ledger.save()

    def taken_over(self) -> set[tuple[str, ResourceRef]]:
        """The Secrets, by their files, that go in the second step of a takeover."""
        target = self.targets.get(EXTERNAL_SECRET)
        return set(getattr(target, "taken_over", ()))

    def keeps(self, plan: Plan) -> bool:
        """Whether Secrets stay for now, on purpose: in the first step of a takeover."""
        return self.options.takeover in {"argo", "flux"} and any(
            f"kind: {SECRET}\n".encode() in (change.after or b"").replace(b"\r\n", b"\n") for change in plan.changes
        )

    def remaining(self, plan: Plan) -> Absence:
        """Where values of the plan are, or would be, although it was carried out."""
        from sealwright.run.convert.absence import Absence, remains

        if self.repository is None:
            return Absence(())
        values = {
            f"`{value.key}` of {move.ref} ({move.place}:{move.line})": value.plaintext
            for move in plan.moves
            for value in move.facts.values
        }
        planned = {plan.shown[change.path]: change.after or b"" for change in plan.changes if change.path in plan.shown}
        return remains(self.repository, values, planned=planned, index=False)

    def read(self, move: Move, store: Reading) -> Mapping[str, Plaintext]:
        """A move's values by what its manifest will say."""
        return self.targets[move.goal.to].read(move, store)

    def _location(self, path: str) -> str:
        """Where a path from the repository's root is."""
        return os.path.join(self.repository.root if self.repository else os.curdir, *path.split("/"))

    def _content(self, path: str) -> bytes | None:
        """What a file of the repository holds; None where it is none."""
        location = self._location(path)
        if self.repository is None or not os.path.isfile(location):
            return None
        root = os.path.realpath(self.repository.root)
        if os.path.realpath(location) != os.path.join(root, *path.split("/")):
            return None  # through a link: what it leads to has a path of its own
        with open(location, "rb") as file:
            return file.read()

    def _known(self) -> Known:
        held = read_lock(self.repository)[1] if self.repository is not None else set()
        return Known(held, self._ledger)

    def _begun(self, moves: Sequence[Move]) -> Begun:
        """What must be the same when the conversion goes on."""
        arguments = {name: getattr(self.options, name) for name in _KEPT}
        arguments["paths"] = [os.path.abspath(path) for path in self.selection.paths]
        arguments["config"] = os.path.abspath(self.options.config) if self.options.config else None
        stores = {move.store: move.goal.store._asdict() for move in moves if move.goal.store is not None}
        return Begun(
            arguments, stores, [(move.store, remote.name) for move in moves for remote in move.placement.remotes]
        )

    def check_stores(self, journal: Journal) -> None:
        """Raises UsageError where a store of the conversion that goes on is another one by now."""
        for name, settings in journal.begun.stores.items():
            now = self._settings.get(name)
            if now is None or now._asdict() != settings:
                hint = "put its settings back, or take the conversion back first: sealwright convert --undo"
                raise UsageError(f"store {name} is not the one that the conversion began with", hint=hint)

    def _open(self, name: str) -> Store:
        from sealwright.stores.registry import open_store

        return open_store(self._settings[name])

    def _target(self, kind: str) -> Target:
        """The conversion to a kind of object; only those that are asked for are loaded."""
        options = self.options
        if kind == EXTERNAL_SECRET:
            from sealwright.run.convert.to_external_secret import ExternalSecretTarget

            return ExternalSecretTarget(
                options.refresh_interval or "",
                restarts=bool(options.restart_annotations),
                takeover=options.takeover or "",
            )
        if kind == SECRET_PROVIDER_CLASS:
            from sealwright.convert.secret_provider_class.model import Identity
            from sealwright.run.convert.to_secret_provider_class import SecretProviderClassTarget

            return SecretProviderClassTarget(
                Identity(
                    pod_identity=bool(options.pod_identity),
                    role=options.vault_role or "",
                    tenant=options.azure_tenant or "",
                    client=options.azure_client or "",
                )
            )
        from sealwright.run.convert.to_sealed_secret import SealedSecretTarget

        return SealedSecretTarget(self._certificates(), Recollection(self._ledger), namespace=options.namespace or "")

    def _certificates(self) -> Any:
        from sealwright.run.certificates import Certificates

        options = self.options
        return Certificates(self.config, wanted=options.certificate or "", fingerprint=options.fingerprint or "")


def restored(options: argparse.Namespace, arguments: Mapping[str, Any]) -> argparse.Namespace:
    """The options with which a conversion began."""
    for name in ("paths", "config", *_KEPT):
        setattr(options, name, arguments.get(name))
    return options
