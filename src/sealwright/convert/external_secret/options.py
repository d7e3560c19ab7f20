"""What may be chosen about an ExternalSecret, and what is always the same: the canonical form.

Every field that the API server would fill in is spelled out, because a GitOps tool would report the difference for
ever. Sources: CRD defaults of the operator 0.16 to 2.9; external-secrets#5895, #6398, #6797.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.external_secret.durations import go_duration
from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.convert.external_secret.remote_ref import RemoteRef
    from sealwright.manifest.scalars import Plain

API_VERSION = "external-secrets.io/v1"
KIND = "ExternalSecret"
REFRESH_POLICIES = ("Periodic", "CreatedOnce", "OnChange")
SYNC_WAVE = "argocd.argoproj.io/sync-wave"


class Options(NamedTuple):
    """`refresh_interval` is a duration as Go writes it; `sync_wave` is added where the Secret has none, '' for none."""

    refresh_interval: str = "1h0m0s"
    refresh_policy: str = "Periodic"
    sync_wave: str = ""


class Wanted(NamedTuple):
    """What a Secret becomes: where each of its keys is found, and the kind and the name of the store's object."""

    refs: Mapping[str, RemoteRef]
    store: tuple[str, str]
    options: Options = Options()


def chosen_options(refresh_interval: str = "1h", refresh_policy: str = "Periodic", sync_wave: str = "") -> Options:
    """Options as a person gives them, checked. Raises UsageError."""
    canonical = go_duration(refresh_interval)
    if canonical is None or canonical.startswith("-"):
        hint = "write it as in 1h, 15m or 30s"
        raise UsageError("the refresh interval is no duration", hint=hint)
    if refresh_policy not in REFRESH_POLICIES:
        raise UsageError("there is no such refresh policy", hint=f"one of {', '.join(REFRESH_POLICIES)}")
    if sync_wave and not sync_wave.removeprefix("-").isdecimal():
        raise UsageError("the sync wave is no whole number", hint="for example -1, before the workloads")
    return Options(canonical, refresh_policy, sync_wave)


def spec_head(wanted: Wanted) -> dict[str, Plain]:
    """The fields of `spec` above `target`."""
    kind, name = wanted.store
    return {
        "refreshPolicy": wanted.options.refresh_policy,
        "refreshInterval": wanted.options.refresh_interval,
        "secretStoreRef": {"kind": kind, "name": name},
    }


def target_head(name: str) -> dict[str, Plain]:
    """The fields of `spec.target` above `immutable` and `template`."""
    return {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}


def template_head() -> dict[str, Plain]:
    """The fields of `spec.target.template` above `type` and `metadata`."""
    return {"engineVersion": "v2", "mergePolicy": "Replace"}


def remote_ref_fields(ref: RemoteRef) -> dict[str, Plain]:
    """The fields of `remoteRef`."""
    fields: dict[str, Plain] = {"key": ref.key}
    fields |= {"property": ref.property} if ref.property else {}
    fields |= {"version": ref.version} if ref.version else {}
    return fields | {"conversionStrategy": "Default", "decodingStrategy": ref.decoding, "metadataPolicy": "None"}
