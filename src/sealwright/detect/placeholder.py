"""Values that are no secret although they stand where one could: references, substitutions, words that mean "later".

A reference names a place that holds the value (`op://vault/item/field`); a substitution is filled in before the
manifest reaches a cluster (`${TOKEN}`, `{{ .Values.token }}`). Both are safe in Git. A value that mixes substitutions
with literal text is judged by `mixed`.
"""

from __future__ import annotations

import re

from sealwright.detect.sops import is_encrypted
from sealwright.manifest.nodes import FILL
from sealwright.patterns import Pattern

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_VARIABLE = r"\.?[A-Za-z_][A-Za-z0-9_.]*[ ]?"  # no dash: in `${VAR-literal}` it begins a default
_SUBSTITUTION = Pattern(
    rf"""
    \$\{{(?:env|file|secrets?|configmaps?|vault|aws|gcp|strimzi(?:env|file|dir|secrets)):[^{{}}\s]*\}}  # Kafka, ...
  | \$\{{{_VARIABLE}(?:\[[^\[\]{{}}\s]{{1,60}}\][A-Za-z0-9_.]*)?   # ${{VAR}}, ${{module.list[0].x}}
      (?: :?[-=](?P<default>[^{{}}\n]{{0,100}})            # ${{VAR:-}}, ${{VAR:-changeme}}; not ${{VAR:-literal}}
        | :?\?[^{{}}]{{0,300}}                             # ${{VAR:?message}}
        | :\d+(?::\d+)? | \^\^? | ,,? | [\#/]{{1,2}}[^{{}}\s]{{0,60}}   # functions of bash, as in Flux
      )?\}}
  | \$\({_NAME}\)                                  # $(VAR)
  | \{{\{{.{{0,300}}?\}}\}} | \{{%.{{0,300}}?%\}}  # Helm, Go, Jinja, Argo CD, External Secrets
  | <%.{{0,300}}?%>                                # ERB
  | <<.{{0,300}}?>> | \#\{{.{{0,300}}?\}}\#? | \[\[.{{0,300}}?\]\]   # Flux ResourceSet, Octopus, Consul
  | \(\({_NAME}\)\)                                # Concourse, BOSH
  | <(?:path|vault|secret):[^<>\n]{{1,300}}>       # Argo CD Vault plug-in
  | {FILL}+                                        # a masked template action
    """,
    re.VERBOSE | re.DOTALL,
)
_WHOLE = Pattern(
    r"""
    <(?:[^<>\n0-9]{0,80}|[^<>\n]{1,40}[ _\-][^<>\n]{0,40})>          # <token>, <your key 1>
  | \$[A-Z_][A-Z0-9_]* | __[A-Z0-9_]+__ | @@?[A-Z0-9_]+@@? | %[A-Z0-9_]+%
  | \$\([^\n]{1,400}\)                                                 # what a command prints
  | \$__[a-z]{1,20}\{[^{}\n]{0,200}\}                                  # Grafana
  | (?:env|file):[A-Za-z0-9_./\-]+ | ENV\[[^\[\]\n]{1,80}\] | \{(?:env\.|\$)[A-Za-z0-9_.]{1,80}\}
  | %[A-Za-z]{0,2}\{[^{}\n]{1,100}\} | \$\.[A-Za-z_][A-Za-z0-9_.]{0,100}   # log4j, hiera; Jsonnet
  | op://[^/\n]+/[^/\n]+/[^\s]+ | ref\+[a-z0-9]+://[^\s]+ | secretref\+[a-z0-9]+://[^\s]+   # 1Password, vals
  | (?:>>)?(?:vault|bao):[A-Za-z0-9_./\-]+(?:\#[^\s]*)?               # bank-vaults
  | (?:ssm|secretsmanager|kms|awssm|awsps|asm|gcpsm|gsm|sm|azkv|akv|akeyless|keeper|infisical|doppler|bws|conjur
      |berglas):(?://|[A-Za-z0-9_.\-]*[/\#])[A-Za-z0-9_./\-\#:]+
  | arn:aws[a-z-]*:(?:secretsmanager|ssm):[^\s]+
  | @Microsoft\.KeyVault\([^()\s]+\)
  | ENC\[(?:PKCS7|GPG|KMS|GKMS|VAULT),[A-Za-z0-9+/=\s]{20,}\]         # eyaml
  | \{cipher\}[A-Za-z0-9+/=]+
  | \$ANSIBLE_VAULT;[^\n]{1,80}\n[0-9a-f\s]*
  | -----BEGIN\ (AGE\ ENCRYPTED\ FILE|PGP\ MESSAGE)-----[^\-]*-----END\ \1-----
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = r"(?:[-_ ][a-z]{1,20}){0,8}"  # letters only: `changeme-s3cret9` may be the secret
_LATER = Pattern(
    rf"""
    change[-_ ]?(?:me|it|this){_WORDS}!* | replace[-_ ]?(?:me|it|this|with{_WORDS}){_WORDS}!*
  | fill[-_ ]?(?:me|this)(?:[-_ ]in)? | update[-_ ]?(?:me|this)
  | (?:insert|enter|put|add|set|use)[-_ ](?:your|a|an|the|my){_WORDS} | your[-_ ][a-z]{{1,20}}{_WORDS}
  | [a-z]{{1,20}}{_WORDS}[-_ ](?:goes[-_ ])?here
  | to[-_ ]?be[-_ ](?:added|changed|configured|created|decided|defined|determined|done|filled|generated|injected|
      overridden|overwritten|patched|populated|provided|replaced|set|supplied|updated){_WORDS}
  | todo | tbd | fixme | \[?redacted\]? | masked | hidden | removed | omitted | dummy | unused | unset
  | none | null | nil | (?:[a-z]{{1,20}}[-_ ])?placeholder(?:[-_ ][a-z]{{1,20}})? | not[-_ ]?(?:used|set|needed)
  | (?:injected|managed|provided|populated)[-_ ]by[-_ ][a-z]{{1,20}}{_WORDS}
  | [*?]{{1,4}} | n/?a | (?:[a-z]{{1,8}}[-_])?x{{3,}} | [a-z]{{1,12}}[-_](?:\.{{3,}}|\u2026)
  | your[a-z]{{1,20}} | \*{{3,}} | \.{{3,}} | -+ | \u2026+ | \u2022{{3,}}
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in every text that _LATER matches: to look for them is cheaper than to compile it.
_STEMS = (
    *("change", "replace", "fill", "update", "insert", "enter", "put", "add", "set", "use", "your", "here", "be"),
    *("todo", "tbd", "fixme", "redacted", "masked", "hidden", "removed", "omitted", "dummy", "none", "null", "nil"),
    *("placeholder", "not", "injected", "managed", "provided", "populated", "na", "n/a"),
    *("*", "?", "xxx", "...", "-", "\u2026", "\u2022"),
)
_SIGNS = frozenset(f"<$_@%:[{{({FILL}")
"""Every reference and substitution but armoured text has one of these; most passwords have none."""
_MAX_LENGTH = 64 * 1024
_MAX_WORDS = 100
_MAX_NESTED = 4


def is_placeholder(value: str) -> bool:
    """Whether a decoded value is empty, a reference, a substitution, or a word that stands for a value to come."""
    text = value.strip().strip("\"'").strip()
    if not text:
        return True
    if len(text) > _MAX_LENGTH:
        return False
    return is_reference(text) or _is_later(text.strip("*_ ") or text)


def is_reference(value: str) -> bool:
    """Whether something else fills the value in before it reaches a cluster: sealing it as it stands would break it."""
    text = value.strip()
    if not text or len(text) > _MAX_LENGTH:
        return False
    if _SIGNS.isdisjoint(text) and not text.startswith("-----BEGIN"):
        return False
    if _WHOLE.fullmatch(text) or is_encrypted(text):
        return True
    masked = text
    for _ in range(_MAX_NESTED):  # inside out: ${A:-${B}}
        before, masked = masked, _SUBSTITUTION.sub(_masked, masked)
        if masked == before:
            break
    if FILL not in masked:
        return False
    from sealwright.detect.mixed import is_harmless_mixture

    return is_harmless_mixture(masked)


def _masked(match: re.Match[str]) -> str:
    default = (match.group("default") or "").strip().strip("\"'")
    if default.strip(FILL) and not _is_later(default) and not default.startswith("$"):
        return match.group()
    return FILL


def _is_later(text: str) -> bool:
    if len(text) > _MAX_WORDS or any(char.isdigit() for char in text):
        return False  # none of these words has a digit, and most passwords have one
    lowered = text.lower()
    return any(stem in lowered for stem in _STEMS) and _LATER.fullmatch(text) is not None
