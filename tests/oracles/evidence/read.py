"""Reads documents as their own field's libraries do: `read.py oscal|in-toto FILE...`; any complaint is an exception."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def oscal(path: Path) -> None:
    from trestle.core.duplicates_validator import DuplicatesValidator
    from trestle.core.refs_validator import RefsValidator
    from trestle.oscal.assessment_results import AssessmentResults

    document = AssessmentResults.oscal_read(path)
    if document is None:
        raise ValueError("there is no document")
    for validator in (DuplicatesValidator(), RefsValidator()):
        if not validator.model_is_valid(document, quiet=False):
            raise ValueError(type(validator).__name__)


def in_toto(path: Path) -> None:
    from google.protobuf.json_format import Parse
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
    from in_toto_attestation.v1.statement import Statement

    text = path.read_text(encoding="utf-8")
    Statement.copy_from_pb(Parse(text, statement_pb2.Statement())).validate()
    predicate = Parse(json.dumps(json.loads(text)["predicate"]), test_result_pb2.TestResult())
    for descriptor in predicate.configuration:
        ResourceDescriptor.copy_from_pb(descriptor).validate()


if __name__ == "__main__":
    kind, *paths = sys.argv[1:]
    for name in paths:
        (oscal if kind == "oscal" else in_toto)(Path(name))
