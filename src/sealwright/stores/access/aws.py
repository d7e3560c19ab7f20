"""Identity policies for AWS Secrets Manager and Parameter Store.

Sources: the calls that the External Secrets Operator (aws-secrets-manager.md, aws-parameter-store.md) and the AWS
provider of the CSI driver (README, provider/*.go) make; the service authorization references of secretsmanager, ssm
and kms. An ARN in Secrets Manager ends in six characters that the service chooses: `-??????` stands for just those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.patterns import Pattern
from sealwright.stores.access.party import Consumer, account_of, needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.config import Store
    from sealwright.stores.access.party import Document, Party

SECRETS_MANAGER = "aws-secrets-manager"
PARAMETER_STORE = "aws-parameter-store"
VERSION = "2012-10-17"
SUFFIX = "-??????"

_SPECIAL = Pattern(r"[*?$\s\"\\]")
_READS = {
    (SECRETS_MANAGER, Consumer.OPERATOR): ["secretsmanager:GetSecretValue"],
    # The provider looks at the versions before it fetches again, to rotate.
    (SECRETS_MANAGER, Consumer.CSI): ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    (PARAMETER_STORE, Consumer.OPERATOR): ["ssm:GetParameter"],
    (PARAMETER_STORE, Consumer.CSI): ["ssm:GetParameters"],
}
_CREATES = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]
_KEEPS = [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:RestoreSecret",  # a name that was deleted not long ago is taken until it is restored
    "secretsmanager:UpdateSecretVersionStage",
]
_PUTS = [
    "ssm:AddTagsToResource",
    "ssm:GetParameter",
    "ssm:ListTagsForResource",
    "ssm:PutParameter",
]


def reader_policy(settings: Store, names: Sequence[str], party: Party, *, folders: bool = False) -> Document:
    """What the party needs to read just the objects of these whole remote names.

    `folders` names the folder of each (`prod/shop/*`) instead: shorter, and for more than is there today. Raises
    UsageError where something is missing that only a person knows, and for names that would mean more than themselves.
    """
    place = _Place(settings, party)
    actions = _READS[settings.backend, party.consumer]
    statements = [_allow("ReadValues", actions, place.arns(names, folders=folders))]
    return _policy([*statements, *place.key_statements(["kms:Decrypt"])])


def uploader_policy(
    settings: Store, names: Sequence[str], party: Party, *, folders: bool = False, undo: bool = False
) -> Document:
    """What a conversion needs to put the objects of these names there, to read them back, and to update them.

    Deleting is denied, whatever else the identity may do; `undo` permits deletion that can be taken back for a time.
    """
    place = _Place(settings, party)
    arns = place.arns(names, folders=folders)
    if settings.backend == PARAMETER_STORE:
        deletes = ["ssm:DeleteParameter"] if undo else []
        statements = [_allow("PutValues", sorted([*_PUTS, *deletes]), arns)]
        statements += [] if undo else [_deny("KeepValues", ["ssm:DeleteParameter", "ssm:DeleteParameters"], arns)]
        # Standard parameters are encrypted with one of the two, advanced ones with the other.
        return _policy([*statements, *place.key_statements(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"])])
    before = place.arns(names, folders=folders, suffix="")  # an object that is not there yet has no suffix
    statements = [_allow("CreateObjects", _CREATES, sorted({*arns, *before})), _allow("PutValues", _KEEPS, arns)]
    if undo:
        statements.append(_allow("ScheduleDeletion", ["secretsmanager:DeleteSecret"], arns))
        forced = {"Bool": {"secretsmanager:ForceDeleteWithoutRecovery": "true"}}
        statements.append({**_deny("KeepAWayBack", ["secretsmanager:DeleteSecret"], arns), "Condition": forced})
    else:
        statements.append(_deny("KeepValues", ["secretsmanager:DeleteSecret"], arns))
    return _policy([*statements, *place.key_statements(["kms:Decrypt", "kms:GenerateDataKey"])])


def partition_of(region: str) -> str:
    """`aws` for most regions."""
    known = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
    return next((partition for start, partition in known.items() if region.startswith(start)), "aws")


class _Place:
    """Where the values are: how their ARNs begin, and the key that encrypts them."""

    def __init__(self, settings: Store, party: Party) -> None:
        self._settings = settings
        hint = "name it in the store's settings (`region:`)"
        self._region = needed(settings.region or party.region, "the store's region", hint)
        self._account = account_of(party)
        self._partition = partition_of(self._region)

    def arns(self, names: Iterable[str], *, folders: bool, suffix: str = SUFFIX) -> list[str]:
        """The ARN of each name, sorted, each once."""
        found = {self._arn(name, folders=folders, suffix=suffix) for name in names}
        if not found:
            raise UsageError("a policy for nothing", hint="convert something first")
        return sorted(found)

    def key_statements(self, actions: list[str]) -> list[Document]:
        """The right to use the store's own key through the service; AWS's own keys need none."""
        key = self._settings.kms_key
        if not key or key.startswith("alias/aws/"):
            return []
        service = "ssm" if self._settings.backend == PARAMETER_STORE else "secretsmanager"
        domains = ["amazonaws.com", "amazonaws.com.cn"] if self._partition == "aws-cn" else ["amazonaws.com"]
        services = [f"{service}.{self._region}.{domain}" for domain in domains]
        condition: Document = {"StringEquals": {"kms:ViaService": services if len(services) > 1 else services[0]}}
        resource, alias = self._key(key)
        if alias:
            condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": alias}
        return [{**_allow("UseKey", actions, [resource]), "Condition": condition}]

    def _key(self, key: str) -> tuple[str, str]:
        """The key's ARN and '', or those of all keys and the alias that tells it: policies know keys by no alias."""
        if _SPECIAL.search(key):
            raise UsageError("the store's KMS key is no name of one key", hint="a key id, an ARN, or alias/NAME")
        start, _, rest = key.rpartition(":") if key.startswith("arn:") else ("", "", key)
        start = start or f"arn:{self._partition}:kms:{self._region}:{self._account}"
        if rest.startswith("alias/"):
            return f"{start}:key/*", rest
        return f"{start}:key/{rest.removeprefix('key/')}", ""

    def _arn(self, name: str, *, folders: bool, suffix: str) -> str:
        if not name or _SPECIAL.search(name):
            raise UsageError("a remote name that a policy would read as a pattern", hint="rename the remote object")
        folder, slash, _ = name.rpartition("/")
        whole = folders and bool(folder)
        shown = f"{folder}{slash}*" if whole else name
        start = f"arn:{self._partition}"
        if self._settings.backend == PARAMETER_STORE:
            return f"{start}:ssm:{self._region}:{self._account}:parameter/{shown.removeprefix('/')}"
        return f"{start}:secretsmanager:{self._region}:{self._account}:secret:{shown}{'' if whole else suffix}"


def _policy(statements: list[Document]) -> Document:
    return {"Version": VERSION, "Statement": statements}


def _allow(sid: str, actions: list[str], resources: list[str]) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _deny(sid: str, actions: list[str], resources: list[str]) -> Document:
    return {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": resources}
