"""The Secrets that are to be converted, and those among them of which it is clear at once that they stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.refusals import refusal
from sealwright.convert.seal import is_secret
from sealwright.convert.secret_facts import facts_of
from sealwright.errors import SealwrightError
from sealwright.run.convert.plan import Stay
from sealwright.run.seal import Choice, is_chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.resource import Resource
    from sealwright.run.convert.goal import Goal, Goals
    from sealwright.run.convert.workspace import File, Workspace

_ALL = Choice(exposed_only=True)


class Candidate(NamedTuple):
    """A Secret with values in clear, what it says, and what it is to become."""

    file: File
    resource: Resource
    facts: SecretFacts
    goal: Goal

    @property
    def line(self) -> int:
        """Where it stands, from 1."""
        return self.file.source.position(self.resource.node.start).line

    def stays(self, reason: str, hint: str = "") -> Stay:
        """The Secret as one that is not converted."""
        return stay(self.file, self.resource, reason, hint)


def candidates(
    workspace: Workspace, goals: Goals, *, namespace: str = "", listed: Callable[[str], str] = str
) -> Iterator[Candidate | Stay]:
    """Every Secret of the selected files that a scan would report; `namespace` is for those that name none.

    `listed` gives the path that rules are about, for a manifest that is only thought of.
    """
    for path in workspace.selected:
        goal, file = goals.of(listed(path)), workspace.files[path]
        for resource in file.resources():
            if is_secret(resource):
                found = _candidate(file, resource, goal, namespace)
                if goal is None and found is not None:
                    found = stay(file, resource, *goals.silence())
                if found is not None:
                    yield found


def stay(file: File, resource: Resource, reason: str, hint: str = "") -> Stay:
    """A Secret that is not converted."""
    line = file.source.position(resource.node.start).line
    return Stay(resource.ref, file.path, line, reason, hint)


def _candidate(file: File, resource: Resource, goal: Goal | None, namespace: str) -> Candidate | Stay | None:
    try:
        if not is_chosen(resource, _ALL):
            return None
        if goal is None:
            return stay(file, resource, "")
        if goal.store is not None:
            against = refusal(resource)
            if against is not None:
                return stay(file, resource, against.reason, against.alternative)
        if not resource.document.exact:
            hint = "convert what the template renders to, or move the Secret to a file of its own"
            return stay(file, resource, "its document is a template or does not parse", hint)
        own = "" if resource.ref.namespace else namespace
        return Candidate(file, resource, facts_of(resource, namespace=own), goal)
    except SealwrightError as error:
        return stay(file, resource, error.message.removeprefix(f"{resource.ref}: "), error.hint)
