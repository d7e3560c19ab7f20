"""Values that are no secret although they stand where one could: references, substitutions, words that mean "later".

A reference names a place that holds the value (`op://vault/item/field`); a substitution is filled in before the
manifest reaches a cluster (`${TOKEN}`, `{{ .Values.token }}`). Both are safe in Git. A value that mixes one with
literal text is safe only where the literal part cannot be the secret.
"""

from __future__ import annotations

import re

_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_SUBSTITUTION = re.compile(
    rf"""
    \$\{{{_NAME}(?:\s*:?[-=]\s*|:?\?[^}}]*)?\}}   # ${{VAR}} ${{VAR:-}} ${{VAR:?message}}, but not ${{VAR:-literal}}
  | \$\({_NAME}\)                                  # $(VAR)
  | \{{\{{.{{0,300}}?\}}\}} | \{{%.{{0,300}}?%\}}  # Helm, Go, Jinja, Argo CD, External Secrets
  | <<.{{0,300}}?>> | \#\{{.{{0,300}}?\}}\# | \[\[.{{0,300}}?\]\]   # Flux ResourceSet, Octopus, Consul
  | <(?:path|vault|secret):[^<>\s]+>               # Argo CD Vault plug-in
  | \ue000+                                        # a masked template action
    """,
    re.VERBOSE | re.DOTALL,
)
_WHOLE = re.compile(
    r"""
    <[^<>\n]{0,80}> | \$[A-Z_][A-Z0-9_]* | __[A-Z0-9_]+__ | @@?[A-Z0-9_]+@@? | %[A-Z0-9_]+% # <your-token> $TOKEN __TOKEN__
  | op://[^\s]+ | ref\+[a-z0-9]+://[^\s]+ | secretref\+[a-z0-9]+://[^\s]+   # 1Password, vals
  | (?:>>)?(?:vault|bao):[A-Za-z0-9_./\-]+(?:\#[^\s]*)?               # bank-vaults
  | (?:ssm|awssm|awsps|asm|gcpsm|gsm|azkv|akeyless|keeper|infisical|doppler|bws|conjur):(?://)?[A-Za-z0-9_./\-\#:]+
  | arn:aws[a-z-]*:(?:secretsmanager|ssm):[^\s]+
  | ENC\[[A-Z0-9_]+,[^\]]*\]                                          # SOPS, eyaml
  | \{cipher\}[A-Za-z0-9+/=]+
  | \$ANSIBLE_VAULT;.*
  | -----BEGIN\ (?:AGE\ ENCRYPTED\ FILE|PGP\ MESSAGE)-----.*
  | enc:[a-z0-9]+:[^\s]+
    """,
    re.VERBOSE | re.DOTALL,
)
_LATER = re.compile(
    r"""
    change[-_ ]?(?:me|it|this)(?:[-_ ].*)?!? | replace[-_ ]?(?:me|this|with[-_ ].*)? | fill[-_ ]?(?:me|this)(?:[-_ ]in)?
  | (?:insert|enter|put|add|set)[-_ ](?:your|a|the)[-_ ].* | your[-_ ].* | .*[-_ ](?:goes[-_ ])?here
  | to[-_ ]?be[-_ ].* | todo | tbd | fixme | redacted | masked | hidden | removed | omitted | placeholder
  | (?:[a-z]+[-_ ])?placeholder(?:[-_ ][a-z]+)? | dummy | not[-_ ]?(?:used|set|needed) | unused | unset | none | null | nil
  | n/?a | x{3,} | \*{3,} | \.{3,} | -+ | \u2026+ | \[?redacted\]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_URL_CREDENTIALS = re.compile(r"[a-z][a-z0-9+.\-]*://[^\s/@]*\Z", re.IGNORECASE)
_MAX_LENGTH = 64 * 1024
_MAX_WORDS = 100


def is_placeholder(value: str) -> bool:
    """Whether a decoded value is empty, a reference, a substitution, or a word that stands for a value to come."""
    text = value.strip().strip("\"'")
    if not text:
        return True
    if len(text) > _MAX_LENGTH:
        return False
    return is_reference(text) or (len(text) <= _MAX_WORDS and _LATER.fullmatch(text) is not None)


def is_reference(value: str) -> bool:
    """Whether something else fills the value in before it reaches a cluster: sealing it as it stands would break it."""
    text = value.strip()
    if not text or len(text) > _MAX_LENGTH:
        return False
    if _WHOLE.fullmatch(text):
        return True
    rest, count = _SUBSTITUTION.subn("", text)
    if not count:
        return False
    return not any(char.isalnum() for char in rest) or _only_address_is_literal(text)


def _only_address_is_literal(text: str) -> bool:
    """`postgres://app:${PASSWORD}@db/app`: what is literal in a URL around substituted credentials is an address."""
    if "\n" in text:
        return False
    match = _SUBSTITUTION.search(text)
    while match is not None:
        before, after = text[: match.start()], text[match.end() :]
        if after.startswith("@") and _URL_CREDENTIALS.search(_SUBSTITUTION.sub("", before)):
            return True
        match = _SUBSTITUTION.search(text, match.end())
    return False
