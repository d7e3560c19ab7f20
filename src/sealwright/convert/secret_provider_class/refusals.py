"""Whether a Secret can become a SecretProviderClass without anything breaking, and if not, why.

The driver writes files into pods: whoever else reads a Secret needs a real one.
Sources: the driver's docs/book/src (sync-as-kubernetes-secret.md, known-limitations.md), core/v1, and kubelet: a volume
that no container mounts is left out, and fsGroup does not reach volumes of this driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.convert.graph.use import How
from sealwright.convert.secret_provider_class.capabilities import is_text, provider_of
from sealwright.convert.secret_provider_class.consumers import edited_pods
from sealwright.convert.secret_provider_class.conversion import conversion_of
from sealwright.convert.secret_provider_class.model import Identity, Reason
from sealwright.convert.secret_provider_class.pod_refusals import pod_reasons
from sealwright.errors import ConvertError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright import config
    from sealwright.convert.graph.use import Use
    from sealwright.convert.secret_facts import SecretFacts

_INSTEAD = "convert it to an ExternalSecret, which makes a real Secret"
_GENERATED = {
    "kubernetes.io/service-account-token": "the cluster fills it in; use a projected token, and take it out of Git",
    "bootstrap.kubernetes.io/token": "the cluster reads it to let nodes in; take it out of Git",
    "helm.sh/release.v1": "Helm keeps its state in it; take it out of Git",
}
_READERS = ("argocd.argoproj.io/secret-type", "jenkins.io/credentials-type", "grafana_datasource", "grafana_dashboard")
_COPIERS = (
    "reflector.v1.k8s.emberstack.com/",
    "replicator.v1.mittwald.de/",
    "kubed.appscode.com/",
    "reloader.kyverno.io/",
)
_MANAGERS = ("cert-manager.io/certificate-name", "meta.helm.sh/release-name")
_LARGEST_SYNCED = 65_535
"""Bytes: the driver hashes each synced value behind its length in 16 bits."""
_NEEDED = {
    "vault": (("role", "roleName", "--vault-role"),),
    "azure": (("tenant", "tenantID", "--azure-tenant"),),
}


def fits(
    facts: SecretFacts, uses: Sequence[Use], settings: config.Store, identity: Identity | None = None
) -> list[Reason]:
    """Every reason why the Secret cannot be converted; [] if it can. `uses` are all that there are."""
    reasons = [
        *_of_store(facts, settings, identity or Identity()),
        *_of_secret(facts, uses),
        *(reason for use in uses for reason in pod_reasons(facts, use, settings)),
    ]
    if reasons:
        return list(dict.fromkeys(reasons))
    try:
        edited_pods([conversion_of(facts, uses, settings, identity)])
    except ConvertError as error:
        return [Reason(error.message, error.hint, error.place)]
    return []


def _of_store(facts: SecretFacts, settings: config.Store, identity: Identity) -> Iterator[Reason]:
    provider = provider_of(settings)
    if not provider:
        hint = "name another store, or convert it to an ExternalSecret later on: sealwright store copy"
        yield Reason(f"no provider of the driver reads from a store of kind {settings.backend}", hint)
    for field, parameter, option in _NEEDED.get(provider, ()):
        if not getattr(identity, field):
            yield Reason(f"the provider needs {parameter}, and nothing says which", f"give it with {option}")
    for value in facts.values if settings.backend == "aws-parameter-store" else ():
        if not is_text(value.plaintext):
            message = (
                f"{value.key} is not text: a parameter would hold it as base64, which the provider does not decode"
            )
            yield Reason(message, "use a store of kind aws-secrets-manager for it, or an ExternalSecret")


def _of_secret(facts: SecretFacts, uses: Sequence[Use]) -> Iterator[Reason]:
    if facts.type in _GENERATED:
        yield Reason(f"a Secret of type {facts.type} cannot come from a store", _GENERATED[facts.type])
    yield from _of_metadata({**facts.annotations, **facts.labels})
    if not facts.values:
        yield Reason("it has no values", "leave it as it is")
    if not uses:
        yield Reason("no pod of the repository uses it, so that nothing would mount its values", _INSTEAD)
    everything = any(use.how is How.ENV_FROM for use in uses)
    asked = {key for use in uses if use.how is How.ENV for key in use.keys}
    for value in facts.values:
        if value.key.startswith(".."):
            yield Reason(f"no file can be called {value.key}", _INSTEAD)
        if (everything or value.key in asked) and len(value.plaintext.reveal()) > _LARGEST_SYNCED:
            message = f"{value.key} is in an environment, and larger than the {_LARGEST_SYNCED:,} bytes that are synced"
            yield Reason(message, "mount it as a file, or convert the Secret to an ExternalSecret")


def _of_metadata(words: Mapping[str, str]) -> Iterator[Reason]:
    for word in words:
        if word.startswith((*_READERS, *_COPIERS)):
            yield Reason(f"`{word}` says that something else than a pod reads it", _INSTEAD)
        if word in _MANAGERS:
            yield Reason(f"`{word}` says that something else writes it", "take it out of Git instead")
