"""The configuration file: what is refused, where, with which advice; and the schema that says the same."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from support import ROOT, posix_only

from sealwright.config import (
    Cluster,
    Config,
    Controller,
    ConvertRule,
    Named,
    Override,
    Policy,
    ResourceSelector,
    StampRules,
    Store,
    Waiver,
    WaiverLimits,
    environment_value,
    load_config,
    parse_config,
)
from sealwright.errors import ConfigurationError
from sealwright.finding import Position

PIN = "sha256:" + "0a" * 32
SIGNER = "ed25519:" + "0A" * 21 + "A="
CANARY = "correct-horse-battery"

EXAMPLE = f"""\
clusters:
  prod:
    paths: [clusters/prod/**]
    certificate: certs/prod.pem
    fingerprint: "{PIN}"
    controller: https://sealed-secrets.example.com
    previous-fingerprints: ["{PIN}"]
  dev:
    controller: {{kubeconfig: FILE, context: NAME, namespace: kube-system, name: sealed-secrets}}
stores:
  aws:
    backend: aws-secrets-manager
    region: eu-central-1
    ref: {{kind: ClusterSecretStore, name: aws}}
    key: "{{cluster}}/{{namespace}}/{{name}}"
convert:
  - {{paths: ["**"], to: external-secret, store: aws}}
policy:
  packs: [baseline]
  severity-threshold: medium
  overrides: [{{paths: [clusters/dev/**], rules: {{WRK001: off}}}}]
waivers:
  - {{rule: WRK001, path: apps/legacy/**, reason: "...", owner: team-a, expires: 2027-01-31}}
stamps: {{keep: false, trusted: ["{SIGNER}"], required: true}}
"""

WAIVER = "{rule: secret-data, "
ACCEPT = "path: a, reason: b, owner: c"

# Text, the place that must be named, and a piece of the message or the hint. The schema refuses them too.
FULL = """\
policy:
  packs: [baseline, ./ours.yaml]
  severity-threshold: high
  overrides:
    - {paths: [clusters/dev/**], rules: {WRK001: off, ESO003: low}, severity-threshold: critical}
  params: {allowedProviders: [aws], rotationDays: 90}
  waivers: {maximum-days: {critical: 30, high: 90}, approvals: {critical: 2}}
waivers:
  - rule: [WRK001, ESO003]
    path: apps/**
    resource: {kind: Deployment, namespace: shop, name: "api-*"}
    fingerprint: 0123456789abcdef0123456789abcdef
    reason: until the chart can do it
    owner: team-shop
    ticket: SHOP-12
    approved-by: [ann, bob]
    created: 2026-01-01
    expires: 2026-01-31
"""
REFUSED = {
    "a list": ("- a\n", "1:1", "the file must be a mapping"),
    "a word": ("clusters\n", "1:1", "the file must be a mapping"),
    "unknown section": ("scan: {}\nclustres: {}\n", "2:1", "did you mean `clusters`?"),
    "nothing near": ("zzz: {}\n", "1:1", "known here: clusters, scan"),
    "unknown key of a cluster": ("clusters:\n  prod:\n    certifcate: a\n", "3:5", "did you mean `certificate`?"),
    "unknown key of scan": ("scan:\n  skip_files: [a]\n", "2:3", "did you mean `skip-files`?"),
    "unknown key of a controller": ("clusters: {a: {controller: {contxt: a}}}\n", "1:29", "did you mean `context`?"),
    "unknown key of a store": ("stores: {aws: {backend: vault, regoin: a}}\n", "1:32", "did you mean `region`?"),
    "unknown key of a ref": ("stores: {aws: {backend: vault, ref: {nmae: a}}}\n", "1:38", "did you mean `name`?"),
    "unknown key of convert": (
        "convert:\n- {paths: [a], to: sealed-secret, stroe: b}\n",
        "2:35",
        "did you mean `store`?",
    ),
    "unknown key of policy": ("policy: {pack: [a]}\n", "1:10", "did you mean `packs`?"),
    "unknown key of overrides": ("policy: {overrides: [{paths: [], rule: {}}]}\n", "1:34", "did you mean `rules`?"),
    "unknown key of a waiver": ("waivers: [{rule: a, path: b, reson: c}]\n", "1:30", "did you mean `reason`?"),
    "clusters is a list": ("clusters: []\n", "1:11", "clusters must be a mapping"),
    "a cluster is null": ("clusters:\n  prod:\n", "2:8", "clusters.prod must be a mapping"),
    "a cluster without a name": ('clusters: {"": {}}\n', "1:12", "a key is empty"),
    "no such backend": ("stores: {aws: {backend: aws}}\n", "1:25", "one of local, aws-secrets-manager"),
    "a store without a backend": ("stores: {aws: {region: a}}\n", "1:15", "has no `backend`"),
    "no such store object": ("stores: {a: {backend: vault, ref: {kind: Store}}}\n", "1:42", "ClusterSecretStore"),
    "no such conversion": ("convert:\n- {paths: [a], to: secret}\n", "2:20", "secret-provider-class"),
    "a conversion of nothing": ("convert:\n- {to: sealed-secret}\n", "2:3", "has no `paths`"),
    "no such scope": ("convert:\n- {paths: [a], to: sealed-secret, scope: all}\n", "2:42", "namespace-wide"),
    "convert is a mapping": ("convert: {}\n", "1:10", "convert must be a list"),
    "waivers is a word": ("waivers: none\n", "1:10", "waivers must be a list"),
    "paths is a string": ("clusters: {a: {paths: b}}\n", "1:23", "clusters.a.paths must be a list"),
    "a path is a number": ("clusters: {a: {paths: [b, 1]}}\n", "1:27", "clusters.a.paths[1] must be a string"),
    "a path is empty": ("scan: {skip-files: ['']}\n", "1:21", "scan.skip-files[0] must be a string"),
    "paths is null": ("scan:\n  skip-files:\n", "2:14", "scan.skip-files must be a list"),
    "certificate is a list": ("clusters: {a: {certificate: [b]}}\n", "1:29", "must be a string"),
    "certificate is null": ("clusters: {a: {certificate: }}\n", "1:29", "must be a string"),
    "fingerprint is too short": ("clusters: {a: {fingerprint: 'sha256:00'}}\n", "1:29", "64 lower-case hexadecimal"),
    "fingerprint in capitals": (f"clusters: {{a: {{fingerprint: '{PIN.upper()}'}}}}\n", "1:29", "64 lower-case"),
    "fingerprint and a line": (f'clusters: {{a: {{fingerprint: "{PIN}\\n"}}}}\n', "1:29", "64 lower-case"),
    "an earlier fingerprint is too short": (
        "clusters: {a: {previous-fingerprints: ['sha256:00']}}\n",
        "1:40",
        "clusters.a.previous-fingerprints[0] is not `sha256:`",
    ),
    "earlier fingerprints are a word": (
        f"clusters: {{a: {{previous-fingerprints: '{PIN}'}}}}\n",
        "1:39",
        "must be a list",
    ),
    "unknown key of stamps": ("stamps: {trust: []}\n", "1:10", "did you mean `trusted`?"),
    "stamps is a boolean": ("stamps: false\n", "1:9", "stamps must be a mapping"),
    "keep is a word": ("stamps: {keep: maybe}\n", "1:16", "stamps.keep is neither true nor false"),
    "nobody is trusted": ("stamps: {trusted: []}\n", "1:9", "names no key"),
    "required, but nobody is trusted": ("stamps: {required: true}\n", "1:9", "names no key"),
    "a signer of another kind": ("stamps: {trusted: [ssh-ed25519 AAAA]}\n", "1:20", "44 characters of base64"),
    "a signer that is too short": (f"stamps: {{trusted: ['{SIGNER[:-2]}=']}}\n", "1:20", "44 characters"),
    "a signer that is not in its one form": (f"stamps: {{trusted: ['{SIGNER[:-2]}B=']}}\n", "1:20", "44 characters"),
    "controller is a word": ("clusters: {a: {controller: prod}}\n", "1:28", "is not an address"),
    "controller with a user": (f"clusters: {{a: {{controller: 'https://u:{CANARY}@b'}}}}\n", "1:28", "user name"),
    "controller is a list": ("clusters: {a: {controller: []}}\n", "1:28", "must be a mapping"),
    "max-bytes is a word": ("scan: {max-bytes: many}\n", "1:19", "scan.max-bytes must be a whole number"),
    "max-bytes is true": ("scan: {max-bytes: true}\n", "1:19", "must be a whole number"),
    "max-bytes is negative": ("scan: {max-bytes: -1}\n", "1:19", "must be a whole number"),
    "max-bytes is 0": ("scan: {max-bytes: 0}\n", "1:19", "must be a whole number"),
    "max-bytes is a fraction": ("scan: {max-bytes: 1.5}\n", "1:19", "must be a whole number"),
    "max-bytes is huge": ("scan: {max-bytes: 1000000000000}\n", "1:19", "must be a whole number"),
    "a token in a store": (f"stores: {{aws: {{backend: vault, token: {CANARY}}}}}\n", "1:32", "no credentials here"),
    "a waiver without a reason": (f"waivers:\n- {WAIVER}path: a, owner: b}}\n", "2:3", "waivers[0] has no `reason`"),
    "a waiver without an owner": (f"waivers: [{WAIVER}path: a, reason: b}}]\n", "1:11", "has no `owner`"),
    "a waiver without a path": (f"waivers: [{WAIVER}reason: a, owner: b}}]\n", "1:11", "has no `path`"),
    "a waiver without a rule": ("waivers: [{path: a, reason: b, owner: c}]\n", "1:11", "has no `rule`"),
    "an empty waiver": ("waivers: [{}]\n", "1:11", "has no `rule`"),
    "a waiver is a word": ("waivers: [all]\n", "1:11", "waivers[0] must be a mapping"),
    "a blank reason": (f"waivers: [{WAIVER}path: a, reason: '  ', owner: c}}]\n", "1:48", "waivers[0].reason is blank"),
    "a reason that is no text": (f"waivers: [{WAIVER}path: a, reason: [b], owner: c}}]\n", "1:48", "must be a string"),
    "an end that is no date": (f"waivers: [{WAIVER}{ACCEPT}, expires: soon}}]\n", "1:70", "write the last day as"),
    "an end with another order": (f"waivers: [{WAIVER}{ACCEPT}, expires: 31.01.2027}}]\n", "1:70", "is not a date"),
    "an end with a time": (f"waivers: [{WAIVER}{ACCEPT}, expires: 2027-01-31T00:00:00Z}}]\n", "1:70", "not a date"),
    "a thirteenth month": (f"waivers: [{WAIVER}{ACCEPT}, expires: '2027-13-01'}}]\n", "1:70", "not a date"),
    "no end": (f"waivers: [{WAIVER}{ACCEPT}, expires: }}]\n", "1:70", "not a date"),
    "overrides is a mapping": ("scan: {overrides: {paths: [a]}}\n", "1:19", "scan.overrides must be a list"),
    "an override without paths": ("scan: {overrides: [{rules: {a-b: off}}]}\n", "1:20", "overrides[0] has no `paths`"),
    "an override without rules": ("scan: {overrides: [{paths: [a]}]}\n", "1:20", "overrides[0] has no `rules`"),
    "an unknown key of an override": ("scan: {overrides: [{path: [a]}]}\n", "1:21", "did you mean `paths`?"),
    "no severity": ("scan: {overrides: [{paths: [a], rules: {a-b: hgih}}]}\n", "1:46", "rules.a-b is no severity"),
    "a severity that is on": ("scan: {overrides: [{paths: [a], rules: {a-b: on}}]}\n", "1:46", "one of off, info"),
    "a severity that is a list": ("scan: {overrides: [{paths: [a], rules: {a-b: [off]}}]}\n", "1:46", "is no severity"),
    "a severity that is null": ("scan: {overrides: [{paths: [a], rules: {a-b: }}]}\n", "1:46", "is no severity"),
    "rules is a list": ("scan: {overrides: [{paths: [a], rules: [a-b]}]}\n", "1:40", "must be a mapping"),
    "a pack that is no list": ("policy: {packs: baseline}\n", "1:17", "policy.packs must be a list"),
    "a pack that is a number": ("policy: {packs: [1]}\n", "1:18", "policy.packs[0] must be a string"),
    "a threshold that is none": ("policy: {severity-threshold: hihg}\n", "1:30", "one of info, low, medium"),
    "a threshold that is off": ("policy: {severity-threshold: off}\n", "1:30", "is no severity"),
    "an override of nothing": ("policy: {overrides: [{paths: [a]}]}\n", "1:22", "overrides[0] has no `rules`"),
    "a threshold without paths": ("policy: {overrides: [{severity-threshold: high}]}\n", "1:22", "has no `paths`"),
    "a threshold of a scan": (
        "scan: {overrides: [{paths: [a], rules: {}, severity-threshold: high}]}\n",
        "1:44",
        "unknown key `scan.overrides[0].severity-threshold`",
    ),
    "a parameter without a value": ("policy: {params: {regions: }}\n", "1:28", "policy.params.regions is no value"),
    "a parameter within a list that is null": (
        "policy: {params: {a: [~]}}\n",
        "1:23",
        "policy.params.a[0] is no value",
    ),
    "parameters in a list": ("policy: {params: [a]}\n", "1:18", "policy.params must be a mapping"),
    "no such severity of a limit": ("policy: {waivers: {approvals: {hgih: 1}}}\n", "1:32", "did you mean `high`?"),
    "no days": ("policy: {waivers: {maximum-days: {high: 0}}}\n", "1:41", "must be a whole number above 0"),
    "a limit for all": ("policy: {waivers: {maximum-days: 30}}\n", "1:34", "must be a mapping"),
    "a waiver of no rule": (f"waivers: [{{rule: [], {ACCEPT}}}]\n", "1:18", "waivers[0].rule names no rule"),
    "a waiver of everything": ("waivers: [{rule: a, reason: b, owner: c}]\n", "1:11", "has no `path`"),
    "a selector of nothing": (f"waivers: [{WAIVER}resource: {{}}, {ACCEPT}}}]\n", "1:41", "selects nothing"),
    "a selector by another key": (
        f"waivers: [{WAIVER}resource: {{nmae: a}}, {ACCEPT}}}]\n",
        "1:42",
        "did you mean `name`?",
    ),
    "no fingerprint": (f"waivers: [{WAIVER}fingerprint: [], {ACCEPT}}}]\n", "1:44", "--format json"),
    "a fingerprint that is one's own": (f"waivers: [{WAIVER}fingerprint: all, {ACCEPT}}}]\n", "1:44", "32 lower-case"),
    "approval by a word": (f"waivers: [{WAIVER}approved-by: ann, {ACCEPT}}}]\n", "1:44", "must be a list"),
    "approval by nobody": (f"waivers: [{WAIVER}approved-by: [' '], {ACCEPT}}}]\n", "1:45", "approved-by[0] is blank"),
    "a beginning that is no date": (f"waivers: [{WAIVER}created: now, {ACCEPT}}}]\n", "1:40", "is not a date"),
    "a secret as a rule": (
        f'scan: {{overrides: [{{paths: [a], rules: {{"{CANARY} x": 1}}}}]}}\n',
        "1:68",
        "rules.... is no severity",
    ),
    "a secret as a key": (f'stores: {{aws: {{backend: vault, "{CANARY} x": 1}}}}\n', "1:32", "stores.aws...."),
}

# What a schema over parsed values cannot see: the loader alone refuses them.
REFUSED_BY_THE_LOADER = {
    "not YAML": ("clusters: [\n", "2:1", "not well-formed YAML"),
    "a tab": ("scan:\n\tskip-files: []\n", "2:1", "not well-formed YAML"),
    "two documents": ("scan: {}\n---\nscan: {}\n", "2:1", "one document"),
    "an alias to nothing": (f"scan: *{CANARY}\n", "1:7", "not well-formed YAML"),
    "the same section twice": ("scan: {}\nclusters: {}\nscan: {}\n", "3:1", "the key `scan` is there twice"),
    "the same cluster twice": ("clusters:\n  a: {}\n  a: {}\n", "3:3", "the key `clusters.a` is there twice"),
    "the same key twice": ("scan: {max-bytes: 1, max-bytes: 2}\n", "1:22", "`scan.max-bytes` is there twice"),
    "a number for a key": ("clusters:\n  1: {}\n", "2:3", "clusters: every key must be a string"),
    "a list for a key": ("clusters:\n  ? [a]\n  : {}\n", "2:5", "every key must be a string"),
    "a boolean for a key": ("on: {}\n", "1:1", "the file: every key must be a string"),
    "an object": ("scan: !!python/object/apply:os.getcwd []\n", "1:7", "scan must be a mapping"),
    "a boolean of YAML 1.1": ("stamps: {keep: yes}\n", "1:16", "stamps.keep is neither true nor false"),
    "sixty": ("scan: {max-bytes: 1:00}\n", "1:19", "must be a whole number"),
    "octal": ("scan: {max-bytes: 017}\n", "1:19", "must be a whole number"),
    "a day that February has not": (
        f"waivers: [{WAIVER}{ACCEPT}, expires: 2027-02-30}}]\n",
        "1:70",
        "waivers[0].expires is not a date",
    ),
    "the same rule twice": (
        "scan: {overrides: [{paths: [a], rules: {a-b: off, a-b: low}}]}\n",
        "1:51",
        "`scan.overrides[0].rules.a-b` is there twice",
    ),
    "a list that calls itself a string": ("clusters: {a: {certificate: !!str [b]}}\n", "1:29", "must be a string"),
    "a list that calls itself a date": (f"waivers: [{WAIVER}{ACCEPT}, expires: !!str [b]}}]\n", "1:70", "not a date"),
    "a string that calls itself a mapping": ("scan: !!map a\n", "1:7", "scan must be a mapping"),
    "a NUL": ("scan: {}\n\0", "", "not well-formed YAML"),
    "a waiver that ends before it begins": (
        f"waivers: [{WAIVER}created: 2026-02-01, expires: 2026-01-31, {ACCEPT}}}]\n",
        "1:11",
        "expires before it was created",
    ),
    "a parameter in octal": ("policy: {params: {a: 017}}\n", "1:22", "policy.params.a is no value"),
    "a parameter that is yes": ("policy: {params: {a: yes}}\n", "1:22", "neither true nor false"),
    "a parameter that holds itself": ("policy: {params: {a: &a [*a]}}\n", "1:22", "nested too deeply"),
    "the same parameter twice": ("policy: {params: {a: 1, a: 2}}\n", "1:25", "`policy.params.a` is there twice"),
    "merging a word": ("scan:\n  <<: word\n", "2:7", "scan must be a mapping"),
    "merging itself": ("scan: &a\n  <<: *a\n", "1:7", "more than 100,000 values"),
}

ACCEPTED = {
    "empty": "",
    "comments": "# nothing yet\n",
    "empty sections": "clusters:\nscan:\nstores:\nconvert:\npolicy:\nwaivers:\n",
    "the contract's example": EXAMPLE,
    "no keys": "clusters: {a: {}}\nscan: {}\n",
    "all of scan": "scan: {skip-files: [a, 'b/**'], max-bytes: 1000}\n",
    "overrides": "scan: {overrides: [{paths: [a, b/**], rules: {secret-data: off, known-token: info}}]}\n",
    "off in quotes": "scan: {overrides: [{paths: [a], rules: {a-b: 'off', c-d: off}}]}\n",
    "a waiver without an end": f"waivers: [{WAIVER}{ACCEPT}}}]\n",
    "an end in quotes": f"waivers: [{WAIVER}{ACCEPT}, expires: '2027-01-31'}}]\n",
    "plain http controller": "clusters: {a: {controller: http://localhost:8080}}\n",
    "anchors": "clusters:\n  a: &a {certificate: c, paths: &p [d]}\n  b: *a\n  e: {paths: *p}\n",
    "a merge": "clusters:\n  a: &a {certificate: c}\n  b: {<<: *a, certificate: d}\n  e: {<<: [*a, {paths: [f]}]}\n",
    "all of policy": FULL,
    "packs of one's own, or none": "policy: {packs: [policies/ours.yaml]}\nwaivers: []\n",
    "no packs": "policy: {packs: []}\n",
    "a threshold on some paths": "policy: {overrides: [{paths: [a], severity-threshold: high}]}\n",
    "parameters of every kind": "policy: {params: {a: [x, 'y'], b: {c: -1, d: 1.5}, e: true, f: '', g: 2026-01-31}}\n",
    "a strange name": "clusters: {'a b': {}, prod-1: {}}\n",
}


def both(table: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", table.values(), ids=table)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    Draft202012Validator.check_schema(published())
    return Draft202012Validator(published())


def published() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "src" / "sealwright" / "sealwright.schema.json").read_bytes())
    return content


def plain(text: str) -> Any:
    """The values as an editor's YAML 1.2 gives them to a schema: dates are strings."""
    return json.loads(json.dumps(yaml.safe_load(text), default=lambda value: value.isoformat()))


def refusal(data: bytes) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(data, "dir/.sealwright.yaml")
    return caught.value


@both(REFUSED | REFUSED_BY_THE_LOADER)
def test_refused_with_place_and_advice(case: tuple[str, str, str]) -> None:
    text, place, words = case
    error = refusal(text.encode())
    assert error.place == (f"dir/.sealwright.yaml:{place}" if place else "dir/.sealwright.yaml")
    assert words in f"{error.message} {error.hint}"
    assert error.hint
    assert CANARY not in f"{error} {error.hint}"
    assert error.exit_code == 2


@both(REFUSED)
def test_the_schema_refuses_the_same(case: tuple[str, str, str], schema: Draft202012Validator) -> None:
    assert not schema.is_valid(plain(case[0]))


@both(ACCEPTED)
def test_loader_and_schema_accept_the_same(case: str, schema: Draft202012Validator) -> None:
    parse_config(case.encode(), ".sealwright.yaml")
    schema.validate(plain(case))


@pytest.mark.parametrize("section", ["clusters", "scan", "stores", "policy"])
def test_loader_and_schema_know_the_same_keys(section: str) -> None:
    content = published()["properties"][section]
    named = "additionalProperties" in content and content["additionalProperties"] is not False
    keys = (published()["$defs"][section[:-1]] if named else content)["properties"]
    prefix = f"{section}: {{a: {{%s}}}}" if named else f"{section}: {{%s}}"
    assert "zzz" not in keys
    assert f"known here: {', '.join(keys)}" in _sorted_hint(refusal((prefix % "zzz: 1").encode()).hint, list(keys))


def _sorted_hint(hint: str, order: list[str]) -> str:
    """The hint with its keys in the schema's order: the set is what counts."""
    head, _, names = hint.partition(": ")
    return f"{head}: {', '.join(sorted(names.split(', '), key=order.index))}"


def test_the_contract_is_the_example() -> None:
    config = parse_config(EXAMPLE.encode(), "repo/.sealwright.yaml")
    address = Controller(url="https://sealed-secrets.example.com")
    prod = Cluster("prod", os.path.join("repo", "certs/prod.pem"), PIN, ("clusters/prod/**",), address, (PIN,))
    dev = Cluster(
        "dev",
        controller=Controller(
            "", os.path.join("repo", "FILE"), "NAME", "kube-system", "sealed-secrets", os.path.abspath("repo")
        ),
    )
    rule = Named("WRK001", Position(23, 12), Position(23, 18))
    waiver = Waiver(rule, "apps/legacy/**", "...", "team-a", "2027-01-31")
    aws = Store("aws", "aws-secrets-manager", ref_name="aws", key="{cluster}/{namespace}/{name}", region="eu-central-1")
    assert config == Config(
        "repo/.sealwright.yaml",
        (prod, dev),
        waivers=(waiver,),
        stamps=StampRules(False, (SIGNER,), True),
        stores=(aws,),
        convert=(ConvertRule(("**",), "external-secret", "aws"),),
        policy=Policy(
            (Named("baseline", Position(19, 11), Position(19, 19)),),
            "medium",
            (Override(("clusters/dev/**",), ((Named("WRK001", Position(21, 50), Position(21, 56)), "off"),)),),
        ),
    )
    assert config.store("aws") == aws
    assert config.store("nowhere") is None
    assert config.cluster("prod") == prod
    assert config.cluster("nowhere") is None


def test_all_of_policy_with_its_places() -> None:
    config = parse_config(FULL.encode(), "c")
    ours = Named("./ours.yaml", Position(2, 21), Position(2, 32))
    assert config.policy.packs is not None
    assert config.policy.packs[1] == ours
    [override] = config.policy.overrides
    assert [(rule.name, level) for rule, level in override.rules] == [("WRK001", "off"), ("ESO003", "low")]
    assert (config.policy.threshold, override.threshold) == ("high", "critical")
    params = {name.name: value for name, value in config.policy.params}
    assert params == {"allowedProviders": ["aws"], "rotationDays": 90}
    assert config.policy.waivers == WaiverLimits((("critical", 30), ("high", 90)), (("critical", 2),))
    first, second = config.waivers
    assert first == Waiver(
        Named("WRK001", Position(9, 12), Position(9, 18)),
        "apps/**",
        "until the chart can do it",
        "team-shop",
        "2026-01-31",
        ResourceSelector("Deployment", "shop", "api-*"),
        ("0123456789abcdef0123456789abcdef",),
        "SHOP-12",
        ("ann", "bob"),
        "2026-01-01",
    )
    assert second == first._replace(rule=Named("ESO003", Position(9, 20), Position(9, 26)))
    assert parse_config(b"policy: {packs: []}", "c").policy == Policy(())


def test_values_of_scan() -> None:
    config = parse_config(b"\xef\xbb\xbfscan: {skip-files: [a, 'b/**'], max-bytes: 1000}\n", "c")
    assert (config.skip_files, config.max_bytes) == (("a", "b/**"), 1000)


def test_overrides_keep_their_order_and_their_places() -> None:
    text = "scan:\n  overrides:\n    - paths: [a, b]\n      rules:\n        x-y: off\n        z: high\n"
    [override] = parse_config(text.encode(), "c").overrides
    assert override.paths == ("a", "b")
    assert [(rule.name, rule.start, level) for rule, level in override.rules] == [
        ("x-y", (5, 9), "off"),
        ("z", (6, 9), "high"),
    ]


def test_a_merge_brings_in_what_is_not_there() -> None:
    config = parse_config(ACCEPTED["a merge"].encode(), "c")
    assert [(cluster.certificate, cluster.paths) for cluster in config.clusters] == [
        ("c", ()),
        ("d", ()),
        ("c", ("f",)),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://a.example.com/v1/cert.pem", "https://a.example.com/v1/cert.pem"),
        ("certs/a.pem", os.path.join("x", "certs/a.pem")),
        ("../a.pem", os.path.join("x", "../a.pem")),
        pytest.param("/etc/a.pem", "/etc/a.pem", marks=posix_only),
    ],
)
def test_a_certificate_is_looked_for_from_the_files_folder(written: str, expected: str) -> None:
    [cluster] = parse_config(f"clusters: {{a: {{certificate: '{written}'}}}}".encode(), "x/.sealwright.yaml").clusters
    assert cluster.certificate == expected


def bomb(levels: int) -> str:
    lines = ["waivers: &a0 [{}, {}, {}, {}, {}, {}, {}, {}, {}]"]
    lines += [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(12),
        "clusters:\n  a: &a {paths: [" + "b," * 1000 + "]}\n" + "".join(f"  c{n}: *a\n" for n in range(1000)),
        "scan:\n  <<: [" + "{}, " * 120_000 + "]\n",
        "[" * 200_000,
        "{a: " * 100_000,
        "scan:\n  skip-files: [" + "a," * 200_000 + "]\n",
    ],
    ids=["nested aliases", "many aliases", "many merges", "deep lists", "deep mappings", "long list"],
)
def test_what_is_made_to_take_long_is_refused(text: str) -> None:
    assert refusal(text.encode()).hint


def test_bytes_that_are_not_text() -> None:
    assert refusal(b"scan: {}\n# \xff\n").place == "dir/.sealwright.yaml:2"
    assert "not UTF-8" in str(refusal("scan: {}".encode("utf-16")))
    assert "larger than 1 MiB" in str(refusal(b"#" * (1024 * 1024 + 1)))
    assert parse_config(b"#" * (1024 * 1024), "c") == Config("c")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert load_config(str(tmp_path / "none.yaml"), required=False) == Config()
    with pytest.raises(ConfigurationError, match="no such file"):
        load_config(str(tmp_path / "none.yaml"), required=True)
    for required in (True, False):
        with pytest.raises(ConfigurationError):
            load_config(str(tmp_path), required=required)


@posix_only
def test_a_pipe_in_the_repository_does_not_stop_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".sealwright.yaml")
    with pytest.raises(ConfigurationError, match="not a regular file"):
        load_config(str(tmp_path / ".sealwright.yaml"), required=False)


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "c").open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(ConfigurationError, match="larger than 1 MiB"):
        load_config(str(tmp_path / "c"), required=False)


def test_the_environment() -> None:
    variables = {"SEALWRIGHT_SKIP_FILES": "a,b", "SEALWRIGHT_JOBS": ""}
    assert environment_value("skip-files", variables) == "a,b"
    assert environment_value("jobs", variables) is None
    assert environment_value("format", variables) is None


def test_dates_are_what_the_example_means() -> None:
    assert yaml.safe_load(EXAMPLE)["waivers"][0]["expires"] == date(2027, 1, 31)
