"""For whom a policy is: what only the person who asks for it can know."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.errors import UsageError
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from typing import TypeAlias

Document: TypeAlias = "dict[str, Any]"
"""What becomes JSON."""

ACCOUNT_ID = "ACCOUNT_ID"
"""What a caller gives for an account whose number is to be filled in by hand."""

_ACCOUNT = Pattern(r"[0-9]{12}")
_DNS_NAME = Pattern(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")


class Consumer(Enum):
    """What fetches the values: the External Secrets Operator, or a provider of the Secrets Store CSI driver."""

    OPERATOR = "external-secret"
    CSI = "secret-provider-class"


class ServiceAccount(NamedTuple):
    """A Kubernetes service account: the operator's, or that of the pods that mount the values."""

    namespace: str
    name: str


class Party(NamedTuple):
    """Who shall read, and where. What a backend does not ask for is ''.

    AWS: `account` is the twelve digits of the account that holds the values, or ACCOUNT_ID to fill them in later;
    `oidc_provider` is the issuer of the cluster for IRSA, without it `cluster` is the cluster's ARN for Pod Identity.
    Google: `member`, as `serviceAccount:NAME@PROJECT.iam.gserviceaccount.com`; `project_number` narrows the uploader.
    Azure: `subscription`, `resource_group`, and `principal`, the object id of a managed identity.
    """

    consumer: Consumer = Consumer.OPERATOR
    service_accounts: tuple[ServiceAccount, ...] = ()
    account: str = ""
    region: str = ""
    oidc_provider: str = ""
    cluster: str = ""
    member: str = ""
    project_number: str = ""
    subscription: str = ""
    resource_group: str = ""
    principal: str = ""


def account_of(party: Party) -> str:
    """The AWS account's number. Raises UsageError where it is missing or no number."""
    if party.account != ACCOUNT_ID and not _ACCOUNT.fullmatch(party.account):
        hint = "give it with --aws-account; aws sts get-caller-identity --query Account --output text prints it"
        raise UsageError("a policy needs the AWS account's twelve digits", hint=hint)
    return party.account


def needed(value: str, what: str, hint: str) -> str:
    """A value that must be given. Raises UsageError."""
    if not value:
        raise UsageError(f"the policy needs {what}", hint=hint)
    return value


def subjects_of(party: Party) -> tuple[ServiceAccount, ...]:
    """The service accounts, of which there must be one at least, none with a wildcard. Raises UsageError."""
    for account in party.service_accounts:
        if not (_DNS_NAME.fullmatch(account.namespace) and _DNS_NAME.fullmatch(account.name)):
            raise UsageError("that is no name of a service account", hint="NAMESPACE/NAME, without any wildcard")
    if not party.service_accounts:
        usual = "external-secrets/external-secrets"
        hint = f"give it with --service-account: for the External Secrets Operator most often {usual}"
        raise UsageError("the policy needs the service account that reads", hint=hint)
    return tuple(sorted(set(party.service_accounts)))
