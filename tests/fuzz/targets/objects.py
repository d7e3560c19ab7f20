"""Objects as rules see them, judged by all shipped rules: an answer for each, with a place, and no value told."""

from __future__ import annotations

from functools import cache

from fuzz.held import hold_no_value, texts_of
from fuzz.manifests import EXTERNAL, KUSTOMIZATION, SEALED, SECRET, WORDS, WORKLOAD

from sealwright.manifest.source import Source, decode
from sealwright.policy.fixing import fixed
from sealwright.policy.judging import judge, related
from sealwright.policy.objects import objects_in
from sealwright.policy.packs.load import load_packs, shipped_packs
from sealwright.policy.packs.model import Rules
from sealwright.policy.paths import keyed
from sealwright.policy.subject import Subject
from sealwright.policy.world import World

CLASS = """\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: db, namespace: shop}
spec:
  provider: aws
  parameters: {objects: "- {objectName: shop/db, objectType: secretsmanager, jmesPath: [{path: a, objectAlias: b}]}"}
  secretObjects: [{secretName: db, type: Opaque, data: [{objectName: b, key: a}]}]
"""
STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: aws}
spec: {provider: {aws: {service: SecretsManager, region: eu-central-1, auth: {jwt: {serviceAccountRef: {name: x}}}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules: [{apiGroups: [""], resources: [secrets, "*"], verbs: [get, "*"], resourceNames: [a]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: y}
spec: {podSelector: {matchLabels: {a: b}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}
"""
SEEDS = tuple(text.encode() for text in (WORKLOAD, EXTERNAL, SEALED, SECRET, KUSTOMIZATION, CLASS, STORE))

__all__ = ["SEEDS", "WORDS", "run"]


@cache
def rules() -> Rules:
    return load_packs(sorted(shipped_packs()), root="")


def run(data: bytes) -> None:
    source = decode("apps/a.yaml", data)
    contents = objects_in(source)
    for problem in contents.problems:
        hold_no_value(texts_of(problem), data)
    wanted = set()
    for subject in contents.subjects[:20]:
        for violation in judge(subject, rules()):
            hold_no_value([violation.blame.error, violation.blame.detail], data)
            for path in violation.blame.paths:
                place = subject.where(path)
                assert place.start <= place.end
                wanted.add((violation.rule.id, str(subject.ref), keyed(subject.value, path)))
    for violation in related(_world(contents.subjects, source.text), rules()):
        hold_no_value([violation.blame.error, violation.blame.detail], data)
    if len(data) < 1500 and not source.flaw:
        text, _ = fixed(source, rules(), sorted(wanted)[:2])
        again = objects_in(Source(source.path, text))
        assert len(again.subjects) == len(contents.subjects)


def _world(subjects: list[Subject], text: str) -> World:
    return World(
        subjects,
        ("apps/a.yaml", ".sops.yaml", ".github/workflows/a.yaml"),
        lambda _: text,
        rules().params,
        rendered=False,
        whole=True,
        today="2026-06-01",
        changed_on=lambda *_: "2026-01-01",
    )
