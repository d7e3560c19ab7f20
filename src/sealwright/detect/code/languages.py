"""What a language's text looks like, as far as its strings, comments and lines go; and which files are tests."""

from __future__ import annotations

import re
from typing import NamedTuple

from sealwright.manifest.endings import base_name
from sealwright.patterns import Pattern


class Language(NamedTuple):
    """`strict`: values count where they look made by a machine, since programs hold fixtures and defaults.

    `insertion` matches what a string takes from elsewhere; `prefixed`: only in strings that have one of these letters
    before their quote.
    """

    line_comments: tuple[str, ...] = ("//",)
    block_comments: bool = True
    triple: tuple[str, ...] = ()
    multiline: str = ""
    """Quotes of strings that may have several lines."""
    verbatim: str = ""
    """Quotes of strings in which a backslash is a letter."""
    insertion: Pattern | None = None
    prefixed: str = ""
    heredocs: bool = False
    strict: bool = False
    plain_data: bool = False
    """`data` of a Secret takes text that is not encoded."""
    declares: bool = False
    """It says how things are to be, so that a name means what it says."""


_BRACES = r"\{(?:[^{}\n]|\{[^{}\n]{0,200}\}){0,400}\}"
_DOLLAR = Pattern(rf"(?<!\$)[$%]{_BRACES}")
_DOLLAR_NAME = Pattern(rf"\${_BRACES}|\$[A-Za-z_]\w{{0,100}}")
_HASH = Pattern(rf"#{_BRACES}")
_BARE = Pattern(_BRACES)
_PARENTHESES = Pattern(r"\\#{0,4}\((?:[^()\n]|\([^()\n]{0,200}\)){0,400}\)")

_SCRIPT = Language(multiline="`", insertion=_DOLLAR)
_PYTHON = Language(("#",), block_comments=False, triple=('"""', "'''"), insertion=_BARE, prefixed="fF")
_TERRAFORM = Language(("#", "//"), insertion=_DOLLAR, heredocs=True, plain_data=True, declares=True)
_JSONNET = Language(("#", "//"), triple=("|||",), multiline="\"'", declares=True)
_LANGUAGES: dict[str, Language] = {
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"), _SCRIPT),
    **dict.fromkeys((".tf", ".tofu", ".hcl", ".tfvars"), _TERRAFORM),
    ".tf.json": Language((), block_comments=False, insertion=_DOLLAR, plain_data=True, declares=True),
    **dict.fromkeys((".jsonnet", ".libsonnet"), _JSONNET),
    ".py": _PYTHON,
    **dict.fromkeys((".star", ".bzl"), _PYTHON),
    ".dhall": Language(("--",), insertion=_DOLLAR),
    ".cue": Language(triple=('"""', "'''"), insertion=_PARENTHESES, declares=True),
    ".go": Language(multiline="`", verbatim="`", strict=True),
    ".java": Language(triple=('"""',), strict=True),
    **dict.fromkeys((".kt", ".kts"), Language(triple=('"""',), insertion=_DOLLAR_NAME, strict=True)),
    ".cs": Language(triple=('"""',), insertion=_BARE, prefixed="$", strict=True),
    ".rb": Language(("#",), block_comments=False, insertion=_HASH, heredocs=True, strict=True),
}
_TEST = Pattern(
    r"(?:^|/)(?:testdata|__tests__|__mocks__|e2e|src/test)/"
    r"|_test\.(?:go|py|rb|star|bzl)\Z|_spec\.rb\Z|\.(?:spec|test|stories)\.[cm]?[jt]sx?\Z|\.tftest\.hcl\Z"
    r"|(?:^|/)(?:test_[^/]{0,100}|conftest|tests)\.py\Z|[a-z0-9]Tests?\.(?:java|kt|cs)\Z",
    re.MULTILINE,
)


def language_of(path: str) -> Language | None:
    """The language of a file by its ending; None for tests and for everything else."""
    name = base_name(path)
    ending = ".tf.json" if name.endswith(".tf.json") else name[name.rfind(".") :] if "." in name else ""
    language = _LANGUAGES.get(".star" if name in {"tiltfile", "build", "workspace"} else ending)
    return None if language is None or _TEST.search(path) else language
