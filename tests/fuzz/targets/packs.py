"""Packs of rules that a repository brings: read, joined and checked, or an error with its place; nothing is run."""

from __future__ import annotations

import re
from pathlib import Path

from sealwright.errors import ConfigurationError
from sealwright.policy.packs.catalogue import policies_folder, shipped
from sealwright.policy.packs.checking import check_file
from sealwright.policy.packs.joining import with_files
from sealwright.policy.packs.reader import read_pack

OURS = b"""\
pack: ours
version: 1.0.0
title: Ours
description: What we ask for
variables:
  own: "object.metadata.?labels.orValue({})"
params:
  limit: {type: int, value: 3, description: x}
set: {}
include:
  - {packs: [csi], without: [CSI001], severity: low}
rules:
  - id: OUR001
    slug: our-label
    title: Objects have an owner
    why: Somebody must answer
    severity: medium
    kinds: [Deployment, v1/Secret]
    at: [metadata.labels]
    message: no owner
    remediation: add one
    expression: "'owner' in variables.own"
    fix: {op: add, path: /metadata/labels/owner, value: x}
    tests:
      pass: [{object: {apiVersion: v1, kind: Secret, metadata: {labels: {owner: a}}}}]
      fail: [{object: {apiVersion: v1, kind: Secret}}]
  - id: OUR002
    slug: our-shape
    title: Shape
    why: Why
    severity: high
    kinds: [ConfigMap]
    message: wrong
    remediation: mend
    schema: {type: object, required: [data], properties: {data: {patternProperties: {"^a+$": {type: string}}}}}
"""


def _ours(name: str) -> bytes:
    """The first rules of a shipped pack, under names of ours."""
    text = (Path(policies_folder()) / name).read_text(encoding="utf-8")
    return re.sub(r"\b([A-Z]{3})([0-9]{3})\b", r"O\2\1", text)[:3000].rpartition("\n")[0].encode()


SEEDS = (OURS, OURS.replace(b"\n", b"\r\n"), OURS[:600], _ours("csi.yaml"), b"pack: x\nversion: '1'\ntitle: T\n")
WORDS = (
    *(
        b"rules:\n",
        b"  - id: ABC123\n",
        b"expression: ",
        b"schema: ",
        b"{type: object}",
        b"$ref: '#'",
        b"$ref: http://x",
        b"kinds: ",
    ),
    *(
        b"|\n",
        b">-\n",
        b"object",
        b"params.limit",
        b"variables.own",
        b"(((((",
        b"'",
        b'"',
        b"[",
        b"]",
        b"{",
        b"}",
        b"&a ",
        b"*a",
    ),
    *(
        b"pattern: '(a*)*b'",
        b"include:\n",
        b"check: os.system",
        b"fix: ",
        b"/~1/~0",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\x0b",
        b"\x00",
    ),
)


def run(data: bytes) -> None:
    try:
        file = read_pack(data, "ours.yaml")
        check_file(file, with_files(shipped(), [file]))
    except ConfigurationError as error:
        assert error.place.startswith("ours.yaml")
        assert error.message
