"""The fields of ExternalSecret, SecretStore and ClusterSecretStore, version v1, of the operator 2.9.

Source: external-secrets.io v1 (config/crds/bases), field by field; tests compare what is accepted with the schema of
the CRD itself. Of the providers, those are described that are met most; the others are known by name only.
"""

from __future__ import annotations

from typing import Final

from sealwright.convert.external_secret.shapes import Anything, Fields, Several, Shape, Text, Texts, Truth, Whole
from sealwright.convert.external_secret.store_schema import PROVIDERS
from sealwright.convert.external_secret.words import KEY, NAME, NAMESPACE, TEXT, choice, optional
from sealwright.patterns import Pattern

_GENERATORS: Final = (
    *("ACRAccessToken", "BeyondtrustWorkloadCredentialsDynamicSecret", "ClusterGenerator", "CloudsmithAccessToken"),
    *("ECRAuthorizationToken", "Fake", "GCRAccessToken", "GithubAccessToken", "GitlabDeployToken", "QuayAccessToken"),
    *("Password", "SSHKey", "STSSessionToken", "UUID", "VaultDynamicSecret", "Webhook", "Grafana", "MFA"),
)
_SCHEDULE: Final = Text(
    shortest=1,
    pattern=Pattern(r"(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every [^\s]+.*|[^\s]+( [^\s]+){4})\Z"),
    says="a schedule as cron has it",
)
_DECODING: Final = choice("Auto", "Base64", "Base64URL", "None")
_CONVERSION: Final = choice("Default", "Unicode")
_NULL_BYTES: Final = choice("Ignore", "Fail")
_STORE_REF: Final = optional(kind=choice("SecretStore", "ClusterSecretStore"), name=NAME)
_SOURCE_REF: Final = Fields(
    {
        "storeRef": _STORE_REF,
        "generatorRef": Fields(
            {"apiVersion": TEXT, "kind": choice(*_GENERATORS), "name": NAME}, required=("kind", "name")
        ),
    },
    exactly=1,
)
_REMOTE: Final = {
    **dict.fromkeys(("key", "property", "version"), TEXT),
    "conversionStrategy": _CONVERSION,
    "decodingStrategy": _DECODING,
    "metadataPolicy": choice("None", "Fetch"),
    "nullBytePolicy": _NULL_BYTES,
}
_REMOTE_REF: Final = Fields(_REMOTE, required=("key",))
_FIND: Final = optional(
    conversionStrategy=_CONVERSION,
    decodingStrategy=_DECODING,
    name=optional(regexp=TEXT),
    nullBytePolicy=_NULL_BYTES,
    path=TEXT,
    tags=Texts(),
)
_REWRITE: Final = Fields(
    {
        "merge": optional(
            conflictPolicy=choice("Ignore", "Error"),
            into=TEXT,
            priority=Several(TEXT),
            priorityPolicy=choice("IgnoreNotFound", "Strict"),
            strategy=choice("Extract", "JSON"),
        ),
        "regexp": Fields({"source": TEXT, "target": TEXT}, required=("source", "target")),
        "transform": Fields({"template": TEXT}, required=("template",)),
    },
    exactly=1,
)
_TEMPLATE_ITEM: Final = Fields({"key": KEY, "templateAs": choice("Values", "KeysAndValues")}, required=("key",))
_TEMPLATE_SOURCE: Final = Fields({"items": Several(_TEMPLATE_ITEM), "name": NAME}, required=("items", "name"))
_TEMPLATE: Final = optional(
    data=Texts(),
    engineVersion=choice("v2"),
    mergePolicy=choice("Replace", "Merge"),
    metadata=optional(annotations=Texts(), finalizers=Several(TEXT), labels=Texts()),
    templateFrom=Several(
        optional(
            configMap=_TEMPLATE_SOURCE,
            literal=TEXT,
            secret=_TEMPLATE_SOURCE,
            target=TEXT,
            valuesDecodingStrategy=_DECODING,
        )
    ),
    type=TEXT,
)
_TARGET: Final = optional(
    creationPolicy=choice("Owner", "Orphan", "Merge", "None", "CreateOrMerge"),
    deletionPolicy=choice("Delete", "Merge", "Retain"),
    immutable=Truth(),
    manifest=Fields(
        {"apiVersion": Text(shortest=1), "kind": Text(shortest=1)},
        required=("apiVersion", "kind"),
    ),
    name=NAME,
    template=_TEMPLATE,
)
_WINDOWS: Final = Fields(
    {
        "kind": choice("allow", "deny"),
        "windows": Several(
            Fields({"duration": TEXT, "schedule": _SCHEDULE}, required=("duration", "schedule")), least=1
        ),
    },
    required=("kind", "windows"),
)
_EXTERNAL_SECRET_SPEC: Final = optional(
    data=Several(
        Fields(
            {"remoteRef": _REMOTE_REF, "secretKey": KEY, "sourceRef": _SOURCE_REF},
            required=("remoteRef", "secretKey"),
        )
    ),
    dataFrom=Several(optional(extract=_REMOTE_REF, find=_FIND, rewrite=Several(_REWRITE), sourceRef=_SOURCE_REF)),
    refreshInterval=TEXT,
    refreshPolicy=choice("CreatedOnce", "Periodic", "OnChange"),
    secretStoreRef=_STORE_REF,
    syncWindows=_WINDOWS,
    target=_TARGET,
)
_EXPRESSION: Final = Fields({"key": TEXT, "operator": TEXT, "values": Several(TEXT)}, required=("key", "operator"))
_STORE_SPEC: Final = Fields(
    {
        "conditions": Several(
            optional(
                namespaceRegexes=Several(TEXT),
                namespaceSelector=optional(matchExpressions=Several(_EXPRESSION), matchLabels=Texts()),
                namespaces=Several(NAMESPACE),
            )
        ),
        "controller": TEXT,
        "provider": Fields(PROVIDERS, exactly=1),
        "refreshInterval": Whole(or_text=True),
        "retrySettings": optional(maxRetries=Whole(), retryInterval=TEXT),
    },
    required=("provider",),
)
METADATA: Final = optional(name=NAME, namespace=NAMESPACE, labels=Texts(), annotations=Texts(), generateName=TEXT)
"""Those of its fields that are looked at; the API server knows more."""


def _object(spec: Shape, *required: str) -> Fields:
    return Fields(
        {"apiVersion": TEXT, "kind": TEXT, "metadata": Anything(), "spec": spec, "status": Anything()},
        required=("apiVersion", "kind", "metadata", *required),
    )


OBJECTS: Final = {
    "ExternalSecret": _object(_EXTERNAL_SECRET_SPEC, "spec"),
    "SecretStore": _object(_STORE_SPEC, "spec"),
    "ClusterSecretStore": _object(_STORE_SPEC, "spec"),
}
"""The shape of each kind."""
