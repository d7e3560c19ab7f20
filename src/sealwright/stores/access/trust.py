"""Who may assume the AWS role that reads: service accounts of one cluster, through IRSA or EKS Pod Identity.

Sources: EKS user guide, "Assign IAM roles to Kubernetes service accounts" and "Create IAM role with trust policy
required by EKS Pod Identity".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access.aws import VERSION, partition_of
from sealwright.stores.access.party import account_of, needed, subjects_of

if TYPE_CHECKING:
    from sealwright.stores.access.party import Document, Party

IRSA = "irsa"
POD_IDENTITY = "pod-identity"

_ISSUER = Pattern(r"[a-z0-9][-a-z0-9.]*(?:/[-A-Za-z0-9._/]*[A-Za-z0-9])?")
_CLUSTER = Pattern(r"arn:(aws[-a-z]*):eks:([-a-z0-9]+):([0-9]{12}|ACCOUNT_ID):cluster/[A-Za-z0-9][-_A-Za-z0-9]{0,99}")


def trust_policy(kind: str, party: Party) -> Document:
    """The trust policy of the role. `kind` is `irsa` or `pod-identity`. Raises UsageError for what is missing."""
    if kind not in {IRSA, POD_IDENTITY}:
        raise UsageError("no such way for a pod to get a role", hint=f"{IRSA} or {POD_IDENTITY}")
    statement = _irsa(party) if kind == IRSA else _pod_identity(party)
    return {"Version": VERSION, "Statement": [statement]}


def _irsa(party: Party) -> Document:
    command = "aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer --output text"
    hint = f"give it with --oidc-provider; {command} prints it"
    issuer = needed(party.oidc_provider, "the cluster's OIDC issuer", hint)
    issuer = issuer[issuer.find(":oidc-provider/") + len(":oidc-provider/") :] if issuer.startswith("arn:") else issuer
    issuer = issuer.removeprefix("https://").rstrip("/")
    if not _ISSUER.fullmatch(issuer):
        raise UsageError("that is no OIDC issuer", hint=hint)
    subjects = [f"system:serviceaccount:{account.namespace}:{account.name}" for account in subjects_of(party)]
    provider = f"arn:{partition_of(party.region)}:iam::{account_of(party)}:oidc-provider/{issuer}"
    return {
        "Sid": "ServiceAccountsOfOneCluster",
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithWebIdentity"],
        "Condition": {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subjects}},
    }


def _pod_identity(party: Party) -> Document:
    """The session's tags are set by EKS, so that they say truly which service account asks."""
    accounts = subjects_of(party)
    namespaces = {account.namespace for account in accounts}
    names = {account.name for account in accounts}
    if len(accounts) != len(namespaces) * len(names):  # a condition cannot keep pairs apart
        hint = "make one role for each namespace, or use IRSA"
        raise UsageError("these service accounts cannot share a role through Pod Identity", hint=hint)
    command = "aws eks describe-cluster --name CLUSTER --query cluster.arn --output text"
    hint = f"give its ARN with --eks-cluster; {command} prints it"
    cluster = needed(party.cluster, "the EKS cluster", hint)
    if not _CLUSTER.fullmatch(cluster):
        raise UsageError("that is no ARN of an EKS cluster", hint=hint)
    tags = {
        "aws:RequestTag/eks-cluster-arn": cluster,
        "aws:RequestTag/kubernetes-namespace": sorted(namespaces),
        "aws:RequestTag/kubernetes-service-account": sorted(names),
    }
    return {
        "Sid": "ServiceAccountsOfOneCluster",
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": tags},
    }
