"""A kubeconfig opens a cluster.

Finds: tokens, client keys and passwords of its users, tokens of authentication plug-ins (`auth-provider.config`), and
what the variables and arguments of an `exec` plug-in hand over; in a file of any name, YAML or JSON, in the values of
ConfigMaps and charts, and among the files that cloud-init writes. Each field is a finding of its own.

Leaves alone: certificates, paths of files (`client-key`, `tokenFile`), what `kubectl config view` left out
(`REDACTED`, `DATA+OMITTED`), placeholders, references, templates.

Bad:

    kind: Config
    users:
      - name: ci
        user:
          token: hunter2

Good:

    kind: Config
    users:
      - name: ci
        user:
          exec:
            apiVersion: client.authentication.k8s.io/v1
            command: aws
            args: [eks, get-token, --cluster-name, shop]

Fix: keep kubeconfigs out of Git; let people and pipelines log in by themselves (OIDC, `exec` plug-ins). Revoke the
token or the certificate: whoever has read the repository can use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.detect.credentials.assignments import assignments
from sealwright.detect.credentials.values import is_generic, judge
from sealwright.detect.objects import below, objects, shows
from sealwright.detect.secret_values import DATA, STRING_DATA
from sealwright.detect.trail import shown
from sealwright.finding import Confidence, Span
from sealwright.manifest.nodes import Mapping, lookup, text_of
from sealwright.manifest.resource import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.detect.base import Hit, View
    from sealwright.detect.budget import Budget
    from sealwright.detect.trail import Trail
    from sealwright.manifest.nodes import Node

RULE = "kubeconfig"

_PATHS: dict[tuple[str, ...], str] = {
    ("token",): STRING_DATA,
    ("password",): STRING_DATA,
    ("client-key-data",): DATA,
    **{("auth-provider", "config", f"{name}-token"): STRING_DATA for name in ("id", "refresh", "access")},
    ("auth-provider", "config", "client-secret"): STRING_DATA,
}
"""The way from `user` to a credential, and whether it is under base64 (as `data` of a Secret is) or not."""
_OMITTED = frozenset({"REDACTED", "DATA+OMITTED", "DATA OMITTED"})
"""What `kubectl config view` writes instead of a value."""


def find(view: View) -> Iterator[Hit]:
    """Credentials of the users of every kubeconfig."""
    for placed in objects(view, "users"):
        ref = reference(placed.node)
        if ref.kind in {"Config", ""} and "/" not in ref.api_version:
            for way, entry in below(placed.node, placed.trail, view.budget, "users", "*"):
                user = text_of(lookup(entry, "name")) if isinstance(entry, Mapping) else ""
                for found in _credentials(entry, way, view.budget):
                    message = f"this kubeconfig keeps `{shown(found.name)}` of {_named(user)} in clear"
                    yield placed.hit(found.trail, Span(found.value.start, found.value.end), message, found.confidence)


class _Found(NamedTuple):
    name: str
    trail: Trail | None
    value: Node
    confidence: Confidence


def _credentials(entry: Node, way: Trail | None, budget: Budget) -> Iterator[_Found]:
    """What one item of `users` holds."""
    for path, base in _PATHS.items():
        for trail, value in below(entry, way, budget, "user", *path):
            if _is_shown(value, base, path[-1]):
                yield _Found(path[-1], trail, value, Confidence.CERTAIN)
    for trail, variable in below(entry, way, budget, "user", "exec", "env", "*"):
        name = text_of(lookup(variable, "name")) if isinstance(variable, Mapping) else ""
        for place, value in below(variable, trail, budget, "value"):
            sure = judge(name, text_of(value))
            if sure is not None:
                yield _Found(name, place, value, sure)
    flag = ""
    for trail, value in below(entry, way, budget, "user", "exec", "args", "*"):
        for name, sure in _in_argument(flag, text_of(value)):
            yield _Found(name, trail, value, sure)
        flag = text_of(value)


def _in_argument(flag: str, argument: str) -> Iterator[tuple[str, Confidence]]:
    """What `--token=...` hands over, or the argument behind `--token`."""
    name = flag.lstrip("-")
    sure = judge(name, argument) if flag.startswith("--") else None
    if sure is not None:
        yield name, sure
    else:
        yield from ((assignment.name, assignment.confidence) for assignment in assignments(argument))


def _is_shown(value: Node, base: str, key: str) -> bool:
    text = text_of(value).strip()
    return text not in _OMITTED and not is_generic(text) and shows(value, base, key)


def _named(user: str) -> str:
    return f"the user `{shown(user)}`" if user else "a user"
