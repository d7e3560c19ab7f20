"""How much a view is to be believed: settings hold what they say, code and documentation hold examples as well."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sealwright.manifest.documents import Form
from sealwright.manifest.endings import base_name
from sealwright.manifest.families import Family, family_of
from sealwright.manifest.nodes import Mapping, Sequence

if TYPE_CHECKING:
    from sealwright.detect.base import View

_MANIFESTS = (".yaml", ".yml", ".json")
_DECLARATIONS = (".tf", ".tofu", ".hcl", ".jsonnet", ".libsonnet", ".cue", ".nix", ".xml", ".gradle", ".kts")
"""Code that says how things are to be, and does so in earnest."""
_TESTS = ("/test/", "/tests/", "/testdata/", "/__tests__/", "/fixtures/", "/spec/", "/e2e/", "/mocks/")
_TEST_NAMES = ("_test.", ".test.", ".spec.", "test_", "_spec.")


class Genre(Enum):
    """How likely what looks like a credential is one."""

    MANIFEST = "manifest"
    """Read by the parsers: its scalars are known."""
    SETTINGS = "settings"
    """dotenv, properties, scripts, Terraform, files without an ending."""
    CODE = "code"
    TESTS = "tests"
    """Of code: what looks real in them is made up as a rule."""
    PROSE = "prose"


def genre_of(view: View) -> Genre:
    """By the file's name, and by what the parsers made of it."""
    path, name = f"/{view.source.path.lower()}", base_name(view.source.path)
    family = family_of(view.source.path, view.source.text)
    if family is Family.PROSE:
        return Genre.PROSE
    if family is Family.CODE and not name.endswith(_DECLARATIONS):
        tests = any(part in path for part in _TESTS) or any(part in name for part in _TEST_NAMES)
        return Genre.TESTS if tests else Genre.CODE
    if family is Family.MANIFEST:
        named = name.endswith(_MANIFESTS)
        for document in view.documents:
            if isinstance(document.root, (Mapping, Sequence)) and (named or document.form is not Form.OUTLINE):
                return Genre.MANIFEST
    return Genre.SETTINGS
