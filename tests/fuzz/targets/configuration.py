"""`.sealwright.yaml`: a Config, or an error with its place; a second reading of what was frozen gives the same."""

from __future__ import annotations

from sealwright.config import parse_config
from sealwright.config.plain import plain_yaml
from sealwright.errors import ConfigurationError, SealwrightError
from sealwright.gate.waiver import Waivers
from sealwright.manifest.globs import compile_globs
from sealwright.run.clusters import cluster_for
from sealwright.run.clusters.entry import Line, with_cluster

WHOLE = b"""\
clusters:
  prod:
    paths: [clusters/prod/**]
    certificate: certs/prod.pem
    fingerprint: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    controller: {kubeconfig: k, context: c, namespace: kube-system, name: sealed-secrets-controller}
  dev: {controller: https://sealed-secrets.example.com}
stores:
  aws: {backend: aws-secrets-manager, region: eu-central-1, ref: {kind: SecretStore, name: aws}, key: "{name}"}
  here: {backend: local}
convert:
  - {paths: ["**"], to: external-secret, store: aws}
scan: {skip-files: ["x/**"], max-bytes: 1000000, overrides: [{paths: [a/**], rules: {known-token: low}}]}
stamps: {signers: []}
policy:
  packs: [baseline, ours.yaml]
  severity-threshold: medium
  params: {x: 1}
  overrides: [{paths: [clusters/dev/**], rules: {WRK001: off}}]
  waivers: {longest: {critical: 30}, approvals: {critical: 2}}
waivers:
  - {rule: WRK001, path: apps/legacy/**, reason: why, owner: team-a, expires: 2027-01-31, created: 2026-01-01}
  - rules: [secret-data, url-credentials]
    resource: {kind: Secret, name: db}
    reason: why
    approved-by: [a, b]
"""
SEEDS = (WHOLE, b"clusters:\n", b"{}", b"", b"waivers: []\nconvert: []\n", b"clusters: {a: {}}\n")
WORDS = (
    *(
        b"clusters:\n",
        b"  paths: ",
        b"fingerprint: ",
        b"waivers:\n",
        b"  - ",
        b"expires: 2026-02-30\n",
        b"{",
        b"}",
        b"[",
        b"]",
    ),
    *(
        b"policy:\n",
        b"off",
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!!binary aa",
        b"!!python/object/apply:os.system [x]",
        b"~",
        b"1e9",
    ),
    *(
        b"**",
        b"*",
        b"[a-",
        b"[!",
        b"{a,b}",
        b"?",
        b"\\",
        b"\x00",
        b"\xff",
        b"\xe2\x80\xa8",
        b"'",
        b'"',
        b": ",
        b"\n",
        b"- ",
    ),
)


def run(data: bytes) -> None:
    for read in (parse_config, plain_yaml):
        try:
            found = read(data, ".sealwright.yaml")
        except ConfigurationError as error:
            assert error.place.startswith(".sealwright.yaml")
            assert error.message
            continue
        assert read(data, ".sealwright.yaml") == found
    try:
        config = parse_config(data, ".sealwright.yaml")
    except ConfigurationError:
        config = None
    if config is not None:
        cluster_for("clusters/prod/a.yaml", config)
        list(Waivers(config.waivers, config.path, "2026-06-01", config.policy.waivers).complaints(complete=True))
        for cluster in config.clusters:
            globs = compile_globs(cluster.paths)
            assert globs is None or globs.match("clusters/prod/" + "a" * 60) in {True, False}
    try:
        made = with_cluster(data, ".sealwright.yaml", "new", [Line("certificate", "new.pem")])
    except SealwrightError:
        return
    assert any(cluster.name == "new" for cluster in parse_config(made, ".sealwright.yaml").clusters)
