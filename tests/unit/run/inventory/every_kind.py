"""A repository in which secrets are held in every way that there is."""

from __future__ import annotations

import base64
from pathlib import Path

from support import Repository, run_program

from sealwright.sealing.certificate import load_certificate
from sealwright.sealing.fingerprint import fingerprint_of
from sealwright.sealing.keys import generate_keypair

VALUE = "tide.Lantern.88"
"""Every value in clear: no report may hold it."""
CIPHER = "ENC[AES256_GCM,data:Tr7oU0kVxQ==,iv:1=,aad:x,tag:2==,type:str]".replace("aad:x,", "")
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kdtcqkvpqg4hgax"
KMS = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def secret(name: str, *lines: str, namespace: str = "shop", type_: str = "Opaque") -> str:
    """A Secret whose `stringData` are these lines."""
    head = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\ntype: {type_}\n"
    return f"{head}stringData:\n" + "".join(f"  {line}\n" for line in lines)


BARE = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop
          image: registry.example.com/shop:1.0.0
          envFrom: [{secretRef: {name: db}}]
          env:
            - name: TOKEN
              valueFrom: {secretKeyRef: {name: webhook, key: token}}
      volumes:
        - name: mounted
          csi:
            driver: secrets-store.csi.k8s.io
            volumeAttributes: {secretProviderClass: payment}
"""
STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: aws}
spec:
  provider:
    aws:
      service: SecretsManager
      region: eu-central-1
      auth: {jwt: {serviceAccountRef: {name: reader, namespace: external-secrets}}}
"""
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: webhook, namespace: shop}
spec:
  refreshInterval: 1h
  secretStoreRef: {kind: ClusterSecretStore, name: aws}
  target: {name: webhook}
  data:
    - {secretKey: token, remoteRef: {key: prod/shop/webhook, property: token}}
  dataFrom:
    - {extract: {key: prod/shop/all}}
"""
MOUNTED = """\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: payment, namespace: shop}
spec:
  provider: aws
  parameters:
    region: eu-central-1
    objects: |
      - objectName: prod/shop/payment
        objectType: secretsmanager
        objectAlias: api-key
  secretObjects:
    - secretName: payment
      type: Opaque
      data: [{objectName: api-key, key: api-key}]
"""
TERRAFORM = f"""\
resource "aws_kms_key" "etcd" {{
  description = "etcd of prod"
}}

resource "aws_secretsmanager_secret" "webhook" {{
  name       = "prod/shop/webhook"
  kms_key_id = "{KMS}"
}}

resource "aws_eks_cluster" "prod" {{
  name = "prod"
  encryption_config {{
    resources = ["secrets"]
    provider {{ key_arn = aws_kms_key.etcd.arn }}
  }}
}}
"""
KUSTOMIZATION = f"""\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources: [deployment.yaml]
secretGenerator:
  - name: literal
    literals: [password={VALUE}]
  - name: from-file
    envs: [generated.env]
"""


def encrypted(document: str) -> str:
    """The document as SOPS leaves it, for two keys."""
    ends = f"sops:\n  age: [{{recipient: {RECIPIENT}, enc: x}}]\n  kms: [{{arn: '{KMS}', enc: x}}]\n"
    return f"{document}{ends}  lastmodified: '2026-01-01T00:00:00Z'\n  mac: {CIPHER}\n"


def files() -> dict[str, str]:
    """Everything but what has to be sealed."""
    coded = base64.b64encode(VALUE.encode()).decode()
    return {
        "clusters/prod/db.yaml": secret("db", f"password: {VALUE}", "user: ${DB_USER}"),
        "clusters/prod/filled.yaml": secret("filled", "password: <path:secret/data/db#password>"),
        "clusters/prod/encrypted.yaml": encrypted(secret("token", f"token: {CIPHER}")),
        "clusters/prod/encrypted.env": f"TOKEN={CIPHER}\nsops_mac={CIPHER}\n"
        f"sops_age__list_0__map_recipient={RECIPIENT}\nsops_version=3.9.0\n",
        "clusters/prod/store.yaml": STORE,
        "clusters/prod/webhook.yaml": EXTERNAL,
        "clusters/prod/payment.yaml": MOUNTED,
        "clusters/staging/db.yaml": f"{BARE}data: {{password: {coded}}}\n",
        "apps/deployment.yaml": DEPLOYMENT,
        "apps/kustomization.yaml": KUSTOMIZATION,
        "apps/generated.env": f"PASSWORD={VALUE}\n",
        "apps/values-staging.yaml": f"auth:\n  password: {VALUE}\n",
        "infrastructure/main.tf": TERRAFORM,
    }


def make(folder: Path) -> Repository:
    """All of it, committed, with a cluster `prod` and a SealedSecret for it that is stamped."""
    repository = Repository.init(folder)
    _, certificate = generate_keypair(bits=2048)
    pin = load_certificate(certificate, source="").fingerprint
    repository.write("certs/prod.pem", certificate)
    repository.write(
        ".sealwright.yaml",
        f"clusters:\n  prod:\n    paths: [clusters/prod/**]\n    certificate: certs/prod.pem\n    fingerprint: {pin}\n",
    )
    repository.write("clusters/prod/sealed.yaml", secret("sealed", f"password: {VALUE}", "key: x.Y-12345678"))
    sealed = run_program(
        "sealwright", "seal", "--certificate", "prod", "--in-place", "clusters/prod/sealed.yaml", cwd=folder
    )
    assert sealed.returncode == 0, sealed.stderr
    for path, text in files().items():
        repository.write(path, text)
    repository.commit("Begin")
    return repository


def pin_of(repository: Repository) -> str:
    """The fingerprint of the cluster's key."""
    return fingerprint_of(load_certificate(repository.read("certs/prod.pem"), source="").public_key)
