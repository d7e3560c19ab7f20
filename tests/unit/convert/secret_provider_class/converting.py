"""What the tests of this package share: whole conversions of some files, with the values in a local store."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from sealwright import config
from sealwright.convert.change import Change, rewritten
from sealwright.convert.graph.finder import Graph
from sealwright.convert.secret_facts import SecretFacts, facts_of
from sealwright.convert.secret_provider_class.capabilities import keys_to_split
from sealwright.convert.secret_provider_class.consumers import consumer_changes
from sealwright.convert.secret_provider_class.conversion import conversion_of, secret_change
from sealwright.convert.secret_provider_class.model import Conversion, Identity, Reason
from sealwright.convert.secret_provider_class.refusals import fits
from sealwright.manifest.documents import read_documents
from sealwright.manifest.resource import Resource, is_core, resources
from sealwright.manifest.source import Source
from sealwright.stores.placement import place
from sealwright.stores.reference import Placement
from sealwright.stores.registry import traits_of
from sealwright.stores.remote_names import SecretName

AWS = config.Store("aws", "aws-secrets-manager", region="eu-central-1")
SSM = config.Store("ssm", "aws-parameter-store", region="eu-central-1")
VAULT = config.Store("vault", "vault", address="https://vault.example.com:8200", mount="kv")
GCP = config.Store("gcp", "gcp-secret-manager", project="shop-1")
AZURE = config.Store("azure", "azure-key-vault", vault="https://shop.vault.azure.net/")
STORES = {store.name: store for store in (AWS, SSM, VAULT, GCP, AZURE)}
IDENTITY = Identity(role="shop", tenant="11111111-2222-3333-4444-555555555555", client="app")


class Converted(NamedTuple):
    """The files afterwards, and what was converted."""

    files: dict[str, str]
    conversions: list[Conversion]
    placements: list[Placement]

    def classes(self, path: str = "secret.yaml") -> list[dict[str, Any]]:
        """The SecretProviderClasses of a file."""
        return [found for found in load_all(self.files[path]) if found.get("kind") == "SecretProviderClass"]


def load_all(text: str) -> list[Any]:
    """The documents as PyYAML reads them."""
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document is not None]


def read(files: dict[str, str]) -> list[Resource]:
    """Every object of the files."""
    documents = (document for path, text in files.items() for document in read_documents(Source(path, text)))
    return [resource for document in documents for resource in resources(document)]


def secrets_of(files: dict[str, str]) -> tuple[list[Resource], Graph]:
    """The Secrets of the files, and who uses them."""
    found = read(files)
    return [one for one in found if is_core(one.ref, "Secret")], Graph.of(found)


def reasons(
    files: dict[str, str], settings: config.Store = AWS, identity: Identity = IDENTITY, namespace: str = ""
) -> list[Reason]:
    """Why the Secrets of the files cannot be converted."""
    secrets, graph = secrets_of(files)
    return [
        reason
        for secret in secrets
        for reason in fits(
            facts_of(secret, namespace=namespace),
            graph.uses(secret.ref.namespace or namespace, secret.ref.name, secret.document.source.path),
            settings,
            identity,
        )
    ]


def placed(facts: SecretFacts, settings: config.Store) -> Placement:
    """Where the values of a Secret are to be stored."""
    values = [(value.key, value.plaintext) for value in facts.values]
    name = SecretName("prod", facts.namespace, facts.name)
    return place(name, values, settings, traits_of(settings.backend), split=keys_to_split(facts, settings))


def converted(files: dict[str, str], settings: config.Store = AWS, identity: Identity = IDENTITY) -> Converted:
    """Convert every Secret of the files, all in one go."""
    assert reasons(files, settings, identity) == []
    secrets, graph = secrets_of(files)
    conversions, placements = [], []
    changes: dict[str, list[Change]] = {}
    for secret in secrets:
        path = secret.document.source.path
        facts = facts_of(secret)
        uses = graph.uses(secret.ref.namespace, secret.ref.name, path)
        conversions.append(conversion_of(facts, uses, settings, identity))
        placements.append(placed(facts, settings))
        changes.setdefault(path, []).append(secret_change(secret, conversions[-1], placements[-1].references))
    for path, change in consumer_changes(conversions).items():
        changes.setdefault(path, []).append(change)
    texts = {path: rewritten(Source(path, text), changes.get(path, ())) for path, text in files.items()}
    return Converted(texts, conversions, placements)
