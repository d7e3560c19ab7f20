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
    "github": ("sealwright.report.github", "GithubReporter"),
}


def reporter(name: str, style: Style) -> Reporter:
    """A fresh reporter for a format. Raises UsageError for one that does not exist."""
    if name not in FORMATS:
        raise UsageError(f"there is no format `{name}`", hint=f"one of {', '.join(FORMATS)}")
    from importlib import import_module

    module, class_name = FORMATS[name]
    factory: Callable[[Style], Reporter] = getattr(import_module(module), class_name)
    return factory(style)
