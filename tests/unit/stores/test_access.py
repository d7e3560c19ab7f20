"""Policies permit what is needed for these names, and nothing else."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.loaders import Loader

from sealwright.config import Store
from sealwright.errors import UsageError
from sealwright.stores.access import aws, vault
from sealwright.stores.access.documents import Extent, access_documents
from sealwright.stores.access.party import ACCOUNT_ID, Consumer, Party, ServiceAccount
from sealwright.stores.access.splitting import LARGEST, size_of, split
from sealwright.stores.access.trust import IRSA, POD_IDENTITY, trust_policy
from sealwright.stores.access.validation import KNOWN, validate_policy

ACCOUNT = "123456789012"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
GUID = "00000000-1111-2222-3333-444444444444"
NAMES = ["prod/shop/db", "prod/shop/tls", "prod/pay/api"]
OPERATOR = ServiceAccount("external-secrets", "external-secrets")
CLUSTER = f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/prod"
ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
PARTY = Party(
    service_accounts=(OPERATOR,),
    account=ACCOUNT,
    cluster=CLUSTER,
    member="serviceAccount:reader@shop.iam.gserviceaccount.com",
    subscription=GUID,
    resource_group="shop",
    principal=GUID,
)
SECRETS = Store("aws", "aws-secrets-manager", region="eu-central-1", kms_key=KEY)
PARAMETERS = Store("ssm", "aws-parameter-store", region="eu-central-1", kms_key=f"alias/{'shop'}")
VAULT = Store("vault", "vault", mount="kv")
GOOGLE = Store("gcp", "gcp-secret-manager", project="shop")
AZURE = Store("az", "azure-key-vault", vault="https://shop.vault.azure.net")


def permits(policy: dict[str, Any], action: str, arn: str) -> bool:
    """What IAM would say, without conditions: a pattern's `?` and `*`, and Deny before Allow."""
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        if action in statement["Action"] and any(fnmatchcase(arn, pattern) for pattern in statement["Resource"])
    }
    return effects == {"Allow"}


def secret(name: str) -> str:
    return f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:{name}"


def parameter(name: str) -> str:
    return f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter{name}"


def test_a_reader_reads_these_objects_and_no_others() -> None:
    policy = aws.reader_policy(SECRETS, NAMES, PARTY)
    read = "secretsmanager:GetSecretValue"
    for other in ("prod/shop/db2-AbCdEf", "prod/shop/db-backup-AbCdEf", "prod/shop/x-AbCdEf", "dev/shop/db-AbCdEf"):
        assert not permits(policy, read, secret(other)), other
    assert all(permits(policy, read, secret(f"{name}-AbCdEf")) for name in NAMES)
    assert not permits(policy, read, secret("prod/shop/db-AbCdEf").replace(ACCOUNT, "210987654321"))
    assert not permits(policy, "secretsmanager:PutSecretValue", secret("prod/shop/db-AbCdEf"))
    assert "*" not in json.dumps(policy)


@pytest.mark.parametrize(
    ("store", "consumer", "actions"),
    [
        (SECRETS, Consumer.OPERATOR, {"secretsmanager:GetSecretValue"}),
        (SECRETS, Consumer.CSI, {"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}),
        (PARAMETERS, Consumer.OPERATOR, {"ssm:GetParameter"}),
        (PARAMETERS, Consumer.CSI, {"ssm:GetParameters"}),
    ],
)
def test_each_consumer_gets_the_calls_that_it_makes(store: Store, consumer: Consumer, actions: set[str]) -> None:
    policy = aws.reader_policy(store, ["/prod/db"], PARTY._replace(consumer=consumer))
    statements = policy["Statement"]
    assert set(statements[0]["Action"]) == actions
    assert statements[1]["Action"] == ["kms:Decrypt"]
    service = "ssm" if store is PARAMETERS else "secretsmanager"
    assert statements[1]["Condition"]["StringEquals"] == {"kms:ViaService": f"{service}.eu-central-1.amazonaws.com"}
    assert validate_policy(policy) == []


def test_an_uploader_cannot_delete_unless_it_may_undo() -> None:
    arn = secret("prod/shop/db-AbCdEf")
    policy = aws.uploader_policy(SECRETS, NAMES, PARTY)
    assert permits(policy, "secretsmanager:CreateSecret", secret("prod/shop/db"))  # no suffix before it is there
    assert permits(policy, "secretsmanager:PutSecretValue", arn)
    assert not permits(policy, "secretsmanager:DeleteSecret", arn)
    assert not permits(policy, "secretsmanager:PutSecretValue", secret("prod/shop/other-AbCdEf"))
    undo = aws.uploader_policy(SECRETS, NAMES, PARTY, undo=True)
    forced = [one for one in undo["Statement"] if one["Effect"] == "Deny"]
    assert [one["Condition"] for one in forced] == [{"Bool": {"secretsmanager:ForceDeleteWithoutRecovery": "true"}}]
    assert not permits(aws.uploader_policy(PARAMETERS, ["/a/b"], PARTY), "ssm:DeleteParameter", parameter("/a/b"))
    assert permits(aws.uploader_policy(PARAMETERS, ["/a/b"], PARTY), "ssm:PutParameter", parameter("/a/b"))
    assert [validate_policy(one) for one in (policy, undo)] == [[], []]


@pytest.mark.parametrize(
    ("key", "resource", "alias"),
    [
        (KEY, f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/{KEY}", None),
        (f"arn:aws:kms:eu-west-1:210987654321:key/{KEY}", f"arn:aws:kms:eu-west-1:210987654321:key/{KEY}", None),
        ("alias/shop", f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/*", "alias/shop"),
        (f"arn:aws:kms:eu-central-1:{ACCOUNT}:alias/s", f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/*", "alias/s"),
        ("alias/aws/secretsmanager", None, None),
        ("", None, None),
    ],
)
def test_a_key_is_named_as_policies_know_it(key: str, resource: str | None, alias: str | None) -> None:
    statements = aws.reader_policy(SECRETS._replace(kms_key=key), NAMES, PARTY)["Statement"]
    assert [one["Resource"] for one in statements[1:]] == ([[resource]] if resource else [])
    aliases = [one["Condition"].get("ForAnyValue:StringEquals") for one in statements[1:]]
    assert aliases == ([{"kms:ResourceAliases": alias} if alias else None] if resource else [])


def test_other_partitions() -> None:
    china = aws.reader_policy(SECRETS._replace(region="cn-north-1"), ["a"], PARTY)
    assert china["Statement"][0]["Resource"] == [f"arn:aws-cn:secretsmanager:cn-north-1:{ACCOUNT}:secret:a-??????"]
    assert aws.partition_of("us-gov-west-1") == "aws-us-gov"


def test_long_policies_are_parted_at_folders_and_lose_nothing() -> None:
    names = [f"prod/team-{team:02}/secret-number-{number:03}" for team in range(9) for number in range(40)]

    def build(part: Any) -> dict[str, Any]:
        return aws.uploader_policy(SECRETS, part, PARTY)

    parts = split(build, names)
    assert len(parts) > 1
    assert all(size_of(part) <= LARGEST for part in parts)
    assert all(validate_policy(part) == [] for part in parts)
    kept = [arn for part in parts for arn in part["Statement"][1]["Resource"]]
    assert sorted(kept) == sorted(secret(f"{name}-??????") for name in names)
    short = split(lambda part: aws.reader_policy(SECRETS, part, PARTY), names[:10])
    assert len(short) == 1
    access = access_documents(SECRETS, names, PARTY)
    assert "aws-uploader-policy-2.json" in access.files
    assert any("a role takes 10 policies" in note for note in access.notes)
    folders = access_documents(SECRETS, names, PARTY, Extent(folders=True))
    assert len(folders.files) == 3
    assert secret("prod/team-00/*") in folders.files["aws-reader-policy.json"]


def test_whom_a_role_trusts() -> None:
    accounts = (ServiceAccount("shop", "api"), ServiceAccount("shop", "worker"))
    party = PARTY._replace(service_accounts=accounts, oidc_provider=f"https://{ISSUER}", region="eu-central-1")
    (irsa,) = trust_policy(IRSA, party)["Statement"]
    assert irsa["Principal"] == {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"}
    assert irsa["Condition"]["StringEquals"] == {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        f"{ISSUER}:sub": ["system:serviceaccount:shop:api", "system:serviceaccount:shop:worker"],
    }
    (pods,) = trust_policy(POD_IDENTITY, party)["Statement"]
    assert pods["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-arn": CLUSTER,
        "aws:RequestTag/kubernetes-namespace": ["shop"],
        "aws:RequestTag/kubernetes-service-account": ["api", "worker"],
    }
    assert [validate_policy(trust_policy(kind, party)) for kind in (IRSA, POD_IDENTITY)] == [[], []]
    crossed = party._replace(service_accounts=(ServiceAccount("shop", "api"), ServiceAccount("pay", "worker")))
    with pytest.raises(UsageError, match="cannot share a role"):
        trust_policy(POD_IDENTITY, crossed)  # would let in shop/worker and pay/api


REFUSED: dict[str, tuple[Store, list[str], Party, str]] = {
    "no account": (SECRETS, NAMES, PARTY._replace(account=""), "twelve digits"),
    "an account that is a word": (SECRETS, NAMES, PARTY._replace(account="prod"), "twelve digits"),
    "no region": (SECRETS._replace(region=""), NAMES, PARTY, "region"),
    "a name that is a pattern": (SECRETS, ["prod/*"], PARTY, "as a pattern"),
    "a variable in a name": (SECRETS, ["prod/${aws:username}"], PARTY, "as a pattern"),
    "an empty name": (SECRETS, [""], PARTY, "as a pattern"),
    "nothing": (SECRETS, [], PARTY, "for nothing"),
    "a key that is a pattern": (SECRETS._replace(kms_key="*"), NAMES, PARTY, "KMS key"),
    "no service account": (SECRETS, NAMES, PARTY._replace(service_accounts=()), "service account"),
    "any service account": (
        SECRETS,
        NAMES,
        PARTY._replace(service_accounts=(ServiceAccount("shop", "*"),)),
        "no name of a service account",
    ),
    "no cluster": (SECRETS, NAMES, PARTY._replace(cluster=""), "EKS cluster"),
    "any cluster": (SECRETS, NAMES, PARTY._replace(cluster="arn:aws:eks:*:*:cluster/*"), "no ARN"),
    "any issuer": (SECRETS, NAMES, PARTY._replace(oidc_provider="https://*"), "no OIDC issuer"),
    "too many service accounts for a trust policy": (
        SECRETS,
        NAMES,
        PARTY._replace(oidc_provider=ISSUER, service_accounts=tuple(ServiceAccount(f"n{i}", "a") for i in range(99))),
        "longer than",
    ),
    "a segment that Vault takes for any": (VAULT, ["prod/+/db"], PARTY, "as a pattern"),
    "a name that leaves its quotes": (VAULT, ['a" { capabilities = ["sudo"] } path "b'], PARTY, "as a pattern"),
    "a template of Vault": (VAULT, ["{{identity.entity.id}}"], PARTY, "as a pattern"),
    "a mount that is a pattern": (VAULT._replace(mount="+"), NAMES, PARTY, "mount"),
    "Google's everyone": (GOOGLE, ["a"], PARTY._replace(member="allUsers"), "no one member"),
    "no project": (GOOGLE._replace(project=""), ["a"], PARTY, "project"),
    "a name that Google lacks": (GOOGLE, ["prod/db"], PARTY, "no name of a secret"),
    "no subscription": (AZURE, ["a"], PARTY._replace(subscription=""), "subscription"),
    "no vault": (AZURE._replace(vault=""), ["a"], PARTY, "no vault"),
    "a resource group that is a path": (AZURE, ["a"], PARTY._replace(resource_group="a/b"), "resource group"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_would_permit_more_or_is_unknown_is_refused(case: str) -> None:
    store, names, party, message = REFUSED[case]
    with pytest.raises(UsageError, match=message) as caught:
        access_documents(store, names, party)
    assert caught.value.hint


def test_vault() -> None:
    assert vault.reader_policy(VAULT, ["prod/shop/db"]) == (
        'path "kv/data/prod/shop/db" {\n  capabilities = ["read"]\n}\n'
    )
    uploader = vault.uploader_policy(VAULT, NAMES)
    assert "delete" not in uploader
    assert 'path "kv/delete/prod/shop/db"' in vault.uploader_policy(VAULT, NAMES, undo=True)
    assert uploader.count("path ") == 2 * len(NAMES)
    files = access_documents(VAULT, NAMES, PARTY).files
    assert json.loads(files["vault-kubernetes-role.json"])["bound_service_account_names"] == ["external-secrets"]
    assert (
        'path "kv/data/prod/shop/*"'
        in access_documents(VAULT, NAMES, PARTY, Extent(folders=True)).files["vault-reader.hcl"]
    )


def test_google() -> None:
    names = ["prod_shop_db", "prod_shop_tls"]
    access = access_documents(GOOGLE, names, PARTY._replace(project_number="42"))
    bindings = json.loads(access.files["gcp-reader-bindings.json"])
    assert [one["resource"] for one in bindings] == [f"projects/shop/secrets/{name}" for name in names]
    assert bindings[0]["policy"]["bindings"][0]["members"] == [PARTY.member]
    roles = json.loads(access.files["gcp-uploader-roles.json"])
    assert roles["condition"]["expression"] == "resource.name.startsWith('projects/42/secrets/prod_shop_')"
    assert not [
        one for role in ("creator", "uploader") for one in roles[role]["includedPermissions"] if "delete" in one
    ]
    assert any("project's number" in note for note in access_documents(GOOGLE, names, PARTY).notes)


def test_azure() -> None:
    access = access_documents(AZURE, ["prod--shop--db"], PARTY)
    (assignment,) = json.loads(access.files["az-reader-assignments.json"])
    assert assignment["scope"].endswith("/providers/Microsoft.KeyVault/vaults/shop/secrets/prod--shop--db")
    role = json.loads(access.files["az-uploader-role.json"])["properties"]
    assert not [one for one in role["permissions"][0]["dataActions"] if "*" in one or "delete" in one]
    assert access_documents(AZURE, ["prod--shop--db"], PARTY) == access


def test_a_local_store_has_no_policies() -> None:
    assert access_documents(Store("local", "local"), NAMES, PARTY).files == {}


def test_a_placeholder_only_where_it_is_asked_for() -> None:
    text = access_documents(SECRETS, NAMES, PARTY._replace(account=ACCOUNT_ID)).files["aws-reader-policy.json"]
    assert f":{ACCOUNT_ID}:secret:" in text


@pytest.mark.parametrize(("name", "model"), [("secretsmanager", "secretsmanager"), ("ssm", "ssm"), ("kms", "kms")])
def test_every_action_is_a_call_of_the_service(name: str, model: str) -> None:
    operations = Loader().load_service_model(model, "service-2")["operations"]
    assert set(KNOWN[name].split()) <= set(operations)


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(json.dumps(aws.reader_policy(SECRETS, NAMES, PARTY)))
    holder: Any = policy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return policy


FIRST = ("Statement", 0)
FLAWED = {
    "another version": (("Version",), "2008-10-17", "Version"),
    "no statement": (("Statement",), [], "no Statement"),
    "an unknown part": (("Comment",), "x", "no part"),
    "every secret": ((*FIRST, "Resource"), "*", "no ARN of one"),
    "every secret of the account": ((*FIRST, "Resource"), secret("*"), "no ARN of one"),
    "a wildcard within": ((*FIRST, "Resource"), secret("pr*d/db-??????"), "no ARN of one"),
    "a reader of everything": ((*FIRST, "Action"), ["secretsmanager:*"], "no known action"),
    "a misspelt action": ((*FIRST, "Action"), ["secretsmanager:GetSecret"], "no known action"),
    "a resource of another service": ((*FIRST, "Resource"), parameter("/a"), "another service"),
    "no account": ((*FIRST, "Resource"), secret("a-??????").replace(ACCOUNT, ""), "no ARN of one"),
    "Permit": ((*FIRST, "Effect"), "Permit", "neither Allow nor Deny"),
    "NotResource": ((*FIRST, "NotResource"), "*", "not understood"),
    "a Sid with a hyphen": ((*FIRST, "Sid"), "read-values", "Sid"),
    "a Sid that stands twice": ((*FIRST, "Sid"), "UseKey", "Sid"),
    "a key for everything": (("Statement", 1, "Condition"), {}, "kms:ViaService"),
    "every key": (
        ("Statement", 1, "Resource"),
        [f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/*"],
        "no alias",
    ),
    "a condition that compares with anything": (
        ("Statement", 1, "Condition"),
        {"StringEquals": {"kms:ViaService": "*"}},
        "a pattern",
    ),
    "an unknown operator": (("Statement", 1, "Condition"), {"StringIs": {"kms:ViaService": "a"}}, "operator"),
}


@pytest.mark.parametrize("case", FLAWED, ids=str)
def test_a_flawed_policy_is_found_out(case: str) -> None:
    path, value, words = FLAWED[case]
    assert any(words in flaw for flaw in validate_policy(changed(path, value)))


def test_a_trust_policy_without_a_subject_is_found_out() -> None:
    policy = trust_policy(IRSA, PARTY._replace(oidc_provider=ISSUER))
    del policy["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"]
    assert any("every service account" in flaw for flaw in validate_policy(policy))
    pods = trust_policy(POD_IDENTITY, PARTY)
    pods["Statement"][0]["Condition"] = {}
    assert any("every pod" in flaw for flaw in validate_policy(pods))
