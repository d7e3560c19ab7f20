"""PIP001: a workflow signs in to a cloud with keys that do not expire, or writes a secret into its log.

Source: `aws-actions/configure-aws-credentials`, `google-github-actions/auth`, `azure/login` (their inputs); GitHub,
"Security hardening with OpenID Connect".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.relations.values import mapping, text
from sealwright.policy.relations.workflows import jobs, steps, workflows
from sealwright.policy.subject import Blame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath
    from sealwright.policy.world import World

_SECRET = Pattern(r"\$\{\{\s*secrets[.\[]")
_ACTIONS = {
    "aws-actions/configure-aws-credentials": "aws-access-key-id",
    "google-github-actions/auth": "credentials_json",
    "google-github-actions/setup-gcloud": "service_account_key",
    "azure/login": "creds",
}
_INSTEAD = ("aws-session-token", "workload_identity_provider", "client-id")
"""Inputs by which the step may do without such a key."""
_KEY, _SESSION = "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"
_PRINTS = Pattern(r"^\s*(?:sudo\s+)?(?:echo|printf)\b(?P<rest>.*)$")
_ENCODED = Pattern(r"\|\s*(?:base64|xxd|rev|od|hexdump)\b(?!.*[|>])")


def check(world: World) -> Iterator[Blame]:
    """Every workflow with such steps or variables, at each of them."""
    for workflow in workflows(world):
        keys = list(_variables((), workflow.value))
        prints: list[DocumentPath] = []
        for path, job in jobs(workflow):
            keys += _variables(path, job)
            for place, step in steps(path, job):
                keys += [*_variables(place, step), *_inputs(place, step)]
                if _shows(text(step, "run")):
                    prints.append((*place, "run"))
        if keys:
            yield Blame(workflow, tuple(keys), "keys that do not expire")
        if prints:
            yield Blame(workflow, tuple(prints), "a secret is printed")


def _variables(path: DocumentPath, holder: dict[str, Any]) -> Iterator[DocumentPath]:
    env = mapping(holder, "env")
    if _SECRET.search(text(env, _KEY)) and _SESSION not in env:
        yield (*path, "env", _KEY)


def _inputs(path: DocumentPath, step: dict[str, Any]) -> Iterator[DocumentPath]:
    name = _ACTIONS.get(text(step, "uses").partition("@")[0].lower())
    given = mapping(step, "with")
    if name and _SECRET.search(text(given, name)) and not any(given.get(each) for each in _INSTEAD):
        yield (*path, "with", name)


def _shows(script: str) -> bool:
    """Whether a line prints a secret to the log: not into a file, not into another program, unless that encodes it,
    which takes it out of the reach of the masks that logs have.
    """
    if not _SECRET.search(script) or "<<" in script:
        return False
    for line in script.replace("\\\n", " ").split("\n"):
        match = _PRINTS.match(line)
        if match and _SECRET.search(match.group("rest")) and "::add-mask::" not in line:
            rest = match.group("rest")
            if _ENCODED.search(rest) or not any(sign in rest for sign in "|>"):
                return True
    return False
