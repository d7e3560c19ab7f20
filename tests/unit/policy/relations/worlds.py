"""What the tests of relations share: worlds from texts, and what a rule finds in them, in short."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sealwright.manifest.source import Source
from sealwright.policy.infrastructure.reader import infrastructure_subjects
from sealwright.policy.objects import subjects_of
from sealwright.policy.paths import keyed
from sealwright.policy.relations.registry import CHECKS
from sealwright.policy.world import World

TODAY = "2026-06-01"


def world(files: Mapping[str, str], **more: Any) -> World:
    """A tree that was read as a whole, unless `more` says otherwise."""
    sources = [Source(path, text) for path, text in files.items() if path.endswith((".yaml", ".tf")) and path[0] != "."]
    subjects = [each for source in sources if source.path.endswith(".yaml") for each in subjects_of(source)]
    subjects += [each for source in sources for each in infrastructure_subjects(source)]
    standard = World(subjects, list(files), lambda path: files.get(path, ""), {}, False, True, TODAY, lambda *_: "")
    return standard._replace(**more)


def found(rule: str, files: Mapping[str, str] | str, **more: Any) -> list[str]:
    """`path:line field` of everything that the rule has against these files, in order."""
    module, _, name = CHECKS[rule].partition(":")
    tree = world({"app.yaml": files} if isinstance(files, str) else files, **more)
    return [
        f"{place.path}:{place.start.line} {keyed(blame.subject.value, path)}".rstrip()
        for blame in getattr(import_module(module), name)(tree)
        for path in blame.paths
        for place in (blame.subject.where(path),)
    ]


def secret(name: str = "db", namespace: str = "", more: str = "") -> str:
    meta = f"{{name: {name}{_in(namespace)}{more}}}"
    return f"---\napiVersion: v1\nkind: Secret\nmetadata: {meta}\ndata: {{password: eA==}}\n"


def external(name: str = "db", namespace: str = "", spec: str = "", kind: str = "ClusterSecretStore") -> str:
    return f"""\
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {{name: {name}{_in(namespace)}}}
spec:
  secretStoreRef: {{name: aws, kind: {kind}}}
  data: [{{secretKey: password, remoteRef: {{key: shop/db}}}}]
{spec}"""


def store(name: str = "aws", spec: str = "", region: str = "eu-central-1") -> str:
    return f"""\
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {{name: {name}}}
spec:
  provider: {{aws: {{service: SecretsManager, region: {region}}}}}
{spec}"""


def deployment(secret_name: str = "db", namespace: str = "", *, meta: str = "", pod: str = "", key: str = "") -> str:
    """A Deployment whose container reads one key of a Secret; line 14 has its name."""
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api{_in(namespace)}{meta}}}
spec:
  template:
    metadata: {{labels: {{app: api}}}}
    spec:
      containers:
        - name: api
          image: example.com/api
          env:
            - name: PASSWORD
              valueFrom: {{secretKeyRef: {{name: {secret_name}, key: password{key}}}}}
{pod}"""


def kustomization(resources: str, more: str = "") -> str:
    return f"resources: [{resources}]\n{more}"


def release(chart: str, values: str = "{}", version: str = "2.9.0", name: str = "release") -> str:
    return f"""\
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {name}, namespace: platform}}
spec:
  chart: {{spec: {{chart: {chart}, version: "{version}", sourceRef: {{kind: HelmRepository, name: charts}}}}}}
  values: {values}
"""


def _in(namespace: str) -> str:
    return f", namespace: {namespace}" if namespace else ""
