"""Macros over values with their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.loops import merge_entry, sorted_places
from sealwright.policy.cel.traced import Failed, Traced, child, elements, inside_of, list_made_of, present, union
from sealwright.policy.cel.values import NONE, Optional, from_key, to_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealwright.policy.cel.macros import Comprehension
    from sealwright.policy.cel.syntax import Expression

    Inner = Callable[[Expression, Mapping[str, Traced]], Traced]


def trace_comprehension(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    """The macro's value. `inner` traces a part of it with the macro's variables."""
    if macro.kind in {"optMap", "optFlatMap"}:
        return _optional(macro, values, inner)
    if macro.kind in {"all", "exists"}:
        return _quantified(macro, values, inner)
    return _KINDS[macro.kind](macro, values, inner)


def _rounds(macro: Comprehension, values: Traced) -> Iterator[tuple[Traced, dict[str, Traced]]]:
    """Each element or key, and the macro's variables for it."""
    for place, element in enumerate(elements(values)):
        if len(macro.variables) == 1:
            yield element, {macro.variables[0]: element}
        elif isinstance(values.value, list):
            yield element, {macro.variables[0]: Traced(place, element.reads), macro.variables[1]: element}
        else:
            names = dict(zip(macro.variables, (element, child(values, to_key(element.value))), strict=True))
            yield element, names


def _truth(condition: Expression | None, names: Mapping[str, Traced], inner: Inner) -> Traced:
    if condition is None:
        return Traced(value=True)
    result = inner(condition, names)
    if type(result.value) is not bool:
        raise Failed(result.reads)
    return result


def _quantified(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    decisive = macro.kind == "exists"
    deciding: list[Traced] = []
    others: list[Traced] = []
    failed: list[Failed] = []
    for element, names in _rounds(macro, values):
        try:
            result = _truth(macro.body, names, inner)
        except Failed as failure:
            failed.append(failure if failure.reads else Failed(element.reads))
            continue
        blamed = result if result.reads else element
        (deciding if result.value is decisive else others).append(blamed)
    if deciding:
        return Traced(decisive, union(deciding))
    if failed:
        raise Failed(union(failed))
    return Traced(not decisive, (decisive and values.reads) or union((values, *others)))


def _exists_one(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    hits = [result for _, names in _rounds(macro, values) if (result := _truth(macro.body, names, inner)).value]
    return Traced(len(hits) == 1, union(hits) or values.reads)


def _filter(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    kept = [element for element, names in _rounds(macro, values) if _truth(macro.body, names, inner).value]
    return list_made_of(kept, values.reads)


def _map(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    made = [
        inner(macro.body, names) for _, names in _rounds(macro, values) if _truth(macro.condition, names, inner).value
    ]
    return list_made_of(made, values.reads)


def _transform_map(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    parts: dict[Any, Traced] = {}
    for _, names in _rounds(macro, values):
        if _truth(macro.condition, names, inner).value:
            parts[to_key(names[macro.variables[0]].value)] = inner(macro.body, names)
    return _map_made_of(parts, values)


def _transform_map_entry(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    parts: dict[Any, Traced] = {}
    for _, names in _rounds(macro, values):
        if _truth(macro.condition, names, inner).value:
            entry = inner(macro.body, names)
            try:
                merge_entry(dict.fromkeys(parts), entry.value)
            except EvaluationError:
                raise Failed(entry.reads) from None
            parts |= {key: child(entry, key) for key in entry.value}
    return _map_made_of(parts, values)


def _map_made_of(parts: dict[Any, Traced], values: Traced) -> Traced:
    made = {key: part.value for key, part in parts.items()}
    return Traced(made, union(parts.values()) or values.reads, None, parts)


def _sort_by(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    rounds = list(_rounds(macro, values))
    try:
        places = sorted_places([from_key(inner(macro.body, names).value) for _, names in rounds])
    except EvaluationError:
        raise Failed(values.reads) from None
    return list_made_of([rounds[place][0] for place in places], values.reads)


def _optional(macro: Comprehension, values: Traced, inner: Inner) -> Traced:
    if not isinstance(values.value, Optional):
        raise Failed(values.reads)
    if not values.value.present:
        return Traced(NONE, values.reads)
    result = inner(macro.body, {macro.variables[0]: inside_of(values)})
    return present(result) if macro.kind == "optMap" else result


_KINDS: dict[str, Callable[[Comprehension, Traced, Inner], Traced]] = {
    "exists_one": _exists_one,
    "map": _map,
    "filter": _filter,
    "transformList": _map,
    "transformMap": _transform_map,
    "transformMapEntry": _transform_map_entry,
    "sortBy": _sort_by,
}
