"""How a running cluster changes from Secrets in Git to what replaces them, without a moment in which one is missing.

What the programs do that take part: Argo CD deletes what is gone from Git before it applies what is new, but leaves
alone what has an owner; Flux asks only for its annotation on the live object; the operator adopts a Secret of the
target's name that has no other owner, and it goes when its ExternalSecret goes, unless `creationPolicy` is Orphan.
"""

from __future__ import annotations

import json
import shlex
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.takeover import FLUX_PRUNE, SYNC_OPTIONS
from sealwright.errors import UsageError
from sealwright.run.convert.markdown import code, plain, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

ARGO, FLUX, NEW_NAME = "argo", "flux", "new-name"
KINDS = (ARGO, FLUX, NEW_NAME)
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SYNC_WAVE = "argocd.argoproj.io/sync-wave"
EXTERNAL_SECRET, SECRET_PROVIDER_CLASS = "ExternalSecret", "SecretProviderClass"
_TIMEOUT = "--timeout=10m"
_PRUNE_PATH = f"{{.metadata.annotations.{FLUX_PRUNE.replace('.', chr(92) + '.')}}}"


class Converted(NamedTuple):
    """A Secret and what replaces it: an object `name` of `kind`, beside it in the same namespace.

    `new_secret` is the name under which its values are from now on, '' for the same. `consumers` are workloads as
    kubectl names them (`deployment/api`), for whose roll-out to wait; `path` is the Secret's file. `generated`: a
    kustomization has generated it under a name with a suffix, so that the plain name is a new one. `release` is what
    takes its values from the Secret, which is new then. `beside`: the first step is done.
    """

    namespace: str
    secret: str
    name: str
    path: str = ""
    kind: str = EXTERNAL_SECRET
    new_secret: str = ""
    consumers: tuple[str, ...] = ()
    generated: bool = False
    release: str = ""
    beside: bool = False


class Change(NamedTuple):
    """What a step does to one object: words, and the annotations that it gets."""

    kind: str
    namespace: str
    name: str
    path: str
    what: str
    annotations: Mapping[str, str] = {}


class Step(NamedTuple):
    """One step: a commit where there are `changes`, commands where there are some to `run`.

    Go on when every command of `gate` has succeeded. `rollback` are the ways back as (words, commands).
    """

    title: str
    why: str
    changes: tuple[Change, ...] = ()
    run: tuple[str, ...] = ()
    gate: tuple[str, ...] = ()
    rollback: tuple[tuple[str, tuple[str, ...]], ...] = ()


def steps(kind: str, converted: Sequence[Converted]) -> list[Step]:
    """The steps of a takeover by `argo`, `flux` or `new-name`, in their order. Raises UsageError for another kind.

    What the CSI driver mounts has a new name always: it must not fill a Secret that something else prunes. So has what
    was generated with a suffix: there is no manifest that could stay beside the ExternalSecret.
    """
    if kind not in KINDS:
        raise UsageError("there is no such takeover", hint=f"one of {', '.join(KINDS)}")
    ordered = sorted(converted)
    able = [one for one in ordered if one.kind == EXTERNAL_SECRET and not one.generated and not one.release]
    kept = able if kind != NEW_NAME else []
    renamed = [one for one in ordered if one not in kept]
    first = [one for one in kept if not one.beside]
    result = [_ready(ordered)] if first or renamed else []
    if first:
        result.append(_first(kind, first))
    if kept:
        result += [_second(kept), _cleaned(kind, kept)]
    if renamed:
        result.append(_renamed(renamed))
    return result


def runbook(steps: Sequence[Step]) -> str:
    """The steps as Markdown, with commands to copy."""
    lines = ["# Taking over the cluster", "", _INTRODUCTION, ""]
    for number, step in enumerate(steps, 1):
        lines += [f"## {number}. {step.title}", "", step.why, ""]
        lines += [*map(_change_line, step.changes), *([""] if step.changes else [])]
        if step.run:
            lines += ["Run:", "", *_block(step.run)]
        if step.gate:
            lines += ["Go on when all of this has succeeded:", "", *_block(step.gate)]
        for words, commands in step.rollback:
            lines += [f"Way back: {words}", "", *(_block(commands) if commands else ())]
    return "\n".join(lines).rstrip("\n") + "\n"


_INTRODUCTION = (
    "Every commit reaches the cluster before the next one is made. The values have been in Git: whatever happens here, "
    "they must be rotated afterwards."
)


def _ready(converted: Sequence[Converted]) -> Step:
    crds = {
        EXTERNAL_SECRET: "externalsecrets.external-secrets.io",
        SECRET_PROVIDER_CLASS: "secretproviderclasses.secrets-store.csi.x-k8s.io",
    }
    kinds = sorted({one.kind for one in converted})
    gate = [f"kubectl wait crd/{crds[kind]} --for=condition=Established --timeout=60s" for kind in kinds]
    why = "Nothing changes yet. Without what reads the new objects, the first commit would do nothing, or fail."
    return Step("See that the cluster is ready", why, gate=tuple(gate))


def _first(kind: str, converted: Sequence[Converted]) -> Step:
    if kind == ARGO:
        annotation, wave = {SYNC_OPTIONS: "Prune=false"}, {SYNC_WAVE: "-1"}
        why = "The operator becomes the owner of each Secret, and Argo CD never deletes what something else owns."
        tail = "Its annotation is a second belt. The ExternalSecrets come in an earlier wave than what needs them."
    else:
        annotation, wave = {FLUX_PRUNE: "disabled"}, {}
        why = "Flux deletes what is gone from Git even if something else owns it, unless the live object forbids that."
        tail = "So the annotation must have reached the cluster before the manifest goes."
    changes: list[Change] = []
    for one in converted:
        changes.append(Change(one.kind, one.namespace, one.name, one.path, "is added beside the Secret", wave))
        changes.append(Change("Secret", one.namespace, one.secret, one.path, "stays for now", annotation))
    gate = [*_waits(converted, "condition=Ready")]
    gate += _secret_waits(converted, "jsonpath='{.metadata.ownerReferences[0].kind}'=ExternalSecret")
    gate += _secret_waits(converted, f"jsonpath='{_PRUNE_PATH}'=disabled") if kind == FLUX else []
    why = f"{why} {tail} Both hold the same values, so that no pod sees a change."
    return Step(
        "First commit: add, and keep the Secrets", why, tuple(changes), gate=tuple(gate), rollback=_orphaned(converted)
    )


def _second(converted: Sequence[Converted]) -> Step:
    changes = tuple(Change("Secret", one.namespace, one.secret, one.path, "goes from Git") for one in converted)
    gate = [*_secrets(converted, lambda names: f"kubectl get {names} -o name"), *_waits(converted, "condition=Ready")]
    why = "The Secrets live on in the cluster, and the operator keeps them up to date from the store."
    back = ("git revert of this commit puts the manifests back, and with them what the step before has left.", ())
    title = (
        "Second commit: the Secrets go" if not all(one.beside for one in converted) else "This commit: the Secrets go"
    )
    return Step(title, why, changes, gate=tuple(gate), rollback=(back,))


def _cleaned(kind: str, converted: Sequence[Converted]) -> Step:
    annotation = SYNC_OPTIONS if kind == ARGO else FLUX_PRUNE
    run = _secrets(converted, lambda names: f"kubectl annotate {names} {LAST_APPLIED}- {annotation}-")
    if kind == FLUX:
        labels = "kustomize.toolkit.fluxcd.io/name- kustomize.toolkit.fluxcd.io/namespace-"
        run += _secrets(converted, lambda names: f"kubectl label {names} {labels}")
    why = (
        "`last-applied-configuration` still holds the old values, for everyone who may read the Secret's metadata. "
        "The marks of the GitOps tool mean nothing any more."
    )
    return Step("Clean up", why, run=tuple(run))


def _renamed(converted: Sequence[Converted]) -> Step:
    changes = []
    for one in converted:
        target = one.new_secret or one.secret
        old = f"the generated Secret {one.secret}-..." if one.generated else f"Secret {one.secret}"
        what = f"replaces {old}; its values are in Secret {target}"
        if one.release:
            what = f"makes Secret {target}, from which {one.release} takes its values now"
        changes.append(Change(one.kind, one.namespace, one.name, one.path, what))
        changes += [Change("", one.namespace, name, "", f"uses Secret {target}") for name in one.consumers]
    gate = list(_waits([one for one in converted if one.kind == EXTERNAL_SECRET], "condition=Ready"))
    for namespace, consumer in sorted({(one.namespace, name) for one in converted for name in one.consumers}):
        if consumer.partition("/")[0].lower() in {"deployment", "statefulset", "daemonset"}:
            gate.append(f"kubectl rollout status {shlex.quote(consumer)}{_in(namespace)} {_TIMEOUT}")
    why = (
        "The new Secret has a name of its own, so that nothing can delete the old one under a running pod. New pods "
        "wait until the new Secret is there; the old ones run on until the new ones are ready."
    )
    back = ("git revert of this commit. It puts the values into Git again, under the old name.", ())
    return Step("One commit: a new name, and whatever uses it", why, tuple(changes), gate=tuple(gate), rollback=(back,))


def _orphaned(converted: Sequence[Converted]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """An ExternalSecret that owns its Secret takes it along: it must let go of it first."""
    words = (
        "never delete an ExternalSecret that owns its Secret. First write `creationPolicy: Orphan` below "
        "`spec.target`, commit, and wait until the operator has let go: the first commands succeed, the others print "
        "nothing. Then git revert of this commit."
    )
    gate = list(_waits(converted, "jsonpath='{.spec.target.creationPolicy}'=Orphan"))
    for one in converted:
        place = f"secret/{shlex.quote(one.secret)}{_in(one.namespace)}"
        gate.append(f"kubectl get {place} -o jsonpath='{{.metadata.ownerReferences}}'")
    return ((words, tuple(gate)),)


def _waits(converted: Iterable[Converted], condition: str) -> Iterator[str]:
    for namespace, group in groupby(converted, key=lambda one: one.namespace):
        names = " ".join(f"externalsecret/{shlex.quote(one.name)}" for one in group)
        yield f"kubectl wait {names}{_in(namespace)} --for={condition} {_TIMEOUT}"


def _secret_waits(converted: Iterable[Converted], condition: str) -> list[str]:
    return _secrets(converted, lambda names: f"kubectl wait {names} --for={condition} {_TIMEOUT}")


def _secrets(converted: Iterable[Converted], command: Callable[[str], str]) -> list[str]:
    """One command for the Secrets of each namespace."""
    commands = []
    for namespace, group in groupby(converted, key=lambda one: one.namespace):
        names = " ".join(f"secret/{shlex.quote(one.secret)}" for one in group)
        commands.append(command(f"{names}{_in(namespace)}"))
    return commands


def _in(namespace: str) -> str:
    return f" --namespace={shlex.quote(namespace)}" if namespace else ""


def _change_line(change: Change) -> str:
    name = code("/".join(filter(None, (change.namespace, change.name))))
    where = f" in {code(change.path)}" if change.path else ""
    marks = "".join(f", with {code(f'{key}: {json.dumps(value)}')}" for key, value in change.annotations.items())
    return f"- {f'{change.kind} ' if change.kind else ''}{name}{where} {plain(change.what)}{marks}"


def _block(commands: Iterable[str]) -> list[str]:
    return ["```bash", *map(shown, commands), "```", ""]
