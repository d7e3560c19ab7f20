"""What must not be converted into a reference to a store, why, and what to do instead; and what to know beforehand.

A token that the cluster makes, a copy that an operator keeps, a text that another tool fills in: putting them into a
store would keep something that is not the value, or would make two owners of one Secret.
Sources: the operator's validator (`validatePrivilegedTemplate`), Kubernetes pkg/apis/core/validation
(`ValidateSecret`), and each tool's own annotations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.convert.advice import Subject
from sealwright.convert.advice.objects import key_flaw, name_advice
from sealwright.convert.advice.types import missing_keys
from sealwright.convert.external_secret.metadata import Goes, place_of
from sealwright.convert.managed import PLACEHOLDERS, manager_of
from sealwright.convert.secret_model import STRING_DATA
from sealwright.convert.template_fields import SERVER_FIELDS
from sealwright.finding import Span
from sealwright.manifest.nodes import entries, lookup, mapping_at, text_of, walk
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.manifest.resource import Resource


class Refusal(NamedTuple):
    """`slug` names the kind of it; `reason` and `alternative` are for people, and hold no value."""

    slug: str
    reason: str
    alternative: str


_METADATA: Final = frozenset({"name", "namespace", "labels", "annotations", "finalizers"}) | SERVER_FIELDS
_MOST_BYTES: Final = 1024 * 1024
_TYPES: Final = {
    "kubernetes.io/service-account-token": (
        "service-account-token",
        "the cluster itself makes the token of a service account, and the operator refuses this type",
        "use a projected token (serviceAccountToken volume, or `kubectl create token`), and delete the Secret from Git",
    ),
    "bootstrap.kubernetes.io/token": (
        "bootstrap-token",
        "the operator refuses bootstrap tokens",
        "make a short-lived one when a node joins (`kubeadm token create`), and delete the Secret from Git",
    ),
    "helm.sh/release.v1": (
        "helm-release",
        "Helm keeps the state of a release in it",
        "delete it from Git: Helm makes it again with each release",
    ),
}
_PLACEHOLDER = Pattern(r"<path:[^<>\s]+>")
_SUBSTITUTED = Pattern(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?:[^}\n]{0,200})?\}")
"""A variable as Flux writes it, perhaps with a default."""
_DOCKER: Final = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}


def refusal(secret: Resource, facts: SecretFacts | None = None) -> Refusal | None:
    """Why a Secret is not converted; None where nothing speaks against it.

    Without `facts`, only what can be seen on an object that is perhaps no complete Secret: look for that first, since
    `facts_of` raises an error for a template, a patch or an encrypted file.
    """
    found = next(_by_form(secret), None) or next(_by_manager(secret), None)
    if found or facts is None:
        return found
    return next(_by_facts(secret, facts), None)


def _by_form(secret: Resource) -> Iterator[Refusal]:
    node, document = secret.node, secret.document
    if document.flaw:
        yield Refusal("broken", "its document does not parse", "mend the file first")
    elif not document.exact:
        alternative = "convert what the template makes, or let the chart use an existing Secret"
        yield Refusal("template", "it is a template, not a manifest", alternative)
    if secret.in_typed_list:
        yield Refusal(
            "typed-list", "a SecretList holds nothing but Secrets", "make it `kind: List`, or one document each"
        )
    inside = walk(node) if node.flow else (node,)
    if any(item.anchor or item.tag for item in inside):
        yield Refusal("anchor", "a tag or an anchor stands on it or in its braces", "write it in plain block style")
    if any(name.startswith("$patch") for name, _, _ in entries(node)):
        yield Refusal("patch", "it is a patch of another Secret", "put the values into the Secret that it changes")
    metadata = mapping_at(node, "metadata")
    if metadata is None:
        return
    if lookup(metadata, "generateName") is not None:
        reason = "the cluster makes up its name, so that nothing can refer to it"
        yield Refusal("generated-name", reason, "give it a metadata.name")
    unknown = [name for name, _, _ in entries(metadata) if name not in _METADATA]
    if unknown:
        shown = unknown[0] if unknown[0].isalnum() and len(unknown[0]) < 64 else "(invalid)"
        reason = f"metadata.{shown} would be lost"
        yield Refusal("unknown-field", reason, "remove it: no Secret has it")


def _by_manager(secret: Resource) -> Iterator[Refusal]:
    found = manager_of(secret)
    if found:
        yield Refusal(found.slug, found.reason, found.alternative)


def _by_facts(secret: Resource, facts: SecretFacts) -> Iterator[Refusal]:
    kind = facts.type if not facts.type.startswith("helm.sh/release.") else "helm.sh/release.v1"
    if kind in _TYPES:
        yield Refusal(*_TYPES[kind])
    subject = _subject(secret, facts)
    for advice in name_advice(subject):
        yield Refusal(advice.slug, advice.message, advice.hint)
    if not facts.values:
        yield Refusal("empty", "it has no values, and an object without any is refused", "fill it in, or remove it")
    for value in facts.values:
        if reason := key_flaw(value.key):
            yield Refusal("key-name", f"no Secret may have one of its keys: {reason}", "rename it")
    if sum(len(value.plaintext.reveal()) for value in facts.values) > _MOST_BYTES:
        reason = "its values are larger than 1 MiB together, which no cluster takes"
        yield Refusal("too-large", reason, "split it, or keep in it only what is secret")
    for advice in missing_keys(subject, {value.key for value in facts.values}):
        if advice.certain:
            yield Refusal(advice.slug, advice.message, advice.hint)
    yield from _docker(facts)
    if any(_PLACEHOLDER.search(value.plaintext.reveal().decode("utf-8", "replace")) for value in facts.values):
        reason = "argocd-vault-plugin fills it in: what stands here are no values"
        yield Refusal("placeholders", reason, PLACEHOLDERS)


def _docker(facts: SecretFacts) -> Iterator[Refusal]:
    key = _DOCKER.get(facts.type)
    if key and _registries(facts) is None:
        alternative = "make it with `kubectl create secret docker-registry --dry-run=client -o yaml`"
        yield Refusal("docker-config", f"`{key}` is not a JSON object, which no cluster takes", alternative)


def _registries(facts: SecretFacts) -> list[str] | None:
    """The hosts that a Secret for pulling images names; None where its value is no JSON object."""
    import json

    key = _DOCKER.get(facts.type, "")
    value = next((value for value in facts.values if value.key == key), None)
    if value is None:
        return []
    try:
        content = json.loads(value.plaintext.reveal())
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    servers = content.get("auths") if key == ".dockerconfigjson" else content
    return [str(host) for host in servers] if isinstance(servers, dict) else []


def _subject(secret: Resource, facts: SecretFacts) -> Subject:
    start = secret.node.start
    location = secret.document.source.location(Span(start, start))
    ref = secret.ref._replace(name=facts.name, namespace=facts.namespace)
    values = {value.key: value.plaintext for value in facts.values}
    return Subject(ref, facts.type, facts.annotations, values, location, {})


_GENERATORS: Final = (
    (".amazonaws.com", ".dkr.ecr", "ECRAuthorizationToken"),
    ("gcr.io", "", "GCRAccessToken"),
    (".pkg.dev", "", "GCRAccessToken"),
    (".azurecr.io", "", "ACRAccessToken"),
)


def remarks(facts: SecretFacts, secret: Resource | None = None) -> tuple[Refusal, ...]:
    """What a person should know about a conversion that goes ahead; with `secret`, also about how it is written."""
    return (*_remarks(facts), *(_substituted(secret) if secret is not None else ()))


def _remarks(facts: SecretFacts) -> Iterator[Refusal]:
    if facts.immutable:
        reason = "it is immutable: the Secret never follows a change in the store"
        yield Refusal("immutable", reason, "drop `immutable` where the value is to be rotated")
    for generator in sorted({_generator(host) for host in _registries(facts) or ()} - {""}):
        reason = "it is for a registry whose tokens are short-lived"
        yield Refusal("registry-token", reason, f"a generator makes fresh ones: {generator} of the operator")
    hooks = ("argocd.argoproj.io/hook", "helm.sh/hook")
    if any(name in facts.annotations for name in hooks):
        reason = "it is made by a hook, and is there before the operator has filled it only by chance"
        yield Refusal("hook", reason, "make the jobs that need it wait, in a later wave of the same sync")
    if any(place_of("annotations", name) is Goes.TEMPLATE and "{{" in text for name, text in facts.annotations.items()):
        reason = "an annotation has `{{`, which is escaped so that the operator leaves it alone"
        yield Refusal("template-text", reason, "look at it after the conversion")


def _substituted(secret: Resource) -> Iterator[Refusal]:
    texts = mapping_at(secret.node, STRING_DATA)
    if texts is not None and any(_SUBSTITUTED.search(text_of(value)) for _, value in texts.entries):
        reason = "a value has `${...}`, which Flux fills in where it substitutes variables, and the operator does not"
        yield Refusal("substitution", reason, "if Flux does so here, write the value that comes out of it first")


def _generator(host: str) -> str:
    name = host.removeprefix("https://").removeprefix("http://").partition("/")[0].lower()
    return next((kind for end, inside, kind in _GENERATORS if name.endswith(end) and inside in name), "")
