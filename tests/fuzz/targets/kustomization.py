"""Kustomizations, releases of charts and workloads: what they name and make, and who uses which Secret."""

from __future__ import annotations

from fuzz.manifests import EXTERNAL, KUSTOMIZATION, VALUES, WORDS, WORKLOAD

from sealwright.convert.graph.bootstrap import bootstrap_reason, cautions
from sealwright.convert.graph.finder import Graph, uses_in
from sealwright.convert.helm.rewire import exchanges, left
from sealwright.convert.helm.sites import Sources, sites
from sealwright.convert.kustomize.generated import generated_secrets
from sealwright.manifest.documents import read_documents
from sealwright.manifest.kustomization import carries_patches, generators, is_kustomization, named_files, plugins
from sealwright.manifest.neighbours import may_generate, may_generate_secrets, may_hide_words
from sealwright.manifest.resource import resources
from sealwright.manifest.source import decode

RELEASE = f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: db, namespace: shop}}
spec:
  chart: {{spec: {{chart: postgresql, sourceRef: {{kind: HelmRepository, name: bitnami}}}}}}
  values:
    {VALUES.replace(chr(10), chr(10) + "    ").rstrip()}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: db}}
spec:
  source: {{chart: postgresql, repoURL: https://example.com, helm: {{values: "a: {{password: x}}"}}}}
"""
PATHS = ("app/kustomization.yaml", "app/a.yaml", "app/values.yaml")
SEEDS = tuple(
    bytes([number]) + text.encode()
    for number, text in ((0, KUSTOMIZATION), (1, RELEASE), (1, WORKLOAD), (2, VALUES), (1, EXTERNAL))
)

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    path, content = PATHS[data[0] % len(PATHS)] if data else PATHS[0], data[1:]
    for asked in (may_generate, may_generate_secrets, may_hide_words):
        asked(content)
    source = decode(path, content)
    found = [resource for document in read_documents(source) for resource in resources(document)]
    graph = Graph.of(found)
    sources = Sources(found)
    for resource in found[:20]:
        is_kustomization(resource)
        carries_patches(resource, ("patches",))
        for made in (generators(resource), plugins(resource), named_files(resource)):
            list(made)
        generated_secrets(resource, lambda name: b"a=b\n" if name.endswith("env") else None)
        for site in sites(resource, sources):
            exchanges(site)
            list(left(site))
        for use in uses_in(resource):
            graph.uses(use.namespace, use.name, path)
            graph.makers(use.namespace, use.name, path)
        bootstrap_reason(resource, graph)
        list(cautions(resource, graph, ("a",)))
