"""What expressions give: errors that are absorbed, variables that hide others, numbers of several types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError, ExpressionError
from sealwright.policy.cel.parser import parse
from sealwright.policy.cel.program import Program, compile_expression
from sealwright.policy.cel.scope import Scope
from sealwright.policy.cel.types import DYN

ENVIRONMENT = Environment({"object": DYN, "x": DYN, "a.b": DYN, "variables.names": DYN})
OBJECT = {
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web", "tier": None}},
    "spec": {"containers": [{"name": "a", "image": "i:1", "env": []}, {"name": "b"}], "replicas": 3, "paused": True},
}
VALUES = {"object": OBJECT, "x": 5, "a.b": {"c": "dotted"}, "variables.names": ["a", "b"]}


def value(text: str) -> Any:
    return Program(parse(text), ENVIRONMENT, DYN).evaluate(VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "object.missing",
        "object.metadata.labels.missing == ''",
        "object.spec.containers.name",
        "object.kind.length",
        "object.spec.containers[2]",
        "object.spec.containers[true]",
        "object.spec.containers['0']",
        "has(object.missing.deeper)",
        "object.kind && true",
        "true && object.kind",
        "object.missing || false",
        "object.missing && true",
        "object.kind ? 1 : 2",
        "!object.kind",
        "[1, 2].all(i, object.missing == i)",
        "[1, 2].exists(i, object.missing == i)",
        "[1].map(i, object.missing)",
        "[1].filter(i, i)",
        "[true, 'x'].exists_one(i, i)",
        "object.kind.all(c, true)",
        "true.exists(c, true)",
        "object.kind in 'text'",
        "1 in 1",
        "1 + 1u",
        "1 + 1.0",
        "'a' + 1",
        "true < 1",
        "9223372036854775807 + 1",
        "{1.5: 1}",
        "{null: 1}",
        "{1: 1, 1u: 2}",
        "{true: 1, true: 2}",
        "optional.none().value()",
        "object.kind.orValue('')",
        "[?1]",
        "{?'a': 1}",
        "x.optMap(v, v)",
        "optional.of(1).optFlatMap(v, v)",
        "[1, 'a'].sortBy(v, v)",
        "{'a': 1, 'b': 2}.transformMapEntry(k, v, {'same': v})",
        "no_function(1)",
        "unknown_name",
        "object.metadata.no_method()",
    ],
)
def test_errors(text: str) -> None:
    with pytest.raises(EvaluationError):
        value(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # errors and other types are absorbed by what decides
        ("object.missing || true", True),
        ("true || object.missing", True),
        ("object.missing && false", False),
        ("false && object.kind", False),
        ("object.kind || true", True),
        ("false && (object.missing || object.gone) && object.x", False),
        ("[1, 2].all(i, i == 1 && object.missing)", False),
        ("[1, 2].all(i, i == 2 || object.missing == 1) || true", True),
        ("[1, 2].all(i, i == 1 ? object.missing : false)", False),
        ("[1, 2].exists(i, i == 1 ? object.missing : true)", True),
        ("true ? 1 : object.missing", 1),
        ("[].all(i, object.missing)", True),
        ("[].exists(i, object.missing)", False),
        # bool is no number, numbers are equal over types
        ("true == 1", False),
        ("1 == true", False),
        ("1 in [true]", False),
        ("true in [1]", False),
        ("true in {1: 'a'}", False),
        ("{true: 'yes', 1: 'one'}[true] + {true: 'yes', 1: 'one'}[1]", "yesone"),
        ("{true: 1}.map(k, k)", [True]),
        ("1 == 1.0 && 1u == 1 && 1.0 == 1u", True),
        ("{1: 'a'}[1u] + {1: 'a'}[1.0]", "aa"),
        ("1 < 1.5 && 2u > 1.5 && -1 < 1u", True),
        ("[1, 2] == [1.0, 2u]", True),
        ("'1' == 1", False),
        ("null == false", False),
        ("object.spec.paused == 1", False),
        ("type(true) == bool && type(1u) == uint && type(object) == map", True),
        # names
        ("a.b.c", "dotted"),
        ("[1, 2].map(x, x)", [1, 2]),
        ("[1].map(x, .x + x)", [6]),
        ("[{'b': {'c': 1}}].map(a, a.b.c)", [1]),
        ("[1].map(x, [2].map(x, x))", [[2]]),
        ("[[1, 2], [3]].map(l, l.map(i, i + size(l)))", [[3, 4], [4]]),
        ("cel.bind(x, 7, cel.bind(y, x + 1, x * y))", 56),
        ("variables.names", ["a", "b"]),
        # presence and optional values
        ("has(object.spec.missing)", False),
        ("has(object.metadata.labels.tier)", True),
        ("has(object.kind.deeper)", False),
        ("has(object.metadata.labels.tier.deeper)", False),
        ("object.?missing.deeper.deepest.orValue('none')", "none"),
        ("object.?metadata.?labels[?'app'].orValue('none')", "web"),
        ("object.metadata.labels.?tier.?deeper.orValue('none')", "none"),
        ("object.?metadata.name.hasValue()", True),
        ("object.?metadata.nothing.hasValue()", False),
        ("object.spec.containers[?5].hasValue()", False),
        ("object.spec.containers[?0].name.orValue('')", "a"),
        ("optional.of(1).orValue(object.missing)", 1),
        ("object.?a.or(object.?kind).value()", "Pod"),
        ("[?object.?kind, ?object.?missing, 'x']", ["Pod", "x"]),
        ("{?'k': object.?kind, ?'m': object.?missing}", {"k": "Pod"}),
        ("object.?kind.optMap(k, k + '!').orValue('')", "Pod!"),
        ("object.?missing.optMap(k, object.gone).hasValue()", False),
        ("object.?metadata.optFlatMap(m, m.?name).orValue('')", "web"),
        # macros
        ("[1, 2, 3].exists_one(i, i > 2) && ![1, 2].existsOne(i, i > 0)", True),
        ("[1, 2, 3].map(i, i > 1, i * 2)", [4, 6]),
        ("{'b': 1, 'a': 2}.filter(k, k == 'a')", ["a"]),
        ("{'a': 1}.all(k, v, k == 'a' && v == 1)", True),
        ("['x', 'y'].exists(i, v, i == 1 && v == 'y')", True),
        ("[1, 2].transformList(i, v, i + v)", [1, 3]),
        ("[1, 2].transformList(i, v, i > 0, v)", [2]),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2)", {"b": 4}),
        ("{'a': 'b'}.transformMapEntry(k, v, {v: k})", {"b": "a"}),
        ("['bb', 'a'].sortBy(s, size(s))", ["a", "bb"]),
    ],
)
def test_values(text: str, wanted: Any) -> None:
    found = value(text)
    assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("has(object)", "has() needs a field"),
        ("has(object['kind'])", "has() needs a field"),
        ("[1].all(object.kind, true)", "name of a variable"),
        ("[1].map(1, true)", "name of a variable"),
        ("[1].all(.x, true)", "name of a variable"),
        ("[1].exists(i, i, true)", "two different variables"),
        ("cel.bind(1, 2, 3)", "name of a variable"),
        ("A{b: 1}", ""),
        ("objekt.kind", ""),
        ("size(1, 2)", ""),
    ],
)
def test_what_is_not_compiled(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ENVIRONMENT)
    assert said in caught.value.message


ENDLESS = "[0,1,2,3,4,5,6,7,8,9]"


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{ENDLESS}.all(i{n}, " for n in range(9)) + "true" + ")" * 9,
        "".join(f"{ENDLESS}.map(i{n}, " for n in range(9)) + "1" + ")" * 9,
        "".join(f"cel.bind(s{n + 1}, s{n} + s{n}, " for n in range(1, 50)).join(("cel.bind(s1, 'aaaaaaaa', ", "s50"))
        + ")" * 50,
        "".join(f"cel.bind(s{n + 1}, s{n} + s{n}, " for n in range(1, 50)).join(("cel.bind(s1, [1], ", "size(s50)"))
        + ")" * 50,
        "".join(f"cel.bind(s{n + 1}, [s{n}, s{n}], " for n in range(1, 50)).join(("cel.bind(s1, [1], ", "s50 == s50"))
        + ")" * 50,
        "".join(f"cel.bind(s{n + 1}, [s{n}, s{n}], " for n in range(1, 50)).join(
            ("cel.bind(s1, [1], ", "'%s'.format([s50])")
        )
        + ")" * 50,
        "lists.range(1000000000).size() > 0",
        "lists.range(500000).all(i, lists.range(500000).exists(j, j == i))",
        "cel.bind(s, lists.range(100000).map(i, 'aaaaaaaaaa').join(''), s.replace('a', s)) == ''",
        "cel.bind(l, lists.range(100000), l.all(i, i in l))",
    ],
)
def test_nothing_takes_for_ever(text: str) -> None:
    program = Program(parse(f"({text}) == true || true"), ENVIRONMENT, DYN)
    with pytest.raises(BudgetExceeded):
        program.evaluate(VALUES)


def test_the_budget_is_for_each_evaluation() -> None:
    program = compile_expression("[1, 2, 3].all(i, i > 0)", ENVIRONMENT._replace(budget=10))
    assert all(program.evaluate(VALUES) for _ in range(100))
    with pytest.raises(BudgetExceeded):
        compile_expression("[1, 2, 3].all(i, i > 0)", ENVIRONMENT._replace(budget=2)).evaluate(VALUES)


def test_definitions_are_evaluated_when_they_are_asked_for() -> None:
    environment = Environment(dict.fromkeys(("object", "variables.name", "variables.twice", "variables.wrong"), DYN))
    definitions = {
        "variables.name": compile_expression("object.metadata.name", environment),
        "variables.twice": compile_expression("variables.name + variables.name", environment),
        "variables.wrong": compile_expression("object.missing", environment),
    }
    scope = Scope({"object": OBJECT}, definitions)
    assert set(scope) == {"object"}
    assert compile_expression("variables.twice", environment).evaluate(scope) == "webweb"
    assert set(scope) == {"object", "variables.name", "variables.twice"}
    assert compile_expression("variables.wrong == 1 || true", environment).evaluate(scope) is True
    for _ in range(2):
        with pytest.raises(EvaluationError):
            compile_expression("variables.wrong", environment).evaluate(scope)


def test_a_definition_of_itself_comes_to_an_end() -> None:
    environment = Environment({"variables.loop": DYN})
    program = compile_expression("variables.loop", environment)
    scope = Scope({}, {"variables.loop": program})
    with pytest.raises(BudgetExceeded):
        program.evaluate(scope)
    assert program.blame(scope) == ((),)


ATOMS = st.sampled_from(
    ["object", "x", "i", "1", "2u", "1.5", "'a'", "b'a'", "true", "null", "[]", "[1, 'a']", "{'a': 1}", "timestamp(0)"]
)
ONE_VARIABLE = st.sampled_from(["all", "exists", "exists_one", "map", "filter", "optMap", "optFlatMap", "sortBy"])
CALLED = st.sampled_from(["size", "string", "int", "type", "dyn", "!", "-", "optional.of"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "in"]),
            inner,
        ),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[?{}]".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["kind", "spec", "a", "?a", "?metadata"])),
        st.builds("has({}.{})".format, inner, st.sampled_from(["kind", "a"])),
        st.builds("{}.{}(i, {})".format, inner, ONE_VARIABLE, inner),
        st.builds("{}.{}(i, x, {})".format, inner, st.sampled_from(["all", "exists", "map", "transformMap"]), inner),
        st.builds("{}.{}({})".format, inner, st.sampled_from(["orValue", "or", "startsWith", "matches"]), inner),
        st.builds("{}.{}()".format, inner, st.sampled_from(["hasValue", "value", "size", "sort", "lowerAscii"])),
        st.builds("{}({})".format, CALLED, inner),
        st.builds("cel.bind(i, {}, {})".format, inner, inner),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_evaluation_ends_with_a_value_or_an_error_and_so_does_blame(text: str) -> None:
    environment = ENVIRONMENT._replace(budget=10_000)
    try:
        program = Program(parse(text), environment, DYN)
        blamed = program.blame(VALUES)
    except ExpressionError:
        return
    assert blamed
    try:
        program.evaluate(VALUES)
    except (EvaluationError, BudgetExceeded):
        pass


@given(EXPRESSIONS)
def test_tracing_gives_what_evaluation_gives(text: str) -> None:
    from sealwright.policy.cel.traced import Failed
    from sealwright.policy.cel.tracer import Tracer
    from sealwright.policy.cel.values import equal

    try:
        program = Program(parse(text), ENVIRONMENT, DYN)
    except ExpressionError:
        return
    try:
        wanted = program.evaluate(VALUES)
    except EvaluationError:
        with pytest.raises(Failed):
            Tracer(VALUES, 1_000_000).trace(program.expression, ENVIRONMENT, {})
        return
    found = Tracer(VALUES, 1_000_000).trace(program.expression, ENVIRONMENT, {}).value
    assert type(found) is type(wanted)
    assert equal(found, wanted) or wanted != wanted
