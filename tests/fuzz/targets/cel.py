"""Expressions of CEL: every text is refused with a place inside it, or gives a value or an error within its budget."""

from __future__ import annotations

from sealwright.manifest.source import decode
from sealwright.policy.cel.environment import Environment
from sealwright.policy.cel.errors import BudgetExceeded, EvaluationError, ExpressionError
from sealwright.policy.cel.program import Program, compile_expression, prepare_expression
from sealwright.policy.cel.types import DYN

OBJECT = {
    "kind": "Pod",
    "spec": {"replicas": 3, "share": 0.5, "on": True, "none": None, "list": [{"a": "x"}, {"a": ""}, {}], "s": "2Gi"},
}
EXPRESSIONS = (
    "has(object.spec.list) && object.spec.list.all(c, has(c.a) && c.a != '')",
    "object.spec.list.filter(c, c.a in ['x', \"y\"]).map(c, c.a + 'z').size() > 1 ? 1u : 2.5e3 == 0x1F",
    "true ? b'\\x00' : r'\\d'",
    "object.?spec.?none.orValue([]).exists_one(x, x == 1) || !object.spec.on || -object.spec.replicas % 2 < 1",
    "quantity(object.spec.s).isGreaterThan(quantity('1Gi')) && ip('10.0.0.1').family() == 4 && isURL('http://a')",
    "'a.b'.split('.').join('-').replace('a', 'c').matches('^c-[a-z]+$') && timestamp('2026-01-01T00:00:00Z') > x",
    "cel.bind(v, object.spec, v.list.map(i, type(i), {'k': i}).sum()) == duration('1h') || 'x'.format(['%s'])",
    "'%d %s %.3f %e %b %x'.format([1, 'a', 1.5, 2.0, 3, 255]).lowerAscii().charAt(2) == semver('1.2.3')",
    "[1, 2, 3].transformList(i, v, v * i).slice(0, 2).distinct().sort() == lists.range(9).reverse()",
    "{'a': 1, 'b': [1, 2]}.transformMap(k, v, k != 'a', v) == {} && base64.decode('aGk=') == bytes('hi')",
    "sets.contains([1], [2]) || math.greatest(1, 2.0) == 2 || cidr('10.0.0.0/8').containsIP('10.1.1.1')",
    "object.spec.list[0].a.find('[0-9]+') == optional.of('1').value() && object.spec.list.findAll('x', 3) == []",
)
SEEDS = tuple(text.encode() for text in EXPRESSIONS)
WORDS = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        *(
            "object",
            "object.spec",
            ".list",
            "[0]",
            "[?0]",
            ".?a",
            ".all(x, ",
            ".exists(x, ",
            ".map(x, ",
            ".filter(x, ",
            "x",
        ),
        *(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "?",
            "&&",
            "||",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "==",
            "!=",
            "<=",
            " in ",
        ),
        *(
            "has(",
            "size(",
            "int(",
            "string(",
            "double(",
            "bytes(",
            "dyn(",
            "type(",
            "duration(",
            "timestamp(",
            ".matches(",
        ),
        *(
            ".format([",
            ".replace(",
            ".split(",
            ".join(",
            ".substring(",
            ".slice(",
            ".sort()",
            "lists.range(",
            "cel.bind(",
        ),
        *(
            "1",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551615u",
            "1e308",
            "0x",
            "1.",
            ".5",
            "true",
        ),
        *(
            "'",
            '"',
            "'''",
            'r"',
            "b'",
            "\\",
            "\\u0000",
            "\\U0010ffff",
            "\\ud800",
            "\\377",
            "\n",
            "//",
            "\x00",
            "é",
            "\udc80",
        ),
        *("'a{1000}'", "'(a*)*b'", "'" + "a" * 200 + "'", "'1h1m1s'", "'1.2.3'", "'100Ei'", "null", "optional.none()"),
    )
)

_ENVIRONMENT = Environment({"object": DYN, "x": DYN}, budget=20_000)


def run(data: bytes) -> None:
    text = decode("a", data).text
    for prepare in (compile_expression, prepare_expression):
        try:
            program = prepare(text, _ENVIRONMENT)
        except ExpressionError as error:
            assert 0 <= error.offset <= len(text), (error.offset, len(text))
            continue
        _evaluate(program)


def _evaluate(program: Program) -> None:
    variables = {"object": OBJECT, "x": 1}
    try:
        verdict = program.evaluate(variables)
    except (EvaluationError, BudgetExceeded):
        verdict = False
    if verdict is False:
        assert program.blame(variables)
