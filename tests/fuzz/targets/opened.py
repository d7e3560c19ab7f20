"""What people hand back after editing, and what was sealed as a whole: values, or a refusal that shows none."""

from __future__ import annotations

import json

from fuzz.held import CANARY, hold_no_value
from fuzz.manifests import ENCODED, SECRET, WORDS

from sealwright.convert.editor_text import edited_values
from sealwright.errors import SealwrightError
from sealwright.finding import ResourceRef
from sealwright.plaintext import Plaintext
from sealwright.run.convert.masked import MaskedDiff
from sealwright.sealing.controller.document import items_of_answer
from sealwright.sealing.old_format import whole_secret

WHOLE = {
    "kind": "Secret",
    "metadata": {"name": "db", "creationTimestamp": None},
    "data": {"a": ENCODED},
    "type": "Opaque",
}
ANSWER = {"kind": "SealedSecret", "spec": {"encryptedData": {"a": ENCODED}}}
PLAIN = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  a: {CANARY}\n  b: |-\n    x\n"
SEEDS = (PLAIN.encode(), SECRET.encode(), *(json.dumps(text).encode() for text in (WHOLE, ANSWER)))
_REF = ResourceRef("v1", "Secret", "", "db")

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    try:
        edited_values(data, _REF)
    except SealwrightError as error:
        hold_no_value([error.message, error.hint], data)
    whole = whole_secret(Plaintext(data))
    assert whole is None or CANARY not in repr(whole)
    items_of_answer(data, 1)
    shown = MaskedDiff([Plaintext(CANARY.encode())]).of("a.yaml", data, SECRET.encode())
    assert CANARY not in shown
    assert ENCODED not in shown
