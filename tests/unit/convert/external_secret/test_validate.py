"""What a cluster would refuse is refused here, with the field; what it takes is let through."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from support import NO_SHARED_DATA
from unit.convert.external_secret.converting import UPSTREAM, upstream_complaints

from sealwright.convert.external_secret.validate import flaws

EXAMPLES = sorted((UPSTREAM / "examples").glob("*.yaml")) if UPSTREAM.is_dir() else []
SECRET = """
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: shop}
spec:
  refreshInterval: 1h0m0s
  secretStoreRef: {kind: SecretStore, name: aws}
  target:
    name: db
    template: {type: Opaque, metadata: {labels: {}, annotations: {}}}
  data:
  - {secretKey: password, remoteRef: {key: prod/shop/db, property: password}}
  dataFrom:
  - extract: {key: prod/shop/db}
"""
STORE = """
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: aws, namespace: shop}
spec:
  provider:
    aws: {service: SecretsManager, region: eu-west-1, auth: {jwt: {serviceAccountRef: {name: shop}}}}
"""


def at(path: str, value: Any, text: str = SECRET) -> dict[str, Any]:
    """The object with another value at a path; None takes the field away."""
    made: Any = yaml.safe_load(text)
    *above, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
    place: Any = made
    for part in above:
        if isinstance(place, dict):
            place.setdefault(part, {})
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    assert isinstance(made, dict)
    return made


def cluster(path: str, value: Any) -> dict[str, Any]:
    made = at(path, value, STORE)
    made["kind"] = "ClusterSecretStore"
    made["metadata"].pop("namespace", None)
    return made


VAULT = {"server": "https://v", "path": "kv"}
REF = {"name": "a", "namespace": "elsewhere"}
TOKEN = {
    "type": "kubernetes.io/service-account-token",
    "metadata": {"annotations": {"kubernetes.io/service-account.name": "x"}},
}
BROKEN = [
    (at("apiVersion", "external-secrets.io/v1beta1"), "apiVersion is not external-secrets.io/v1"),
    (at("metadata/name", None), "metadata.name is missing"),
    (at("metadata/name", "Db"), "metadata.name is not a name"),
    (at("metadata/name", "db\n"), "metadata.name is not a name"),
    (at("metadata/namespace", "a.b"), "metadata.namespace is not a name"),
    (at("metadata/labels", {"a": 1}), "metadata.labels.a is not a string"),
    (at("spec", None), "spec is missing"),
    (at("spec/data/0/remoteRef/key", None), "spec.data[0].remoteRef.key is missing"),
    (at("spec/data/0/remoteRef", "x"), "spec.data[0].remoteRef is not a mapping"),
    (at("spec/data/0/secretKey", "a/b"), "spec.data[0].secretKey is not a key"),
    (at("spec/data/0/secretKey", "password\n"), "spec.data[0].secretKey is not a key"),
    (at("spec/data/0/secretKey", "a" * 254), "spec.data[0].secretKey is longer than 253 characters"),
    (at("spec/data/0/secretKey", ""), "spec.data[0].secretKey is empty"),
    (at("spec/data/0/remoteRef/decodingStrategy", "base64"), "spec.data[0].remoteRef.decodingStrategy is none of"),
    (at("spec/data/0/remoteRef/propery", "x"), "spec.data[0].remoteRef.propery is unknown"),
    (at("spec/data", {}), "spec.data is not a list"),
    (at("spec/target/immutable", "true"), "spec.target.immutable is not true or false"),
    (at("spec/target/template/metadata/annotations", {"a.b/c": 1}), "spec.target.template.metadata.annotations[a.b/c]"),
    (at("spec/target/template/engineVersion", "v1"), "spec.target.template.engineVersion is none of v2"),
    (at("spec/refreshInterval", "1 hour"), "spec.refreshInterval is not a duration"),
    (at("spec/refreshInterval", 60), "spec.refreshInterval is not a string"),
    (at("spec/syncWindows", {"kind": "allow", "windows": []}), "spec.syncWindows.windows is empty"),
    # what the webhook says
    (
        at("spec/target", {"deletionPolicy": "Delete", "creationPolicy": "Merge"}),
        "spec.target.deletionPolicy is Delete",
    ),
    (at("spec/target", {"deletionPolicy": "Merge", "creationPolicy": "None"}), "spec.target.deletionPolicy is Merge"),
    (
        at("spec/data/0/sourceRef", {"generatorRef": {"kind": "UUID", "name": "a"}}),
        "spec.data[0].sourceRef.generatorRef is not implemented",
    ),
    (at("spec/dataFrom/0", {"extract": {"key": "a"}, "find": {"path": "b"}}), "spec.dataFrom[0] has extract and find"),
    (at("spec/dataFrom/0", {"rewrite": []}), "spec.dataFrom[0] has none of extract, find and sourceRef"),
    (at("spec/dataFrom/0", {"sourceRef": {}}), "spec.dataFrom[0].sourceRef is empty"),
    (at("spec/data", [{"secretKey": "a", "remoteRef": {"key": "k"}}] * 2), "spec.data[1].secretKey is there twice (a)"),
    (at("spec/target/template/type", "bootstrap.kubernetes.io/token"), "spec.target.template.type is bootstrap"),
    (at("spec/target/template", TOKEN), "spec.target.template.type is kubernetes.io/service-account-token"),
    (
        at("spec/target/template", {"templateFrom": [{"target": "spec.x"}]}),
        "spec.target.template.templateFrom[0].target is none of",
    ),
    # stores
    (at("spec/provider", {}, STORE), "spec.provider is empty"),
    (at("spec/provider/vault", VAULT, STORE), "spec.provider has 2 entries"),
    (at("spec/provider", {"awz": {}}, STORE), "spec.provider.awz is unknown"),
    (at("spec/provider/aws/region", None, STORE), "spec.provider.aws.region is missing"),
    (at("spec/provider/aws/service", "SM", STORE), "spec.provider.aws.service is none of"),
    (
        at("spec/provider/aws/auth/jwt/serviceAccountRef", REF, STORE),
        "spec.provider.aws.auth.jwt.serviceAccountRef.namespace is another namespace",
    ),
    (
        at("spec/provider", {"vault": VAULT | {"tls": {"certSecretRef": {"name": "a"}}}}, STORE),
        "spec.provider.vault.tls needs",
    ),
    (
        at(
            "spec/provider", {"vault": VAULT | {"caProvider": {"type": "Secret", "name": "a", "namespace": "b"}}}, STORE
        ),
        "spec.provider.vault.caProvider.namespace is another",
    ),
    (at("spec/refreshInterval", "often", STORE), "spec.refreshInterval is neither"),
    (
        at("spec/conditions", [{"namespaceRegexes": ["^a", "(b"]}], STORE),
        "spec.conditions[0].namespaceRegexes[1] is no regular expression",
    ),
    (
        at("spec/conditions", [{"namespaceRegexes": ["a(?!b)"]}], STORE),
        "spec.conditions[0].namespaceRegexes[0] is no regular expression",
    ),
    (at("spec/conditions", [{"namespaces": ["a_b"]}], STORE), "spec.conditions[0].namespaces[0] is not a name"),
    (
        cluster("spec/provider", {"vault": VAULT | {"caProvider": {"type": "Secret", "name": "a"}}}),
        "spec.provider.vault.caProvider.namespace is missing",
    ),
    (
        cluster("spec/provider", {"doppler": {"auth": {"secretRef": {"dopplerToken": {"name": "a"}}}}}),
        "dopplerToken.namespace is missing",
    ),
    (
        cluster("spec/provider/aws/region", "a") | {"metadata": {"name": "a", "namespace": "b"}},
        "metadata.namespace is there",
    ),
]
SOUND = [
    at("spec/refreshInterval", "0"),
    at("spec/target", {"deletionPolicy": "Delete"}),
    at("spec/target", {"creationPolicy": "CreateOrMerge", "deletionPolicy": "Merge"}),
    at("spec/data/0/remoteRef/version", "uuid/1"),
    at("spec/data", []),
    at("spec/dataFrom/0", {"sourceRef": {"storeRef": {"name": "other"}}}),
    at("spec/dataFrom/0", {"sourceRef": {"generatorRef": {"kind": "UUID", "name": "a"}}}),
    at(
        "spec/target",
        {"manifest": {"apiVersion": "v1", "kind": "ConfigMap"}, "template": {"templateFrom": [{"target": "spec.x"}]}},
    ),
    at("spec/target/template", {"type": "kubernetes.io/service-account-token"}),
    at("spec/target", {"deletionPolicy": "Delete"}) | {"metadata": {"generateName": "db-"}},
    at("spec/refreshInterval", 60, STORE),
    at("spec/refreshInterval", "60", STORE),
    at("spec/conditions", [{"namespaceRegexes": ["^a-[a-z]+$", "\\pL", "a\\z", "[[:alpha:]]"]}], STORE),
    at("spec/provider/aws/auth/jwt/serviceAccountRef/namespace", "shop", STORE),
    at("spec/provider", {"ngrok": {"anything": [1]}}, STORE),
    cluster("spec/provider/aws/auth/jwt/serviceAccountRef", REF),
    cluster("spec/provider/aws/auth/jwt/serviceAccountRef", {"name": "a"}),
    {"apiVersion": "v1", "kind": "ConfigMap", "data": 1},
]


@pytest.mark.parametrize(("broken", "words"), BROKEN)
def test_what_a_cluster_refuses_is_named(broken: dict[str, Any], words: str) -> None:
    found = [str(flaw) for flaw in flaws(broken)]
    assert any(words in flaw for flaw in found), found


@pytest.mark.parametrize("sound", SOUND)
def test_what_a_cluster_takes_is_let_through(sound: dict[str, Any]) -> None:
    assert [str(flaw) for flaw in flaws(sound)] == []


def test_no_word_of_an_object_is_repeated_that_may_be_a_value() -> None:
    fake = {"fake": {"data": [{"key": "a", "value": 5, "hunter2 hunter2": "hunter3"}]}}
    found = [str(flaw) for flaw in flaws(at("spec/provider", fake, STORE))]
    assert len(found) == 2
    assert "hunter" not in "".join(found)


@pytest.mark.skipif(not EXAMPLES, reason=NO_SHARED_DATA)
def test_examples_are_sound() -> None:
    for path in EXAMPLES:
        for made in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            assert [str(flaw) for flaw in flaws(made)] == [], path.name


@pytest.mark.skipif(not EXAMPLES, reason=NO_SHARED_DATA)
@pytest.mark.parametrize("kind", ["ExternalSecret", "SecretStore", "ClusterSecretStore"])
def test_what_is_said_agrees_with_the_schema_of_the_crd(kind: str) -> None:
    """On examples with something changed: where upstream's schema complains, so do we; beyond that only rules do."""
    chance = random.Random(7)
    seen = {True: 0, False: 0}
    originals = [
        made for path in EXAMPLES for made in yaml.safe_load_all(path.read_text("utf-8")) if made["kind"] == kind
    ]
    for original in [*originals[:4], *rich(kind)]:
        for changed in mutations(original, chance):
            theirs, ours = upstream_complaints(changed), [str(flaw) for flaw in flaws(changed)]
            if theirs:
                assert ours, (theirs, changed)
            elif ours:  # the webhook's rules, and what the API server itself wants
                assert is_rule(ours[0]), (ours, changed)
            seen[bool(theirs)] += 1
    assert seen[True] > 100, seen
    assert seen[False] > 20, seen


RULES = ("neither data nor dataFrom", "has none of", "of which one is allowed", "is there twice", "is not a duration")
STORE_RULES = (
    "all that a Secret takes",
    "is another namespace",
    "is missing",
    "tls needs",
    "needs useAzureSDK",
    "is for version v2",
    "is neither",
)


def is_rule(flaw: str) -> bool:
    return any(words in flaw for words in (*RULES, *STORE_RULES, "metadata.name", "Delete", "belongs to no"))


def rich(kind: str) -> Iterator[dict[str, Any]]:
    """Objects with fields that the examples do not have."""
    if kind == "ExternalSecret":
        made = at(
            "spec/dataFrom",
            [
                {
                    "find": {"name": {"regexp": "a"}, "tags": {"a": "b"}},
                    "rewrite": [{"regexp": {"source": "a", "target": "b"}}],
                }
            ],
        )
        made["spec"]["syncWindows"] = {"kind": "deny", "windows": [{"schedule": "@daily", "duration": "1h"}]}
        made["spec"]["target"]["template"]["templateFrom"] = [
            {"configMap": {"name": "a", "items": [{"key": "k", "templateAs": "Values"}]}, "target": "Data"}
        ]
        yield made
        return
    ref = {"name": "a", "key": "b"}
    account = {"serviceAccountRef": {"name": "a", "audiences": ["x"]}}
    conditions = [{"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}}]
    auth = {
        "appRole": {"path": "a", "roleId": "b", "secretRef": ref},
        "cert": {"clientCert": ref, "secretRef": ref},
        "jwt": {"path": "a", "kubernetesServiceAccountToken": account},
        "iam": {"vaultRole": "a", "jwt": account, "secretRef": {"accessKeyIDSecretRef": ref}},
        "ldap": {"path": "a", "username": "b", "secretRef": ref},
        "gcp": {"role": "a", "workloadIdentity": account},
        "userPass": {"path": "a", "username": "b"},
        "tokenSecretRef": ref,
    }
    providers: list[dict[str, Any]] = [
        {"vault": {"server": "https://v", "auth": auth, "headers": {"a": "b"}, "checkAndSet": {"required": True}}},
        {
            "gcpsm": {
                "projectID": "p",
                "auth": {
                    "workloadIdentityFederation": {
                        "audience": "a",
                        "gcpServiceAccountEmail": "a@b.iam.gserviceaccount.com",
                    }
                },
            }
        },
        {"azurekv": {"vaultUrl": "https://v", "authSecretRef": {"clientId": ref}, "environmentType": "ChinaCloud"}},
        {
            "aws": {
                "service": "SecretsManager",
                "region": "a",
                "sessionTags": [{"key": "a", "value": "b"}],
                "secretsManager": {"recoveryWindowInDays": 7},
            }
        },
        {"fake": {"data": [{"key": "a", "value": "b"}], "validationResult": 0}},
    ]
    for provider in providers:
        spec = {"provider": provider, "conditions": conditions, "retrySettings": {"maxRetries": 1}}
        yield {"apiVersion": "external-secrets.io/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}


def mutations(original: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    """The object with one thing changed, each thing in turn."""
    yield copy.deepcopy(original)
    for number, _ in enumerate(places(original["spec"])):
        for change in CHANGES:
            made = copy.deepcopy(original)
            holder, key = list(places(made["spec"]))[number]
            change(holder, key, chance)
            yield made


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def drop(holder: Any, key: Any, chance: random.Random) -> None:
    del holder[key]


def retype(holder: Any, key: Any, chance: random.Random) -> None:
    others: list[Any] = [[], {}, 7, True, "x y"]
    holder[key] = chance.choice([other for other in others if type(other) is not type(holder[key])])


def add(holder: Any, key: Any, chance: random.Random) -> None:
    if isinstance(holder[key], dict):
        holder[key]["somethingElse"] = 1


def respell(holder: Any, key: Any, chance: random.Random) -> None:
    if isinstance(holder[key], str):
        holder[key] = chance.choice(["", "A b", "-", "x" * 300, "default", holder[key].lower() + "."])


CHANGES: list[Callable[[Any, Any, random.Random], None]] = [drop, retype, add, respell]
