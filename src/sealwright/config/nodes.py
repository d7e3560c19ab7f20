"""YAML as nodes, which have lines and keep duplicate keys; bounded, so that no file stops or ends the process."""

from __future__ import annotations

from typing import Any

from sealwright.config.usual import compose_usual
from sealwright.errors import ConfigurationError
from sealwright.manifest.plain import Unsure

_MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 50


def compose(data: bytes, path: str) -> Any:
    """The root node of a file of at most 1 MiB, None for an empty one. Raises ConfigurationError with a place."""
    if len(data) > _MAX_BYTES:
        raise ConfigurationError("it is larger than 1 MiB", place=path, hint="is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"{path}:{data.count(10, 0, error.start) + 1}"
        raise ConfigurationError("it is not UTF-8", place=place, hint="save it as UTF-8") from None
    try:
        return compose_usual(text)
    except Unsure:
        return _parsed(text, path)


def _parsed(text: str, path: str) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(yaml.parse(text, Loader=loader), path)
        return yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        hint = "check indentation and quotes; it must be one document"
        raise ConfigurationError("it is not well-formed YAML", place=place, hint=hint) from None


def _check_depth(events: Any, path: str) -> None:
    """Composing recurses, in C where libyaml does it: there, a file that is nested deeply ends the process."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            place = f"{path}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
            raise ConfigurationError("it is nested too deeply", place=place, hint="is it the right file?")
