"""The static check: what it refuses, with which hint, and the types that it finds."""

from __future__ import annotations

import pytest

from sealwright.policy.cel import library
from sealwright.policy.cel.checker import check, check_rule
from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.types import BOOL, DYN, INT, STRING, Type, list_of

ENVIRONMENT = Environment(
    {
        "object": DYN,
        "params": Type("Params", (), (("largest", INT), ("regions", list_of(STRING)))),
        "variables.containers": list_of(DYN),
    }
)


@pytest.mark.parametrize(
    ("text", "says", "hint", "offset"),
    [
        ("objct.spec", "unknown variable `objct`", "object", 0),
        ("1 == 1 && variables.contaners == []", "unknown variable `variables.contaners`", "variables.containers", None),
        ("params.region == []", "`Params` has no field `region`", "regions", None),
        ("params.?region.hasValue()", "`Params` has no field `region`", "regions", None),
        ("hass(object.spec)", "unknown function `hass`", "has", 0),
        ("object.items.exist(x, x)", "unknown function `exist`", "exists", None),
        ("sise(object)", "unknown function `sise`", "size", 0),
        ("object.startswith('a')", "unknown function `startswith`", "startsWith", None),
        ("maths.least(1, 2)", "unknown function `least`", "math.least", None),
        ("'a'.size(1)", "it is a method with 0 arguments, or a function with 1 argument", "", None),
        ("1 == 'a'", "`==` is not made for (int, string)", "", None),
        ("1 == 1.0", "`==` is not made for (int, double)", "", None),
        ("'a' + 1", "`+` is not made for (string, int)", "", None),
        ("!object.size()", "`!` is not made for (int)", "", None),
        ("true ? 1 : 'a'", "`?:` is not made for (bool, int, string)", "", None),
        ("[1, 'a']", "must be an int, and is a string", "", 4),
        ("{'a': 1, 'b': 'c'}", "must be an int, and is a string", "", None),
        ("{'a': 1, 2: 3}", "must be a string, and is an int", "", None),
        ("[1].all(x, x)", "the condition of `all` must be a bool, and is an int", "", None),
        ("[1].map(x, x.size())", "`size` is not made for (int)", "", None),
        ("1.all(x, true)", "walks over a list or a map, and this is int", "", None),
        ("[1].all(x, true) && x == 1", "unknown variable `x`", "", None),
        ("'a'.b", "a string has no fields", "", None),
        ("[1]['a']", "is not made for (list(int), string)", "", None),
        ("1 in ['a']", "`in` is not made for (int, list(string))", "", None),
        ("optional.of(1).orValue('a')", "`orValue` is not made for (optional_type(int), string)", "", None),
        ("'a'.matches('(?=b)')", "not a regular expression of RE2", "", None),
        ("timestamp('yesterday') < timestamp(0)", "not a time of RFC 3339", "", None),
        ("duration('1 day') < duration('1s')", "not a duration", "", None),
        ("authorizer.group('').resource('pods').check('get').allowed()", "in the cluster only", "", None),
        ("Pod{name: 'a'} == null", "Kubernetes has none in rules", "", None),
    ],
)
def test_what_is_wrong_is_refused_with_what_was_meant(text: str, says: str, hint: str, offset: int | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), ENVIRONMENT)
    assert says in caught.value.message
    assert caught.value.hint == hint
    assert offset is None or caught.value.offset == offset
    assert 0 <= caught.value.offset < len(text)


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("object.spec.replicas > 1", "bool"),
        ("object.spec", "dyn"),
        ("object.spec.?x.orValue([])", "dyn"),
        ("object.spec.?x", "optional_type(dyn)"),
        ("size(object.a) + 1", "int"),
        ("[]", "list(dyn)"),
        ("[] + ['a']", "list(string)"),
        ("[[], [1]]", "list(list(int))"),
        ("[1, object]", "list(dyn)"),
        ("{}", "map(dyn, dyn)"),
        ("{'a': []}", "map(string, list(dyn))"),
        ("{'a': 1}.map(k, k)", "list(string)"),
        ("{'a': 1}.transformList(k, v, v)", "list(int)"),
        ("{'a': 1}.transformMap(k, v, string(v))", "map(string, string)"),
        ("['a'].transformMapEntry(i, v, {v: i})", "map(string, int)"),
        ("[1, 2].filter(x, x > 1)", "list(int)"),
        ("[1].exists_one(x, x == 1)", "bool"),
        ("['b'].sortBy(x, x)", "list(string)"),
        ("optional.of(1).optMap(x, string(x))", "optional_type(string)"),
        ("[1][?0].optFlatMap(x, optional.of([x]))", "optional_type(list(int))"),
        ("optional.of({'a': 1}).a", "optional_type(int)"),
        ("[?optional.of('a')]", "list(string)"),
        ("params.regions[0]", "string"),
        ("variables.containers[0].name", "dyn"),
        ("true ? optional.none() : optional.of(1)", "optional_type(int)"),
        ("cel.bind(x, [1], x[0])", "int"),
        ("type(1)", "type(int)"),
        ("type(1) == string", "bool"),
        ("object.a + object.b", "dyn"),
        ("object.a < object.b", "bool"),
        ("1 < 2.0", "bool"),
        ("has(object.a) ? object.a : []", "dyn"),
        ("url('/').getQuery()", "map(string, list(string))"),
        ("[optional.of(1), null]", "list(optional_type(int))"),
    ],
)
def test_types_are_found(text: str, type_name: str) -> None:
    assert str(check(parse(text), ENVIRONMENT)) == type_name


@pytest.mark.parametrize("text", ["object.a", "1", "object.a.?b", "[true]"])
def test_a_rule_must_be_a_bool(text: str) -> None:
    with pytest.raises(ExpressionError, match="a rule must be a bool"):
        check_rule(parse(text), ENVIRONMENT)


def test_a_rule_that_is_a_bool_is_accepted() -> None:
    check_rule(parse("object.a == 1 && has(object.b)"), ENVIRONMENT)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("object.?a.hasValue()", 28),
        ("optional.of(1).hasValue()", 28),
        ("{'a': 1}[?'a'].hasValue()", 28),
        ("1 < 2.0", 28),
        ("isQuantity('1')", 28),
        ("sets.contains([1], [1])", 29),
        ("'%d'.format([1]) == '1'", 29),
        ("isIP('::1')", 30),
        ("string(ip('::1')) == ''", 30),
        ("format.uuid().validate('').hasValue()", 31),
        ("['a'].all(i, v, i == 0)", 32),
        ("isSemver('1.2.3')", 33),
        ("semver('1.2.3').isLessThan(semver('1.2.4'))", 33),
        ("lists.range(2) == []", 34),
        ("['a'].reverse() == []", 34),
        ("[1].includes(1)", 37),
    ],
)
def test_functions_are_there_from_their_version_on(text: str, since: int) -> None:
    expression = parse(text)
    check(expression, Environment({"object": DYN}, version=since))
    check(expression, Environment({"object": DYN}))
    with pytest.raises(ExpressionError, match=rf"needs Kubernetes 1\.{since}"):
        check(expression, Environment({"object": DYN}, version=since - 1))


@pytest.mark.parametrize("text", ["math.abs(1) == 1", "base64.encode(b'') == ''", "'a'.reverse() == ''"])
def test_what_kubernetes_does_not_have_needs_no_version(text: str) -> None:
    check(parse(text), Environment({}))
    with pytest.raises(ExpressionError, match="is not part of Kubernetes"):
        check(parse(text), Environment({}, version=37))


def test_an_overload_of_a_later_version_leaves_the_others_alone() -> None:
    assert check(parse("'a'.indexOf('a') == 0 && string(1) == '1'"), Environment({}, version=27)) == BOOL


@pytest.mark.parametrize("name", sorted(library.names()))
def test_the_table_of_functions_says_where_each_is(name: str) -> None:
    assert library.arities(name)
    for method, arguments in library.arities(name):
        assert library.lookup(name, method=method, arity=arguments + method) is not None
