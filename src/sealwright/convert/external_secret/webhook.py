"""The rules of the operator's webhooks, which no schema says.

Source: external-secrets 2.9, apis/externalsecrets/v1 (externalsecret_validator.go, secretstore_validator.go),
runtime/esutils (`ValidateSecretSelector`, `ValidateReferentSecretSelector`), the providers' `ValidateStore`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sealwright.convert.external_secret.durations import nanoseconds
from sealwright.convert.external_secret.shapes import Flaw
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105 - a type
_ACCOUNT: Final = "kubernetes.io/service-account.name"
_BOOTSTRAP: Final = "bootstrap.kubernetes.io/token"
_TARGETS: Final = frozenset({"", "data", "annotations", "labels"})
_NO_REFERENT: Final = frozenset(
    {"akeyless", "barbican", "beyondtrustworkloadcredentials", "chef", "doppler", "dvls", "gitlab", "ibm"}
    | {"keepersecurity", "nebiusmysterybox", "onboardbase", "onepassword", "onepasswordSDK", "oracle"}
)
"""Providers that cannot look for their credentials in the namespace of whoever asks."""
_NOT_GO: Final = Pattern(r"\(\?(?:[=!>]|<[=!])|\\[1-9]")
"""What Python's expressions have and Go's have not: looking around, and back."""
_GO_ONLY: Final = Pattern(r"\\[pPzQEC]|\[\[:|\(\?[a-zA-Z-]+[:)]")


def external_secret_flaws(spec: dict[str, Any]) -> Iterator[Flaw]:
    """What the webhook refuses about an ExternalSecret whose fields have the right types."""
    target = spec.get("target") or {}
    yield from _policies(target)
    entries, sources = spec.get("data") or [], spec.get("dataFrom") or []
    if not entries and not sources:
        yield Flaw("spec", "has neither data nor dataFrom")
    for number, entry in enumerate(entries):
        if (entry.get("sourceRef") or {}).get("generatorRef") is not None:
            yield Flaw(f"spec.data[{number}].sourceRef.generatorRef", "is not implemented; use dataFrom")
    for number, source in enumerate(sources):
        yield from _source(source, f"spec.dataFrom[{number}]")
    if (target.get("deletionPolicy") or "Retain") == "Retain":
        yield from _duplicates(entries)
    yield from _template(target)
    interval = spec.get("refreshInterval")
    if interval is not None and nanoseconds(interval) is None:
        yield Flaw("spec.refreshInterval", "is not a duration such as 1h0m0s")


def store_flaws(kind: str, metadata: dict[str, Any], spec: dict[str, Any]) -> Iterator[Flaw]:
    """What the webhook refuses about a store, with its `kind`, whose fields have the right types."""
    for number, condition in enumerate(spec.get("conditions") or []):
        for index, expression in enumerate(condition.get("namespaceRegexes") or []):
            if not _compiles(expression):
                yield Flaw(f"spec.conditions[{number}].namespaceRegexes[{index}]", "is no regular expression for Go")
    interval = spec.get("refreshInterval")
    if isinstance(interval, str) and not interval.isdecimal() and nanoseconds(interval) is None:
        yield Flaw("spec.refreshInterval", "is neither a number of seconds nor a duration such as 1h0m0s")
    for provider, settings in (spec.get("provider") or {}).items():
        path = f"spec.provider.{provider}"
        for place, ref in _references(settings, path):
            yield from _namespace(kind, metadata.get("namespace"), provider, place, ref)
        yield from _provider(provider, settings, path)


def _policies(target: dict[str, Any]) -> Iterator[Flaw]:
    creation, deletion = target.get("creationPolicy") or "Owner", target.get("deletionPolicy") or "Retain"
    if deletion == "Delete" and creation in {"Merge", "None", "CreateOrMerge"}:
        yield Flaw("spec.target.deletionPolicy", "is Delete, which needs creationPolicy Owner")
    if deletion == "Merge" and creation == "None":
        yield Flaw(
            "spec.target.deletionPolicy", "is Merge, but with creationPolicy None there is nothing to merge with"
        )


def _source(source: dict[str, Any], path: str) -> Iterator[Flaw]:
    ref = source.get("sourceRef")
    ways = [name for name in ("extract", "find") if source.get(name) is not None]
    if ref is not None and ref.get("generatorRef") is not None:
        ways.append("generatorRef")
    if len(ways) > 1:
        yield Flaw(path, f"has {' and '.join(ways)}, of which one is allowed")
    if not ways and ref is None:
        yield Flaw(path, "has none of extract, find and sourceRef")
    if ref is not None and ref.get("generatorRef") is None and ref.get("storeRef") is None:
        yield Flaw(f"{path}.sourceRef", "has neither storeRef nor generatorRef")


def _duplicates(entries: list[dict[str, Any]]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if entry["secretKey"] in seen:
            yield Flaw(f"spec.data[{number}].secretKey", f"is there twice ({entry['secretKey']})")
        seen.add(entry["secretKey"])


def _template(target: dict[str, Any]) -> Iterator[Flaw]:
    template = target.get("template") or {}
    sources = template.get("templateFrom") or []
    targets = [str(source.get("target") or "").lower() for source in sources]
    if template.get("type") == _BOOTSTRAP:
        yield Flaw("spec.target.template.type", f"is {_BOOTSTRAP}, which the operator refuses")
    if template.get("type") == _ACCOUNT_TOKEN:
        named = _ACCOUNT in ((template.get("metadata") or {}).get("annotations") or {})
        if named or "annotations" in targets:
            yield Flaw("spec.target.template.type", f"is {_ACCOUNT_TOKEN} for a named account, which is refused")
    manifest = target.get("manifest")
    if manifest is None or (manifest.get("apiVersion"), manifest.get("kind")) == ("v1", "Secret"):
        for number, name in enumerate(targets):
            if name not in _TARGETS:
                where = f"spec.target.template.templateFrom[{number}].target"
                yield Flaw(where, "is none of Data, Annotations and Labels, which are all that a Secret takes")


def _references(settings: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping that names a Secret or a service account."""
    if isinstance(settings, list):
        for number, item in enumerate(settings):
            yield from _references(item, f"{path}[{number}]")
    if not isinstance(settings, dict):
        return
    for key, item in settings.items():
        where = f"{path}.{key}"
        if isinstance(item, dict) and isinstance(item.get("name"), str) and _names_object(key, item):
            yield where, item
        else:
            yield from _references(item, where)


def _names_object(key: str, item: dict[str, Any]) -> bool:
    return item.keys() <= {"name", "key", "namespace", "audiences", "type"} and key != "metadata"


def _namespace(kind: str, own: Any, provider: str, path: str, ref: dict[str, Any]) -> Iterator[Flaw]:
    namespace = ref.get("namespace")
    if kind == "SecretStore":
        if namespace is not None and own is not None and namespace != own:
            yield Flaw(f"{path}.namespace", "is another namespace, which a SecretStore must not refer to")
    elif namespace is None and (path.endswith(".caProvider") or provider in _NO_REFERENT):
        yield Flaw(f"{path}.namespace", "is missing, and a ClusterSecretStore has none of its own")


def _provider(provider: str, settings: dict[str, Any], path: str) -> Iterator[Flaw]:
    if provider == "vault":
        tls = settings.get("tls") or {}
        if (tls.get("certSecretRef") is None) != (tls.get("keySecretRef") is None):
            yield Flaw(f"{path}.tls", "needs certSecretRef and keySecretRef, or neither")
        if settings.get("version") == "v1" and (settings.get("checkAndSet") or {}).get("required"):
            yield Flaw(f"{path}.checkAndSet", "is for version v2 only")
    if provider == "azurekv" and settings.get("customCloudConfig") is not None and not settings.get("useAzureSDK"):
        yield Flaw(f"{path}.customCloudConfig", "needs useAzureSDK")


def _compiles(expression: str) -> bool:
    """Whether Go would compile it, as far as that can be told: its own constructs count as right."""
    import re
    import warnings

    if _NOT_GO.search(expression):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Go reads in another way
            re.compile(expression)
    except (re.error, RecursionError, OverflowError):
        return _GO_ONLY.search(expression) is not None
    return True
