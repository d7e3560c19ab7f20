"""Seeds that several targets share: manifests of every kind with the canary for a value, and the words of YAML."""

from __future__ import annotations

import base64
import gzip
import json

from fuzz.held import CANARY

ENCODED = base64.b64encode(CANARY.encode()).decode()
PACKED = base64.b64encode(gzip.compress(f"kind: Secret\nstringData: {{a: {CANARY}}}\n".encode(), mtime=0)).decode()
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db   # why
  namespace: shop
  annotations: {{sealedsecrets.bitnami.com/cluster-wide: "true"}}
type: Opaque
data:
  token: {ENCODED}
stringData:
  password: {CANARY}
  url: "postgres://u:{CANARY}@h:5432/db"
  text: |-
    first
      {CANARY}
"""
CONFIG_MAP = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: app}}
data:
  app.properties: |
    db.password={CANARY}
    url=https://u:{CANARY}@example.com/
  nested.yaml: |
    kind: Secret
    stringData: {{a: {CANARY}}}
binaryData:
  packed: {PACKED}
"""
WORKLOAD = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: &m {{name: app, namespace: shop}}
spec:
  template:
    metadata: *m
    spec:
      containers:
      - name: app
        args: ["--password={CANARY}", --level, info]
        env:
        - {{name: DB_PASSWORD, value: {CANARY}}}
        - name: FROM
          valueFrom: {{secretKeyRef: {{name: db, key: password}}}}
        envFrom: [{{secretRef: {{name: db}}}}]
      volumes: [{{name: v, secret: {{secretName: db}}}}]
"""
LISTED = json.dumps(
    {"apiVersion": "v1", "kind": "List", "items": [{"kind": "Secret", "data": {"a": ENCODED}}, {"kind": "ConfigMap"}]}
)
TEMPLATE = f"""\
{{{{- if .Values.on }}}}
apiVersion: v1
kind: Secret
metadata:
  name: {{{{ .Release.Name }}}}-db
stringData:
  password: {{{{ .Values.password | default "{CANARY}" | quote }}}}
{{{{- end }}}}
"""
KUSTOMIZATION = f"""\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources: [a.yaml, ../base]
secretGenerator:
- name: db
  literals: [password={CANARY}, "user=u"]
  files: [key=tls.key, ca.crt]
  envs: [.env]
generators:
- |-
  apiVersion: builtin
  kind: SecretGenerator
  metadata: {{name: x}}
  envs: [b.env]
patches:
- target: {{kind: Secret, name: db}}
  patch: |-
    - op: replace
      path: /stringData/password
      value: {CANARY}
- path: patch.yaml
  target: {{kind: Secret}}
"""
VALUES = f"auth:\n  rootPassword: {CANARY}\n  existingSecret: ''\nimage: {{tag: '1.0'}}\n"
PROSE = f"# Notes\n\n```yaml\n{SECRET}```\n\nThen `mysql -u root -p{CANARY}`.\n"
SCRIPT = f"#!/bin/sh\nexport DB_PASSWORD={CANARY}\ncat <<'EOF' | kubectl apply -f -\n{SECRET}EOF\n"
SOPS = f"kind: Secret\nstringData: {{a: 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]', b: {CANARY}}}\nsops: {{mac: x}}\n"
KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 3 + "-----END PRIVATE KEY-----\n"
SEALED = f"""\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {{name: db, namespace: shop}}
spec:
  encryptedData:
    password: AgB{"w" * 93}
    other: |-
      AgBwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      wwwwwwwwwwwwwwwwwwwwwwww
  template:
    type: Opaque
    metadata: {{name: db, namespace: shop}}
    data: {{a: "{{{{ .password }}}}"}}
"""
EXTERNAL = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: shop}
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: aws}
  target: {name: db, template: {data: {a: "{{ .a }}"}}}
  data: [{secretKey: a, remoteRef: {key: shop/db, property: a}}]
  dataFrom: [{extract: {key: shop/other}}]
"""

TEXTS = (
    *(SECRET, CONFIG_MAP, WORKLOAD, LISTED, TEMPLATE, KUSTOMIZATION, VALUES, PROSE, SCRIPT, SOPS, KEY, SEALED),
    *(EXTERNAL, f"---\n{SECRET}---\n{SEALED}...\n", SECRET.replace("\n", "\r\n"), f"{WORKLOAD}--- # x\n{CONFIG_MAP}"),
)
SEEDS = (*(text.encode() for text in TEXTS), SECRET.encode("utf-16"), SECRET.encode("utf-8-sig"))

WORDS = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        *(
            "\n",
            "\r",
            "\t",
            " ",
            "  ",
            "- ",
            ": ",
            "? ",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "# ",
            " #",
            "|",
            ">-",
            "|2-",
            "|+",
        ),
        *(
            "{",
            "}",
            "[",
            "]",
            ",",
            '"',
            "'",
            "\\",
            "\\x41",
            "\\u00e9",
            "&a ",
            "*a",
            "<<: *a",
            "!!binary ",
            "!!str ",
            "!<x> ",
        ),
        *("~", "null", "yes", "0x1F", "1e999", ".nan", "0o7", "1_000", "2001-01-01", "é", "\u2028", "\x85", "\ufeff"),
        *("\x00", "\ue000", "\U0001f600", "\udc80", "\x7f", "\x1b[31m", "{{", "}}", "{{- ", "{% x %}", "{#", "${X}"),
        *(
            "```yaml\n",
            "```\n",
            "~~~\n",
            "<<EOF\n",
            "EOF\n",
            "<<-'E'\n",
            "$(",
            "`",
            "kind",
            "kind: Secret\n",
            "kind: List\n",
        ),
        *(
            "apiVersion: v1\n",
            "metadata:\n",
            "  name: x\n",
            "data:\n",
            "stringData:\n",
            "items:\n",
            "spec:\n",
            "password",
            "=",
        ),
        *(
            "sealwright: allow[secret-data] why",
            "# sealwright: allow[*]",
            CANARY,
            ENCODED,
            "https://u:p@h/",
            "AKIA" + "A" * 16,
        ),
        *(
            "=" * 7 + "\n",
            "<" * 7 + " HEAD\n",
            ">" * 7 + " x\n",
            '{"a":',
            "[{}]",
            "//",
            "/*",
            "*/",
            "-----BEGIN ",
            "-----END ",
        ),
    )
)
