"""Which rule reports a credential: decided by the kind of the object and by the way to the value in it.

Each value belongs to one rule at most. Objects that other rules read by their structure belong to none here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.manifest.kustomization import GENERATORS, PLUGINS, carries_patches, is_kustomization_name, is_operation
from sealwright.manifest.nodes import Mapping, lookup

if TYPE_CHECKING:
    from sealwright.manifest.resource import Resource

CONFIG_MAP = "config-map"
CUSTOM_RESOURCE = "custom-resource"
ENV_LITERAL = "env-literal"
HELM_VALUES = "helm-values"
CONTAINER_ARGUMENTS = "container-arguments"
EXTERNAL_SECRET_TEMPLATE = "external-secret-template"  # noqa: S105 - a rule's name
SEALED_SECRET_TEMPLATE = "sealed-secret-template"  # noqa: S105

_ELSEWHERE = frozenset({"Secret", "EncryptionConfiguration", "EncryptionConfig", "CustomResourceDefinition"})
"""Kinds that rules of their own read by structure, and schemas, which hold no values."""
_KUBECONFIG = "Config"
_REFERENCES = frozenset({"ExternalSecret", "ClusterExternalSecret", "PushSecret", "ClusterPushSecret"})
_SEALED = "SealedSecret"
_MANIFEST_ONLY = frozenset({"SecretProviderClass", "APIService", "ValidatingWebhookConfiguration"})
_MOST_ENTRIES = 8
"""Of an operation of a JSON patch, duplicates included."""
_OF_KUSTOMIZE = frozenset({"", "Kustomization", "Component", "HelmRelease", "Application", "ApplicationSet"})
_ENV = frozenset({"env", "extraEnv", "extraEnvs", "envVars", "extraEnvVars", "environment", "extraEnvironment"})
_ARGUMENTS = frozenset(
    {
        "args",
        "command",
        "extraArgs",
        "commands",
        "preKubeadmCommands",
        "postKubeadmCommands",
        "runcmd",
        "bootcmd",
        "script",
    }
)
_HELM_KINDS = frozenset({"HelmRelease", "HelmChart", "HelmChartConfig", "Application", "ApplicationSet"})
_HELM_FIELDS = frozenset(
    {
        "values",
        "valuesInline",
        "valuesObject",
        "valuesContent",
        "parameters",
        "helm",
        "chartValues",
        "set",
        "plugin",
        "substitute",
        "valuesFiles",
        "generators",
    }
)
_NOT_HELM = (
    *(".github/", ".gitlab/", ".circleci/", ".gitea/", ".forgejo/", ".vscode/", "node_modules/", "locales/", "i18n/"),
)
_NOT_HELM_FILES = (
    *("docker-compose", "compose.", "mkdocs.", ".pre-commit", ".gitlab-ci", "pnpm-lock", "azure-pipelines", ".travis"),
    *(
        "taskfile",
        "openapi",
        "swagger",
        "buildspec",
        "renovate",
        "package",
        "tsconfig",
        ".golangci",
        "codecov",
        "skaffold",
    ),
)


def owner_of(resource: Resource, keys: tuple[str, ...]) -> str:
    """The rule for the value at the end of `keys`, '' where none looks at it."""
    kind = resource.ref.kind
    if not keys or kind in _ELSEWHERE or kind in _MANIFEST_ONLY or keys[0] in {"sops", "status"}:
        return ""
    if kind == _KUBECONFIG and "/" not in resource.ref.api_version:  # others of this kind are somebody's own
        return ""
    if kind in _OF_KUSTOMIZE and _is_read_by_kustomize(resource, keys):
        return CONFIG_MAP if keys[0] == "configMapGenerator" and "literals" in keys else ""
    if kind == _SEALED:
        return SEALED_SECRET_TEMPLATE if "template" in keys else ""
    if kind in _REFERENCES:
        return EXTERNAL_SECRET_TEMPLATE if "template" in keys else ""
    if kind == "ConfigMap" and resource.ref.api_version in {"v1", ""}:
        return CONFIG_MAP if keys[0] in {"data", "binaryData"} else ""
    if not kind and keys[0] == "tests" and "asserts" in keys:
        return ""  # what a test of a chart (helm-unittest) expects to see
    if not kind:
        return HELM_VALUES  # where it is a values file, which callers ask once
    if kind in _HELM_KINDS or not _HELM_FIELDS.isdisjoint(keys):
        return HELM_VALUES if not _HELM_FIELDS.isdisjoint(keys) else CUSTOM_RESOURCE
    if not _ENV.isdisjoint(keys):
        return ENV_LITERAL
    if not _ARGUMENTS.isdisjoint(keys):
        return CONTAINER_ARGUMENTS
    return CUSTOM_RESOURCE


def _is_read_by_kustomize(resource: Resource, keys: tuple[str, ...]) -> bool:
    """Whether kustomize makes or patches something with the value, for which there are rules of their own."""
    plugin = keys[0] in PLUGINS and (resource.ref.kind or is_kustomization_name(resource.document.source.path))
    return bool(plugin) or keys[0] in GENERATORS or carries_patches(resource, keys) or _is_operation(resource.node)


def _is_operation(node: Mapping) -> bool:
    return len(node.entries) <= _MOST_ENTRIES and is_operation(node)  # asked for every value: it must not take long


def is_values_file(resource: Resource) -> bool:
    """YAML without a kind beside manifests: nearly always values for a chart. What other tools read is not."""
    path = resource.document.source.path.lower()
    name = path.rsplit("/", 1)[-1]
    if any(part in f"/{path}" for part in _NOT_HELM) or name.startswith(_NOT_HELM_FILES):
        return False
    if name.endswith(".json") and "values" not in name:
        return False
    return not _is_foreign(resource.node)


def _is_foreign(root: Mapping) -> bool:
    """An OpenAPI description, a compose file, an index of charts."""
    return any(lookup(root, key) is not None for key in ("openapi", "swagger", "$schema", "services", "creation_rules"))
