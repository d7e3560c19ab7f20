"""From a repository to the plan of its conversion. Nothing is written, and no store is asked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.change import rewritten
from sealwright.convert.graph.bootstrap import bootstrap_reason, cautions, other_makers
from sealwright.convert.graph.finder import Graph
from sealwright.errors import ConvertError, ExitCode, SealwrightError
from sealwright.rewrite.transaction import FileChange
from sealwright.run.convert.candidates import Candidate, candidates
from sealwright.run.convert.collisions import collisions
from sealwright.run.convert.plan import Move, Plan, Stay
from sealwright.run.convert.target import Draft, Refused, Work
from sealwright.run.convert.users import accounts_of, workloads_of
from sealwright.sealing.scope import Scope, scope_of
from sealwright.stores.placement import place
from sealwright.stores.reference import Placement
from sealwright.stores.remote_names import SecretName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sealwright.convert.change import Change
    from sealwright.convert.graph.bootstrap import Rival
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.run.convert.charts import Charts
    from sealwright.run.convert.goal import Goals
    from sealwright.run.convert.kustomizations import Kustomizations
    from sealwright.run.convert.target import Target
    from sealwright.run.convert.workspace import Workspace
    from sealwright.stores.store import Store


class Means(NamedTuple):
    """With what is planned: what files are to become, the kinds of conversion by their names; `store` opens one."""

    goals: Goals
    targets: Mapping[str, Target]
    store: Callable[[str], Store]


class Planner:
    """Plans one conversion."""

    def __init__(
        self,
        workspace: Workspace,
        kustomizations: Kustomizations,
        charts: Charts,
        means: Means,
    ) -> None:
        self._kustomizations = kustomizations
        self._charts = charts
        made = kustomizations.files | charts.files
        self._workspace = workspace._replace(files=workspace.files | made, selected=(*workspace.selected, *made))
        self._goals, self._targets, self._store = means
        self._uploaded: Callable[[Move], bool] | None = None
        self._by_hand: set[str] = set()
        self._namespace = ""
        kinds = {"Secret", "SecretProviderClass"}
        self._names: dict[str, set[str]] = defaultdict(set)
        for one in self._workspace.resources():
            if one.ref.kind in kinds:
                self._names[one.ref.namespace].add(one.ref.name)
        self._taken_in: dict[str, frozenset[str]] = {}
        self._graph = Graph.of(self._workspace.resources())
        self._stays: list[Stay] = list(kustomizations.stays)

    def plan(self, *, namespace: str = "", uploaded: Callable[[Move], bool] | None = None) -> Plan:
        """The plan; `namespace` is for Secrets that name none. Raises SealwrightError if a store cannot be opened.

        With `uploaded` only those move whose values are in their store already.
        """
        self._uploaded, self._namespace = uploaded, namespace
        works = []
        for found in candidates(self._workspace, self._goals, namespace=namespace, listed=self._charts.host):
            path = found.file.path if isinstance(found, Candidate) else found.path
            if self._kustomizations.folds(path):
                continue
            work = self._work(found) if isinstance(found, Candidate) else found
            if isinstance(work, Stay):
                self._stays.append(work)
            else:
                works.append(work)
        colliding = collisions([work.move for work in works])
        self._stays += colliding.values()
        works = [work for work in works if id(work.move) not in colliding]
        while True:  # what turns out not to fit is left out, and the others are planned again
            drafts, unfit = self._drafts(works)
            texts, broken = self._texts(works, drafts) if not unfit else ({}, {})
            unfit |= broken
            if not unfit:
                return self._planned(works, drafts, texts)
            self._stays += [_unfit(work.move, unfit[id(work)]) for work in works if id(work) in unfit]
            works = [work for work in works if id(work) not in unfit]

    def _work(self, candidate: Candidate) -> Work | Stay:
        """The Secret on its way, or why it stays."""
        target = self._targets[candidate.goal.to]
        uses = self._uses(candidate)
        refused = self._refused(candidate) or target.refused(candidate, uses)
        if refused is not None:
            return candidate.stays(refused.reason, refused.hint)
        try:
            placement = self._placement(candidate, target)
        except SealwrightError as error:
            if error.exit_code is ExitCode.USAGE:
                raise
            return candidate.stays(error.message.removeprefix(f"Secret {self._name_of(candidate)}: "), error.hint)
        ref = candidate.resource.ref._replace(namespace=candidate.facts.namespace)
        name = self._name_of(candidate)
        facts, users = candidate.facts, (workloads_of(uses), accounts_of(uses))
        made = self._charts.made(candidate.file.path)
        where = (ref, candidate.file.path, made.line if made is not None else candidate.line)
        origin, release = self._origin(candidate), self._charts.release(candidate.file.path)
        move = Move(*where, facts, candidate.goal, placement, (), *users, origin, name.namespace, release)
        move = move._replace(written=self._charts.written(candidate.file.path))
        work = Work(candidate, move, uses, self._taken(facts))
        if self._uploaded is not None and move.store:
            path = move.origin or move.path
            hint = f"run it where the store can be reached: sealwright convert --to {move.goal.to} --write {path}"
            self._by_hand.add(move.path)
            if move.origin:
                return candidate.stays("files would come and go, which a hook does not do", hint)
            if not self._uploaded(move):
                return candidate.stays(f"its values are not known to be in store {move.store}", hint)
        try:
            return work._replace(move=move._replace(notes=self._notes(work)))
        except SealwrightError as error:
            return _unfit(move, error)

    def _uses(self, candidate: Candidate) -> Sequence[Use]:
        return self._graph.uses(candidate.facts.namespace, candidate.facts.name, candidate.file.path)

    def _refused(self, candidate: Candidate) -> Refused | None:
        """What stands against any conversion; most of it against one to a reference."""
        if self._graph.roots.is_patch(candidate.file.path):
            hint = "put its values into the Secret that it changes, and drop the patch"
            return Refused("it is a patch of a kustomization, not a Secret by itself", hint)
        if candidate.goal.store is None:
            return self._unsealable(candidate) or self._against(candidate)
        made = self._kustomizations.made(candidate.file.path)
        if made is not None and not made.generated.hashed and self._targets[candidate.goal.to].in_steps:
            hint = "write it as a manifest first, or convert it without --takeover while nothing uses it"
            return Refused(
                "its generator gives it no new name, so that there is nothing to take over step by step", hint
            )
        ref = candidate.resource.ref._replace(namespace=candidate.facts.namespace)
        secret = candidate.resource._replace(ref=ref)
        reason = bootstrap_reason(secret, self._graph)
        if reason is None:
            rivals = other_makers(secret, self._graph)
            reason = next((rival.reason for rival in rivals if self._is_against(rival, candidate)), None)
        if reason is not None:
            return Refused(reason.message, reason.hint)
        return self._against(candidate)

    def _against(self, candidate: Candidate) -> Refused | None:
        """What a kustomization does to the Secret that it could not do to what becomes of it."""
        against = self._kustomizations.against(candidate.file.path, candidate.facts)
        return Refused(f"{against.message} ({against.path}:{against.line})", against.hint) if against else None

    def _unsealable(self, candidate: Candidate) -> Refused | None:
        """Ciphertext is bound to where it is opened: what a kustomization changes about that would break it."""
        facts, given = candidate.facts, candidate.goal.scope
        scope = Scope(given) if given else scope_of(facts.annotations)
        names, namespaces = self._kustomizations.ends_as(candidate.file.path, facts)
        hint = "give it the name and namespace that it has in the cluster, or choose a wider scope on purpose"
        if scope is Scope.STRICT and names != {facts.name}:
            return Refused("a kustomization gives it another name, and sealed values open under one name only", hint)
        if scope is not Scope.CLUSTER_WIDE and facts.namespace and namespaces != {facts.namespace}:
            return Refused("a kustomization puts it into another namespace, where its values would not open", hint)
        return None

    def _name_of(self, candidate: Candidate) -> SecretName:
        """Whose values they are. Where a kustomization sets one namespace, it is that."""
        namespace = self._kustomizations.namespace(candidate.file.path, candidate.facts.namespace)
        return SecretName(candidate.goal.cluster, namespace, candidate.facts.name)

    def _placed(self, stay: Stay) -> Stay:
        """Where people find it: a generated Secret has no manifest, nor have values of a chart."""
        made, given = self._kustomizations.made(stay.path), self._charts.made(stay.path)
        if given is not None:
            return stay._replace(path=given.host, line=given.line)
        if made is None:
            return stay
        return stay._replace(path=made.generated.kustomization.document.source.path, line=made.generated.line)

    def _is_against(self, rival: Rival, candidate: Candidate) -> bool:
        """Whether it would lose something: not the generator in whose place the manifest is thought of, nor a patch."""
        made = self._kustomizations.made(candidate.file.path)
        own = made is not None and rival.resource.node is made.generated.kustomization.node
        twin = self._targets[candidate.goal.to].is_twin(candidate, rival.resource)
        # A Secret that names no namespace is in the one that was given for such Secrets.
        there = rival.resource.ref.namespace or self._namespace
        apart = bool(there and candidate.facts.namespace) and there != candidate.facts.namespace
        return rival.surely and not (rival.is_patch or own or twin or apart)

    def _origin(self, candidate: Candidate) -> str:
        path = candidate.file.path
        made = self._kustomizations.made(path)
        if made is not None:
            return made.generated.kustomization.document.source.path
        return self._charts.host(path) if self._charts.made(path) is not None else ""

    def _taken(self, facts: SecretFacts) -> frozenset[str]:
        """Names that nothing new in the Secret's namespace may have: one set for all of its Secrets."""
        known, namespace = self._names, facts.namespace
        if namespace not in self._taken_in:
            found = known[namespace] | known[""] if namespace else set().union(*known.values())
            self._taken_in[namespace] = frozenset(found)
        return self._taken_in[namespace]

    def _notes(self, work: Work) -> tuple[str, ...]:
        candidate = work.candidate
        keys = [value.key for value in candidate.facts.values]
        warnings = cautions(candidate.resource, self._graph, keys) if candidate.goal.store else ()
        return (
            *self._targets[candidate.goal.to].notes(work),
            *self._kustomizations.notes(candidate.file.path),
            *(f"{caution.message}; {caution.hint}" for caution in warnings),
        )

    def _placement(self, candidate: Candidate, target: Target) -> Placement:
        settings = candidate.goal.store
        if settings is None:
            return Placement((), {})
        store = self._store(settings.name)
        values = [(value.key, value.plaintext) for value in candidate.facts.values]
        split = target.split(candidate)
        placement = place(self._name_of(candidate), values, settings, store.traits, split=split)
        for remote in placement.remotes:
            flaw = store.flaw(remote)
            if flaw:
                hint = "change the store's `key` in .sealwright.yaml, or use another store"
                raise ConvertError(f"{remote.name}: {flaw}", hint=hint)
        return placement

    def _drafts(self, works: Sequence[Work]) -> tuple[list[Draft], dict[int, SealwrightError]]:
        """What each kind of conversion does, and by id() the work that cannot be done, with the reason."""
        drafts: list[Draft] = []
        unfit: dict[int, SealwrightError] = {}
        groups: dict[str, list[Work]] = defaultdict(list)
        for work in works:
            groups[work.move.goal.to].append(work)
        for to, group in groups.items():
            target = self._targets[to]
            torn = target.torn(group)
            if torn:
                unfit |= {id(group[number]): error for number, error in torn.items()}
                continue
            by_file = target.by_file and len(groups) == 1 and not self._charts.files
            for part in _parted(group) if by_file else [group]:
                draft = self._drafted(target, part, by_file=by_file)
                if isinstance(draft, Draft):
                    drafts.append(draft)
                else:
                    unfit |= draft
        return drafts, unfit

    def _drafted(self, target: Target, works: Sequence[Work], *, by_file: bool) -> Draft | dict[int, SealwrightError]:
        """The draft, or by id() the work that cannot be done; `by_file`: nothing else changes these files."""
        try:
            draft = target.draft(works)
            return self._finished(draft) if by_file and draft.changes else draft
        except SealwrightError as error:
            if error.exit_code is ExitCode.USAGE:
                raise  # no Secret's fault
            alone = {id(work): why for work in works if (why := _failure(target, work)) is not None}
            return alone or {id(work): error for work in works}

    def _finished(self, draft: Draft) -> Draft:
        """With the texts in place of the changes, which take many times their room. Raises SealwrightError."""
        texts = dict(draft.texts)
        for path, changes in draft.changes.items():
            text = self._text(path, changes, sealed=path in texts)
            if not isinstance(text, str):
                raise text
            texts[path] = text
        return draft._replace(changes={}, texts=texts)

    def _texts(
        self, works: Sequence[Work], drafts: Sequence[Draft]
    ) -> tuple[dict[str, str], dict[int, SealwrightError]]:
        """The files' new texts, and the work because of which a file cannot be rewritten."""
        texts = {path: text for draft in drafts for path, text in draft.texts.items()}
        changes: dict[str, list[Change]] = defaultdict(list)
        for draft in drafts:
            for path, found in draft.changes.items():
                changes[path] += found
        broken: dict[int, SealwrightError] = {}
        new = {path: changes.pop(path) for path in self._charts.files if path in changes}
        for group in (new, changes):  # the manifests that others take in, then the others
            for path, found in group.items():
                text = self._text(path, found, sealed=path in texts)
                if isinstance(text, str):
                    texts[path] = text
                else:
                    broken |= {id(work): text for work in works if path in self._paths(work)}
            if group is new and not broken:
                for path, inside in self._charts.changes(texts).items():
                    changes[path] += inside
        if self._uploaded is not None:
            broken |= self._unnamed(works, texts)
        try:
            texts |= self._kustomizations.edited([work.move.path for work in works])
        except ConvertError as error:
            broken |= {id(work): error for work in works}
        return texts, broken

    def _unnamed(self, works: Sequence[Work], texts: Mapping[str, str]) -> dict[int, SealwrightError]:
        """Hooks change the files that they were given: of others, a part may be about to be committed."""
        hint = "run it by hand: sealwright convert --write"
        error = ConvertError("files that the hook was not given would change", hint=hint)
        others = set(texts) - set(self._workspace.selected)
        return {id(work): error for work in works if others & self._paths(work)}

    def _paths(self, work: Work) -> set[str]:
        """The files without which it cannot be done."""
        path = work.move.path
        given = self._charts.made(path)
        others = {given.host, given.site.owner.document.source.path} if given is not None else set()
        return {path, *others, *(use.consumer.document.source.path for use in work.uses)}

    def _text(self, path: str, changes: Sequence[Change], *, sealed: bool) -> str | SealwrightError:
        if sealed:
            hint = "put the workload and the Secret that is sealed into two files"
            return ConvertError("two conversions change this file", hint=hint, place=path)
        try:
            file = self._workspace.files[path]
            return rewritten(file.source, changes, file.documents)
        except SealwrightError as error:
            return error

    def _planned(self, works: Sequence[Work], drafts: Sequence[Draft], texts: Mapping[str, str]) -> Plan:
        changes, shown = [], {}
        for path in sorted(texts):
            file = self._kustomizations.file(path)
            after = file.source.encode(texts[path])
            if after != file.data:
                changes.append(FileChange(file.target.location, file.data, after))
                shown[file.target.location] = path
        for path, change in self._kustomizations.emptied(texts):
            changes.append(change)
            shown[change.path] = path
        paths = [work.move.path for work in works]
        of_charts = {stay.path: stay for stay in self._stays if self._charts.made(stay.path)}
        # A hook blocks what is to be moved by hand; what a chart has to keep is for a scan to find.
        stays = [stay for stay in self._stays if stay.path in self._by_hand or stay.path not in of_charts]
        return Plan(
            tuple(work.move for work in works),
            tuple(sorted(map(self._placed, stays), key=lambda stay: (stay.path, stay.line))),
            (*(consumer for draft in drafts for consumer in draft.consumers), *self._charts.consumers(paths)),
            tuple(changes),
            shown,
            tuple(stamp for draft in drafts for stamp in draft.stamps),
            self._workspace.problems,
            tuple(self._charts.left(paths, of_charts)),
        )


def _parted(works: Sequence[Work]) -> Iterable[Sequence[Work]]:
    """File by file."""
    files: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        files[work.move.path].append(work)
    return files.values()


def _failure(target: Target, work: Work) -> SealwrightError | None:
    """Why this one cannot be converted even by itself."""
    try:
        target.draft([work])
    except SealwrightError as error:
        return error
    return None


def _unfit(move: Move, error: SealwrightError) -> Stay:
    return Stay(move.ref, move.path, move.line, error.message.removeprefix(f"{move.ref}: "), error.hint)
