"""Every output format by its name on the command line. Adding one adds a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.report.base import Reporter, Style

# (module, class): imported when asked for, since a hook needs one of them.
FORMATS = {
    "text": ("sealwright.report.text", "TextReporter"),
    "json": ("sealwright.report.json_v1", "JsonReporter"),
    "sarif": ("sealwright.report.sarif", "SarifReporter"),
    "sarif-github": ("sealwright.report.sarif", "GithubSarifReporter"),
    "github": ("sealwright.report.github", "GithubReporter"),
    "junit": ("sealwright.report.junit", "JunitReporter"),
    "gitlab": ("sealwright.report.gitlab", "GitlabReporter"),
    "markdown": ("sealwright.report.markdown", "MarkdownReporter"),
    "html": ("sealwright.report.html.reporter", "HtmlReporter"),
    "in-toto": ("sealwright.report.evidence.in_toto", "InTotoReporter"),
    "oscal": ("sealwright.report.evidence.oscal", "OscalReporter"),
}


def reporter(name: str, style: Style) -> Reporter:
    """A fresh reporter for a format. Raises UsageError for one that does not exist."""
    if name not in FORMATS:
        raise UsageError(f"there is no format `{name}`", hint=f"one of {', '.join(FORMATS)}")
    from importlib import import_module

    module, class_name = FORMATS[name]
    factory: Callable[[Style], Reporter] = getattr(import_module(module), class_name)
    return factory(style)
