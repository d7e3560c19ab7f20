"""Secrets to ExternalSecrets; on request, workloads are annotated so that they restart when values change."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sealwright.convert.change import Change
from sealwright.convert.external_secret.model import remote_ref, resolve
from sealwright.convert.external_secret.options import KIND, Options, Wanted, chosen_options, remote_ref_fields
from sealwright.convert.external_secret.planned import planned
from sealwright.convert.refusals import refusal, remarks
from sealwright.convert.restarts import annotated, restart_of, restarted_by
from sealwright.convert.takeover import Revision, unpruned
from sealwright.errors import ConvertError, SealwrightError
from sealwright.manifest.scalars import to_plain
from sealwright.rewrite.edit import apply_edits
from sealwright.run.convert.plan import Consumer
from sealwright.run.convert.takeover import ARGO, FLUX
from sealwright.run.convert.target import Draft, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.convert.external_secret.remote_ref import RemoteRef
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.finding import ResourceRef
    from sealwright.manifest.resource import Resource
    from sealwright.manifest.scalars import Plain
    from sealwright.plaintext import Plaintext
    from sealwright.run.convert.candidates import Candidate
    from sealwright.run.convert.plan import Move
    from sealwright.run.convert.target import Work
    from sealwright.run.convert.upload import Reading


class ExternalSecretTarget:
    """`refresh_interval` is a duration, '' for the usual one. Raises UsageError for what is none.

    `takeover`: for `argo` and `flux` the first conversion puts the ExternalSecret beside the Secret, so that the
    operator can become its owner, and the second one takes the Secret away (`run.convert.takeover`).
    """

    def __init__(self, refresh_interval: str, *, restarts: bool, takeover: str = "") -> None:
        wave = "-1" if takeover == ARGO else ""
        self._options = chosen_options(refresh_interval or Options().refresh_interval, sync_wave=wave)
        self._restarts = restarts
        self._takeover = takeover if takeover in {ARGO, FLUX} else ""
        self.taken_over: set[tuple[str, ResourceRef]] = set()
        """The Secrets, by their files, that go in this step because their ExternalSecrets are there already."""

    @property
    def in_steps(self) -> bool:
        """A takeover keeps the Secret for a while."""
        return bool(self._takeover)

    @property
    def by_file(self) -> bool:
        """Annotations for restarts are in the files of workloads."""
        return not self._restarts

    def refused(self, candidate: Candidate, uses: Sequence[Use]) -> Refused | None:  # noqa: ARG002 - as every target
        """What the operator or the cluster would not take."""
        against = refusal(candidate.resource, candidate.facts)
        return Refused(against.reason, against.alternative) if against is not None else None

    def split(self, candidate: Candidate) -> frozenset[str]:  # noqa: ARG002
        """The operator decodes what is not text."""
        return frozenset()

    def notes(self, work: Work) -> tuple[str, ...]:
        """What changes in silence otherwise."""
        return tuple(
            f"{remark.reason}; {remark.alternative}" for remark in remarks(work.move.facts, work.candidate.resource)
        )

    def is_twin(self, candidate: Candidate, other: Resource) -> bool:
        """The ExternalSecret beside it, in a takeover."""
        same_file = other.document.source is candidate.file.source
        return bool(self._takeover) and same_file and other.ref.kind == KIND

    def torn(self, works: Sequence[Work]) -> Mapping[int, SealwrightError]:  # noqa: ARG002
        """Each can be converted without the others."""
        return {}

    def draft(self, works: Sequence[Work]) -> Draft:
        """Each Secret in place, and the workloads that use it. Raises ConvertError."""
        changes: dict[str, list[Change]] = defaultdict(list)
        consumers: list[Consumer] = []
        beside: dict[str, list[Work]] = defaultdict(list)
        for work in works:
            if self._takeover and work.candidate.file.data is not None:
                beside[work.move.path].append(work)
            else:
                changes[work.move.path].append(self._change(work))
        if self._restarts:
            for path, change, consumer in _restarts(works):
                changes[path].append(change)
                consumers.append(consumer)
        texts = {path: self._step(group) for path, group in beside.items()}
        return Draft(changes, texts, consumers=tuple(consumers))

    def read(self, move: Move, store: Reading) -> Mapping[str, Plaintext]:
        """As the operator reads."""
        settings = move.goal.store
        if settings is None:
            return {}
        return {key: resolve(store, settings, ref) for key, ref in _refs(move).items()}

    def _step(self, works: Sequence[Work]) -> str:
        """A file's text with each ExternalSecret beside its Secret; where it is there already, with the Secret gone."""
        file = works[0].candidate.file
        revision = Revision(file.source, file.documents)
        for work in works:
            secret, settings = work.candidate.resource, work.move.goal.store
            twin = next((one for one in file.resources() if self._is_same(work, one)), None)
            if twin is None and settings is not None:
                wanted = Wanted(_refs(work.move), (settings.ref_kind, settings.ref_name), self._options)
                revision.annotate(secret, unpruned(self._takeover, secret))
                revision.add_beside(secret, _beside(secret, work.move.facts, wanted))
            else:
                self.taken_over.add((work.move.path, work.move.ref))
                revision.remove(secret)
        return revision.text()

    def _is_same(self, work: Work, other: Resource) -> bool:
        """Whether it makes the Secret from the same references. Raises ConvertError where it makes another one."""
        if other.ref.kind != KIND or other.ref.name != work.move.facts.name:
            return False
        plain = to_plain(other.node)
        spec = plain.get("spec") if isinstance(plain, dict) else None
        wanted = [
            {"secretKey": key, "remoteRef": remote_ref_fields(ref)} for key, ref in sorted(_refs(work.move).items())
        ]
        found = spec.get("data") if isinstance(spec, dict) else None
        if isinstance(found, list) and sorted(found, key=_key_of) == wanted:
            return True
        line = work.candidate.line
        hint = "mend or remove the ExternalSecret, and run the first step again"
        raise ConvertError(
            "the ExternalSecret beside it does not have its keys, or leads elsewhere",
            hint=hint,
            place=f"{work.move.path}:{line}",
        )

    def _change(self, work: Work) -> Change:
        secret, settings = work.candidate.resource, work.move.goal.store
        if settings is None:
            raise ConvertError("no store", place=work.move.path)
        wanted = Wanted(_refs(work.move), (settings.ref_kind, settings.ref_name), self._options)
        edit, expected = planned(secret, work.move.facts, wanted)
        return Change((edit,), (((secret.node.start, secret.node.end), expected),))


def _beside(secret: Resource, facts: SecretFacts, wanted: Wanted) -> str:
    """The ExternalSecret as a document of its own, with the Secret's comments. Raises ConvertError."""
    source, document = secret.document.source, secret.document
    edit, _ = planned(secret, facts, wanted)
    text = apply_edits(source.text, [edit])
    above = source.text[document.start : secret.node.start].splitlines(keepends=True)
    own = len(above)
    while own and above[own - 1].lstrip(" \t").startswith("#"):
        own -= 1
    return "".join(above[own:]) + text[secret.node.start : document.end + len(text) - len(source.text)]


def _refs(move: Move) -> dict[str, RemoteRef]:
    settings = move.goal.store
    if settings is None:
        return {}
    return {key: remote_ref(settings, reference) for key, reference in move.placement.references.items()}


def _key_of(entry: Plain) -> str:
    return str(entry.get("secretKey")) if isinstance(entry, dict) else ""


def _restarts(works: Sequence[Work]) -> Iterator[tuple[str, Change, Consumer]]:
    """(path, change, what to say) for each workload that is annotated."""
    for workload, secrets in restarted_by(use for work in works for use in work.uses):
        restart = restart_of(workload, secrets)
        if restart is not None:
            node, path = workload.node, workload.document.source.path
            plain = annotated(to_plain(node), restart.annotations)
            change = Change(tuple(restart.edits), (((node.start, node.end), plain),))
            yield path, change, Consumer(workload.ref, path, "restart annotation")
