"""What the driver and its providers refuse: one broken class for every rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from support import NO_SHARED_DATA, ROOT

from sealwright.convert.secret_provider_class.validate import flaws

EXAMPLES = ROOT.parent / "shared" / "crds" / "examples"
ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf"
ONE: dict[str, Any] = {"objectName": "db", "objectType": "secretsmanager", "objectAlias": "db.json"}
ENTRY = {"path": "password", "objectAlias": "password"}
SSM = {"objectName": "/db", "objectType": "ssmparameter"}
REGIONS = {"region": "eu-central-1", "failoverRegion": "eu-west-1"}
SECRET = {"resourceName": "projects/p/secrets/s/versions/latest", "path": "a"}
PATH = {"objectName": "a", "secretPath": "secret/data/a", "secretKey": "a"}
KEY_VAULT = {"keyvaultName": "shop", "tenantID": "t"}
IN_VAULT = {"objectName": "a", "objectType": "secret"}


def spc(provider: str, parameters: dict[str, Any], synced: Any = None) -> dict[str, Any]:
    spec: dict[str, Any] = {"provider": provider, "parameters": parameters}
    if synced is not None:
        spec["secretObjects"] = synced
    return {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": "db"},
        "spec": spec,
    }


def aws(*objects: Any, synced: Any = None, **parameters: Any) -> dict[str, Any]:
    return spc("aws", {"region": "eu-central-1", **parameters, "objects": json.dumps(list(objects))}, synced)


def azure(*objects: Any, **parameters: Any) -> dict[str, Any]:
    texts = [item if not isinstance(item, dict) else json.dumps(item) for item in objects]
    return spc("azure", {**KEY_VAULT, **parameters, "objects": json.dumps({"array": texts})})


def gcp(*secrets: Any, **parameters: Any) -> dict[str, Any]:
    return spc("gcp", {**parameters, "secrets": json.dumps(list(secrets))})


def vault(*objects: Any, **parameters: Any) -> dict[str, Any]:
    return spc("vault", {"roleName": "shop", **parameters, "objects": json.dumps(list(objects))})


def synced(**changed: Any) -> dict[str, Any]:
    item = {"secretName": "db-csi", "type": "Opaque", "data": [{"objectName": "db.json", "key": "a"}]} | changed
    return aws(ONE, synced=[{key: value for key, value in item.items() if value is not None}])


FAILOVER = {**ONE, "failoverObject": {"objectName": "db"}}
REFUSED = {
    "no name": (aws({"objectType": "secretsmanager"}), "no objectName"),
    "no type": (aws({"objectName": "db"}), "no objectType"),
    "the type of an ARN": (aws({**ONE, "objectType": "ssm"}), "neither secretsmanager nor"),
    "an ARN that is none": (aws({**ONE, "objectName": "arn:aws:x"}), "like an ARN"),
    "another region": (aws({"objectName": ARN}, region="us-east-1"), "region of an ARN"),
    "another service": (aws({"objectName": ARN.replace("secretsmanager", "s3")}), "another service"),
    "type and ARN": (aws({"objectName": ARN, "objectType": "ssmparameter"}), "different services"),
    "version and label": (aws({**SSM, "objectVersion": "1", "objectVersionLabel": "a"}), "both"),
    "out of the volume": (aws({**ONE, "objectAlias": "../a"}, pathTranslation="False"), "leads out"),
    "a folder": (aws({**ONE, "objectAlias": "a/b"}, pathTranslation="false"), "has a slash"),
    "three digits": (aws({**ONE, "filePermission": "400"}), "octal"),
    "a mode as number": (aws({**ONE, "filePermission": 256}), "not a text"),
    "no octal": (aws({**ONE, "filePermission": "0800"}), "octal"),
    "a mode with a line end": (aws({**ONE, "filePermission": "0400\n"}), "octal"),
    "no path": (aws({**ONE, "jmesPath": [{"objectAlias": "a"}]}), "no path"),
    "no alias": (aws({**ONE, "jmesPath": [{"path": "a"}]}), "no objectAlias"),
    "a mode of an entry": (aws({**ONE, "jmesPath": [{**ENTRY, "filePermission": "x"}]}), "octal"),
    "a dot without quotes": (aws({**ONE, "jmesPath": [{**ENTRY, "path": "tls.crt"}]}), "double quotes"),
    "a hyphen without quotes": (aws({**ONE, "jmesPath": [{**ENTRY, "path": "a-b"}]}), "double quotes"),
    "a digit without quotes": (aws({**ONE, "jmesPath": [{**ENTRY, "path": "1a"}]}), "double quotes"),
    "jmesPath is no list": (aws({**ONE, "jmesPath": ENTRY}), "not a list"),
    "one alias twice": (aws(ONE, {**ONE, "objectName": "other"}), "two objects have the alias"),
    "an entry's alias twice": (aws({**ONE, "jmesPath": [ENTRY, ENTRY]}), "two objects have the alias"),
    "an entry as its object": (aws({**ONE, "jmesPath": [{**ENTRY, "objectAlias": "db.json"}]}), "have the alias"),
    "one object twice": (aws(SSM, SSM), "one object is there twice"),
    "the same label twice": (aws(*[{**SSM, "objectVersionLabel": "a"}] * 2), "one object is there twice"),
    "two names, one file": (aws({**SSM, "objectName": "/a"}, {**SSM, "objectName": "_a"}), "mounted as `_a`"),
    "failover without region": (aws(FAILOVER), "no failoverRegion"),
    "failover without alias": (aws({**SSM, "failoverObject": {"objectName": "a"}}, **REGIONS), "no objectAlias"),
    "a parameter twice": (aws({**SSM, "objectAlias": "a"}, {**SSM, "objectAlias": "b"}), "mounts it once"),
    "failover with version": (aws({**FAILOVER, "objectVersion": "a"}, **REGIONS), "different versions"),
    "failover's region": (aws({**ONE, "failoverObject": {"objectName": ARN}}, **REGIONS), "region of an ARN"),
    "failover to itself": (aws(ONE, failoverRegion="eu-central-1"), "is the region itself"),
    "two characters": (aws(ONE, pathTranslation="__"), "one character"),
    "no boolean": (aws(ONE, usePodIdentity="yes"), "neither true nor false"),
    "a boolean without quotes": (aws(ONE, usePodIdentity=True), "put it in quotes"),
    "an address": (aws(ONE, preferredAddressType="ip"), "ipv4"),
    "no objects": (aws(), "no objects"),
    "an empty object": (aws(None), "not a mapping"),
    "objects is a mapping": (spc("aws", {"objects": "{a: b}"}), "not a list"),
    "objects is no YAML": (spc("aws", {"objects": "- a: [\n"}), "not YAML"),
    "objects as a list": (spc("aws", {"objects": [ONE]}), "put it in quotes"),
    "a reserved name": (aws({**ONE, "objectAlias": "..data"}), "can be called"),
    "no such provider": (spc("akeyless", {}), "its provider"),
    "an old version": (aws(ONE) | {"apiVersion": "secrets-store.csi.x-k8s.io/v1alpha1"}, "it is no"),
    "no spec": ({**aws(ONE), "spec": None}, "no spec"),
    "synced without a name": (synced(secretName=None), "no secretName"),
    "synced without a type": (synced(type=None), "no type"),
    "synced without data": (synced(data=[]), "no data"),
    "synced without a key": (synced(data=[{"objectName": "db.json"}]), "no key"),
    "synced from no file": (synced(data=[{"objectName": "db", "key": "a"}]), "no file is called"),
    "ca.crt": (synced(type="kubernetes.io/tls", data=[{"objectName": "db.json", "key": "ca.crt"}]), "cannot have"),
    "synced twice": (aws(ONE, synced=synced()["spec"]["secretObjects"] * 2), "two synced"),
    "no vault": (azure(IN_VAULT, keyvaultName=""), "keyvaultName"),
    "no tenant": (azure(IN_VAULT, tenantID=""), "tenantID"),
    "two identities": (azure(IN_VAULT, usePodIdentity="true", useVMManagedIdentity="true"), "one kind"),
    "a list in Azure": (spc("azure", {**KEY_VAULT, "objects": json.dumps([IN_VAULT])}), "no `array`"),
    "mappings in the array": (
        spc("azure", {**KEY_VAULT, "objects": json.dumps({"array": [IN_VAULT]})}),
        "not a text",
    ),
    "a type in Azure": (azure({**IN_VAULT, "objectType": "secrets"}), "none of secret"),
    "no name in Azure": (azure({"objectType": "secret"}), "no objectName"),
    "an encoding in Azure": (azure({**IN_VAULT, "objectEncoding": "b64"}), "objectEncoding"),
    "an encoded key": (azure({**IN_VAULT, "objectType": "key", "objectEncoding": "hex"}), "objectEncoding"),
    "two dots in Azure": (azure({**IN_VAULT, "objectAlias": "a..b"}), "two dots"),
    "one file in Azure": (azure(IN_VAULT, IN_VAULT), "mounted as `a`"),
    "objects in GCP": (spc("gcp", {"objects": "[]"}), "no parameter `secrets`"),
    "a name in GCP": (gcp({**SECRET, "resourceName": "s"}), "resourceName"),
    "no version in GCP": (gcp({**SECRET, "resourceName": "projects/p/secrets/s"}), "resourceName"),
    "no path in GCP": (gcp({"resourceName": SECRET["resourceName"]}), "no path"),
    "two keys in GCP": (gcp({**SECRET, "extractJSONKey": "a", "extractYAMLKey": "b"}), "both"),
    "a mode in GCP": (gcp({**SECRET, "mode": "0400"}), "not a file mode"),
    "a large mode": (gcp({**SECRET, "mode": 512}), "between"),
    "auth in GCP": (gcp(SECRET, auth="adc"), "pod-adc"),
    "a file and a folder": (gcp({**SECRET, "path": "a"}, {**SECRET, "path": "a/b"}), "a file and a folder"),
    "no role": (vault(PATH, roleName=""), "no roleName"),
    "two mounts": (vault(PATH, vaultAuthMountPath="a", vaultKubernetesMountPath="b"), "exclude"),
    "one name in Vault": (vault(PATH, PATH), "one objectName"),
    "no path in Vault": (vault({"objectName": "a"}), "no secretPath"),
    "an encoding in Vault": (vault({**PATH, "encoding": "Auto"}), "encoding"),
    "no objects in Vault": (vault(), "no objects"),
}
ACCEPTED = [
    aws(ONE, synced=synced()["spec"]["secretObjects"]),
    aws({"objectName": ARN}, usePodIdentity="true"),
    aws({**ONE, "filePermission": "0400", "jmesPath": [ENTRY, {"path": '"tls.crt"', "objectAlias": "tls.crt"}]}),
    aws({"ObjectName": "db", "ObjectType": "secretsmanager", "JMESPath": [{"Path": "a", "ObjectAlias": "b"}]}),
    aws({**ONE, "objectAlias": "a"}, {**ONE, "objectAlias": "b", "objectVersion": "1"}),
    aws(FAILOVER, **REGIONS),
    azure({**IN_VAULT, "objectEncoding": "Base64", "objectAlias": "a/b"}),
    gcp({**SECRET, "mode": 256}, {"resourceName": "projects/p/locations/l/secrets/s/versions/3", "fileName": "b"}),
    vault({**PATH, "encoding": "hex"}),
]


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_provider_would_refuse(case: str) -> None:
    plain, message = REFUSED[case]
    assert message in "; ".join(flaws(plain))


@pytest.mark.parametrize("plain", ACCEPTED)
def test_what_is_right(plain: dict[str, Any]) -> None:
    assert flaws(plain) == []
    assert flaws(json.loads(json.dumps(plain))) == []


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp", "vault"])
def test_examples_of_others(provider: str) -> None:
    path = EXAMPLES / f"spc-{provider}.yaml"
    if not path.exists():
        pytest.skip(NO_SHARED_DATA)
    assert flaws(yaml.safe_load(path.read_text("utf-8"))) == []
