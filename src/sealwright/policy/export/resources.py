"""What the API server calls the kinds that rules name: policies match the plural, which no manifest holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLURALS: dict[str, str] = {
    "/ConfigMap": "configmaps",
    "/LimitRange": "limitranges",
    "/Namespace": "namespaces",
    "/PersistentVolume": "persistentvolumes",
    "/PersistentVolumeClaim": "persistentvolumeclaims",
    "/Pod": "pods",
    "/PodTemplate": "podtemplates",
    "/ReplicationController": "replicationcontrollers",
    "/ResourceQuota": "resourcequotas",
    "/Secret": "secrets",
    "/Service": "services",
    "/ServiceAccount": "serviceaccounts",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration": "mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration": "validatingwebhookconfigurations",
    "apiextensions.k8s.io/CustomResourceDefinition": "customresourcedefinitions",
    "apiregistration.k8s.io/APIService": "apiservices",
    "apps/DaemonSet": "daemonsets",
    "apps/Deployment": "deployments",
    "apps/ReplicaSet": "replicasets",
    "apps/StatefulSet": "statefulsets",
    "argoproj.io/AppProject": "appprojects",
    "argoproj.io/Application": "applications",
    "argoproj.io/ApplicationSet": "applicationsets",
    "autoscaling/HorizontalPodAutoscaler": "horizontalpodautoscalers",
    "batch/CronJob": "cronjobs",
    "batch/Job": "jobs",
    "bitnami.com/SealedSecret": "sealedsecrets",
    "cert-manager.io/Certificate": "certificates",
    "cert-manager.io/ClusterIssuer": "clusterissuers",
    "cert-manager.io/Issuer": "issuers",
    "external-secrets.io/ClusterExternalSecret": "clusterexternalsecrets",
    "external-secrets.io/ClusterPushSecret": "clusterpushsecrets",
    "external-secrets.io/ClusterSecretStore": "clustersecretstores",
    "external-secrets.io/ExternalSecret": "externalsecrets",
    "external-secrets.io/PushSecret": "pushsecrets",
    "external-secrets.io/SecretStore": "secretstores",
    "generators.external-secrets.io/Password": "passwords",
    "helm.toolkit.fluxcd.io/HelmRelease": "helmreleases",
    "kubernetes-client.io/ExternalSecret": "externalsecrets",
    "kustomize.toolkit.fluxcd.io/Kustomization": "kustomizations",
    "networking.k8s.io/Ingress": "ingresses",
    "networking.k8s.io/NetworkPolicy": "networkpolicies",
    "policy/PodDisruptionBudget": "poddisruptionbudgets",
    "rbac.authorization.k8s.io/ClusterRole": "clusterroles",
    "rbac.authorization.k8s.io/ClusterRoleBinding": "clusterrolebindings",
    "rbac.authorization.k8s.io/Role": "roles",
    "rbac.authorization.k8s.io/RoleBinding": "rolebindings",
    "secrets-store.csi.x-k8s.io/SecretProviderClass": "secretproviderclasses",
    "storage.k8s.io/StorageClass": "storageclasses",
}
"""By `group/Kind`, where the group of what Kubernetes itself began with is empty."""

SUBRESOURCES: dict[str, tuple[str, ...]] = {"/Pod": ("pods/ephemeralcontainers",)}
"""Other ways in which the same object is written."""


def resources_of(kind: str, more: Mapping[str, str]) -> tuple[str, ...]:
    """The resources of a `group/Kind`, the plural first; () where they are not known. `more` are the caller's own."""
    plural = more.get(kind) or PLURALS.get(kind)
    return (plural, *SUBRESOURCES.get(kind, ())) if plural else ()
