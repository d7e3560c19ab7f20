"""`sealwright policy eval`: the value of an expression for the objects of a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sealwright.errors import ExitCode, UnreadableError, UsageError
from sealwright.plaintext import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator


def evaluate(expression: str | None, path: str | None) -> ExitCode:
    """One line of JSON for each object. Exit code 1 where one of the values is false, 3 where one cannot be had."""
    from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError, ExpressionError
    from sealwright.policy.cel.scope import Scope
    from sealwright.policy.packs.checking import compiled
    from sealwright.policy.packs.load import load_catalogue
    from sealwright.policy.packs.names import params_in

    if not expression or not path:
        raise UsageError("--expression and --object are needed", hint="--expression 'has(object.spec)' --object a.yaml")
    catalogue = load_catalogue()
    try:
        program = compiled(expression, catalogue.variables)
    except ExpressionError as error:
        sys.stderr.write(_caret(expression, error.offset))
        raise UsageError(error.message, hint=f"did you mean `{error.hint}`?" if error.hint else "") from None
    params = {name: param.value for name, param in catalogue.params.items()}
    for name in params_in(expression):
        if name not in params:
            raise UsageError(f"there is no parameter `{name[:40]}`", hint=f"there are: {', '.join(sorted(params))}")
    definitions = {
        f"variables.{name}": compiled(text, catalogue.variables) for name, text in catalogue.variables.items()
    }
    code = ExitCode.CLEAN
    for value, held in _values(path):
        try:
            result = program.evaluate(Scope({"object": value, "params": params}, definitions))
        except EvaluationError as error:
            raise UnreadableError(f"the expression has no value: {error}") from None
        except BudgetExceeded:
            raise UnreadableError("the expression takes more steps than it may") from None
        sys.stdout.write(f"{_json(_masked(result, value) if held else result)}\n")
        if result is False:
            code = ExitCode.FINDINGS
    return code


def _values(path: str) -> Iterator[tuple[Any, bool]]:
    """The objects of a file; its documents as they are where none is an object. Each with: may it hold values?

    Whatever a scan finds in a file makes all of it suspect: an expression may put together what stands apart.
    """
    from sealwright.cli.streams import standard_input
    from sealwright.detect.scanner import scan_source
    from sealwright.manifest.documents import read_documents
    from sealwright.manifest.source import decode
    from sealwright.manifest.values import value_of
    from sealwright.policy.objects import objects_in

    try:
        if path == "-":
            data = standard_input()
        else:
            with open(path, "rb") as file:
                data = file.read()
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", place=path, hint="check --object") from None
    source = decode(path, data)
    contents = objects_in(source)
    found = bool(scan_source(source, gated=False).findings)
    if contents.problems or contents.templates:
        where = contents.problems[0] if contents.problems else None
        message = where.message if where else "it is a template, which says nothing before it is rendered"
        place = f"{path}:{where.line}:{where.column}" if where and where.line else path
        raise UnreadableError(message, place=place)
    if contents.subjects:
        yield from ((subject.value, found or _is_secret(subject.value)) for subject in contents.subjects)
        return
    roots = [document.root for document in read_documents(source) if document.root is not None]
    if not roots:
        raise UnreadableError("it holds nothing", place=path)
    values = [value_of(root) for root in roots]
    yield from ((value, found or _is_secret(value)) for value in values)


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("kind")).lower() in {"secret", "sealedsecret"}


def _masked(result: Any, secret: dict[str, Any]) -> Any:
    """What an expression makes of a Secret, with every text masked that is neither a key nor one of its names."""
    if isinstance(result, dict):
        return {key if key in _keys(secret) else MASK: _masked(inner, secret) for key, inner in result.items()}
    if isinstance(result, list):
        return [_masked(inner, secret) for inner in result]
    if isinstance(result, bool) or result is None:
        return result
    if isinstance(result, (int, float)):
        return MASK if result in _numbers([secret.get("data"), secret.get("stringData")]) else result
    names = {str(secret.get(field)) for field in ("apiVersion", "kind", "type")} | _texts(secret.get("metadata"))
    return result if isinstance(result, str) and result in names else MASK


def _keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return {key for inner in value for key in _keys(inner)}
    return {*value, *(key for inner in value.values() for key in _keys(inner))} if isinstance(value, dict) else set()


def _numbers(value: Any) -> set[float]:
    if isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return {number for each in inner for number in _numbers(each)}
    return {value} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def _texts(metadata: Any) -> set[str]:
    """Names and labels; annotations may repeat the whole object."""
    if not isinstance(metadata, dict):
        return set()
    labels = metadata.get("labels")
    return {str(metadata.get(field)) for field in ("name", "namespace")} | (
        {str(label) for label in labels.values()} if isinstance(labels, dict) else set()
    )


def _caret(expression: str, offset: int) -> str:
    """The line, and a mark under where it is wrong."""
    start = expression.rfind("\n", 0, offset) + 1
    line = expression[start:].split("\n", 1)[0].replace("\t", " ")
    return f"  {line}\n  {' ' * (offset - start)}^\n"


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, default=_other, skipkeys=True)


def _other(value: Any) -> Any:
    """What JSON has no word for."""
    from sealwright.policy.cel.values import type_of

    if isinstance(value, bytes):
        from base64 import b64encode

        return b64encode(value).decode("ascii")
    return f"<{type_of(value).name}>"
