"""What the two forms of evidence have to look like, by their specifications; an unknown key is a mistake of ours."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

HEX40, HEX64 = {"pattern": "^[0-9a-f]{40}$"}, {"pattern": "^[0-9a-f]{64}$"}
TEXT = {"type": "string", "minLength": 1}
LINE = {"type": "string", "pattern": r"^[^\n]+$"}
PROPER = {"type": "string", "pattern": r"^\S(.*\S)?$"}
TOKEN = {"type": "string", "pattern": r"^[^\W\d][\w.\-]*$"}
UUID5 = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "format": "date-time"}
REFERENCE = {"type": "string", "format": "uri-reference", "pattern": r"^[!-~]+$"}


def record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these keys and no others."""
    properties = required | (optional or {})
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def several(item: Any, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


# in-toto Attestation Framework v1: statement, resource descriptor, digest set; predicate test-result v0.1.
DIGEST = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {"gitCommit": HEX40, "gitTree": HEX40, "sha256": HEX64, "dirHash": HEX64},
}
DESCRIPTOR = record({}, {"name": TEXT, "uri": TEXT, "digest": DIGEST, "annotations": {"type": "object"}}) | {
    "anyOf": [{"required": ["uri"]}, {"required": ["digest"]}]
}
TESTS = {"type": "array", "items": TEXT, "uniqueItems": True}
STATEMENT = record(
    {
        "_type": {"const": "https://in-toto.io/Statement/v1"},
        "subject": several(record({"name": TEXT, "digest": DIGEST})),
        "predicateType": {"const": "https://in-toto.io/attestation/test-result/v0.1"},
        "predicate": record(
            {
                "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
                "configuration": several(DESCRIPTOR),
                "passedTests": TESTS,
                "warnedTests": TESTS,
                "failedTests": TESTS,
            },
            {"url": TEXT},
        ),
    }
)

# OSCAL 1.2.1: assessment results, of which these are the parts that we write.
PROP = record({"name": TOKEN, "value": PROPER}, {"ns": REFERENCE})
PROPS = several(PROP)
LINK = record({"href": REFERENCE}, {"rel": TOKEN})
STATUS = record({"state": {"const": "operational"}})
COMPONENT = record(
    {"uuid": UUID5, "type": {"const": "software"}, "title": LINE, "description": TEXT, "status": STATUS},
    {"props": PROPS},
)
PLATFORM = record({"uuid": UUID5, "title": LINE, "uses-components": several(record({"component-uuid": UUID5}))})
CONTROL = record({"control-id": TOKEN})
SELECTION = record(
    {"description": TEXT},
    {
        "links": several(LINK),
        "include-all": record({}),
        "include-controls": several(CONTROL),
        "exclude-controls": several(CONTROL),
    },
) | {"oneOf": [{"required": ["include-all"]}, {"required": ["include-controls"]}]}
OBSERVATION = record(
    {
        "uuid": UUID5,
        "title": LINE,
        "description": TEXT,
        "props": PROPS,
        "methods": several({"enum": ["EXAMINE", "INTERVIEW", "TEST"]}),
        "types": several({"enum": ["discovery", "control-objective", "mitigation"]}),
        "subjects": several(record({"subject-uuid": UUID5, "type": {"const": "component"}, "title": LINE})),
        "relevant-evidence": several(record({"description": TEXT}, {"href": REFERENCE})),
        "collected": TIME,
    }
)
RISK = record(
    {
        "uuid": UUID5,
        "title": LINE,
        "description": TEXT,
        "statement": TEXT,
        "props": PROPS,
        "status": {"enum": ["open", "deviation-requested", "deviation-approved"]},
    },
    {"deadline": TIME},
)
FINDING = record(
    {
        "uuid": UUID5,
        "title": LINE,
        "description": TEXT,
        "props": PROPS,
        "origins": several(record({"actors": several(record({"type": {"const": "tool"}, "actor-uuid": UUID5}))})),
        "target": record(
            {
                "type": {"enum": ["objective-id", "statement-id"]},
                "target-id": TOKEN,
                "status": record(
                    {
                        "state": {"enum": ["satisfied", "not-satisfied"]},
                        "reason": {"enum": ["pass", "fail", "other"]},
                        "remarks": TEXT,
                    }
                ),
            }
        ),
    },
    {
        "related-observations": several(record({"observation-uuid": UUID5})),
        "related-risks": several(record({"risk-uuid": UUID5})),
    },
)
RESULT = record(
    {
        "uuid": UUID5,
        "title": LINE,
        "description": TEXT,
        "start": TIME,
        "end": TIME,
        "props": PROPS,
        "local-definitions": record(
            {
                "components": several(COMPONENT),
                "assessment-assets": record(
                    {"components": several(COMPONENT), "assessment-platforms": several(PLATFORM)}
                ),
            }
        ),
        "reviewed-controls": record({"control-selections": several(SELECTION)}),
        "remarks": TEXT,
    },
    {"observations": several(OBSERVATION), "risks": several(RISK), "findings": several(FINDING)},
)
RESOURCE = record(
    {"uuid": UUID5, "title": LINE, "description": TEXT},
    {"props": PROPS, "rlinks": several(record({"href": REFERENCE, "media-type": TEXT}))},
)
METADATA = record(
    {"title": LINE, "last-modified": TIME, "version": PROPER, "oscal-version": {"const": "1.2.1"}, "remarks": TEXT}
)
RESULTS = record(
    {
        "assessment-results": record(
            {
                "uuid": UUID5,
                "metadata": METADATA,
                "import-ap": record({"href": {"pattern": "^#[0-9a-f-]{36}$"}, "remarks": TEXT}),
                "results": several(RESULT),
                "back-matter": record({"resources": several(RESOURCE)}),
            }
        )
    }
)


def assert_statement(document: Any) -> None:
    """That it is an in-toto statement of a test result."""
    _assert_shape("statement", document)
    names = [subject["name"] for subject in document["subject"]]
    assert len(set(names)) == len(names)
    tests = [document["predicate"][f"{kind}Tests"] for kind in ("passed", "warned", "failed")]
    assert sum(map(len, tests)) == len(set().union(*tests)), "a test has one outcome"


def assert_assessment_results(document: Any) -> None:
    """That it is an OSCAL document whose parts refer to one another, and in which no identifier is there twice."""
    _assert_shape("results", document)
    root = document["assessment-results"]
    identifiers = list(_identifiers(root))
    assert len(set(identifiers)) == len(identifiers)
    assert root["import-ap"]["href"][1:] in {resource["uuid"] for resource in root["back-matter"]["resources"]}
    for result in root["results"]:
        assets = result["local-definitions"]["assessment-assets"]
        tools = {tool["uuid"] for tool in assets["components"]}
        trees = {tree["uuid"] for tree in result["local-definitions"]["components"]}
        observations = {one["uuid"] for one in result.get("observations", ())}
        risks = {one["uuid"] for one in result.get("risks", ())}
        assert {
            used["component-uuid"] for one in assets["assessment-platforms"] for used in one["uses-components"]
        } <= tools
        assert {s["subject-uuid"] for one in result.get("observations", ()) for s in one["subjects"]} <= trees
        for finding in result.get("findings", ()):
            assert {actor["actor-uuid"] for origin in finding["origins"] for actor in origin["actors"]} <= tools
            assert {one["observation-uuid"] for one in finding.get("related-observations", ())} <= observations
            assert {one["risk-uuid"] for one in finding.get("related-risks", ())} <= risks


_VALIDATORS = {
    name: Draft202012Validator(schema, format_checker=FormatChecker())
    for name, schema in (("statement", STATEMENT), ("results", RESULTS))
}


def _assert_shape(name: str, document: Any) -> None:
    errors = list(_VALIDATORS[name].iter_errors(document))
    assert errors == [], [(list(error.absolute_path), error.message[:200]) for error in errors[:3]]


def _identifiers(value: Any) -> Any:
    if isinstance(value, dict):
        yield from (value[key] for key in value if key == "uuid")
        for item in value.values():
            yield from _identifiers(item)
    elif isinstance(value, list):
        for item in value:
            yield from _identifiers(item)
