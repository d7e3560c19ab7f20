"""The grammar: an expression's text as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.errors import ExpressionError
from sealwright.policy.cel.lexer import END, Token, tokens
from sealwright.policy.cel.literals import integer_of, text_of
from sealwright.policy.cel.shape import balanced, depth
from sealwright.policy.cel.syntax import Call, Index, ListOf, Literal, MapOf, Message, Name, Select

if TYPE_CHECKING:
    from sealwright.policy.cel.syntax import Expression

LONGEST = 100_000
"""Code points that an expression may have."""
NESTING = 60
"""How many brackets may be open at once."""

_CONSTANTS = {"true": True, "false": False, "null": None}
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "package"}
    | {"namespace", "return", "var", "void", "while"}
)
_LEVELS = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}


def parse(text: str) -> Expression:
    """The tree of a whole expression. Raises ExpressionError with the offset of what is wrong."""
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression is longer than {LONGEST} characters", LONGEST)
    parser = _Parser(tokens(text))
    try:
        expression = parser.expression()
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply", parser.current.offset) from None
    if parser.current.kind != END:
        raise parser.expected("an operator or the end of the expression")
    deep = depth(expression)
    if deep is not None:
        raise ExpressionError("the expression is nested too deeply", deep)
    return expression


class _Parser:
    def __init__(self, read: list[Token]) -> None:
        self.tokens = read
        self.position = 0
        self.nesting = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.position]

    def expected(self, what: str) -> ExpressionError:
        found = self.current
        shown = "the end of the expression" if found.kind == END else found.text[:40]
        return ExpressionError(f"expected {what}, found {shown}", found.offset)

    def take(self) -> Token:
        token = self.current
        self.position += token.kind != END
        return token

    def accept(self, sign: str) -> bool:
        token = self.current
        if token.text == sign and token.kind in {"sign", "name"}:
            self.position += 1
            return True
        return False

    def require(self, sign: str, what: str = "") -> None:
        if not self.accept(sign):
            raise self.expected(what or sign)

    def expression(self) -> Expression:
        self.nesting += 1
        if self.nesting > NESTING:
            raise ExpressionError("the expression is nested too deeply", self.current.offset)
        conditions: list[tuple[Expression, Expression, int]] = []
        result = self.binary()
        while self.current.text == "?" and self.current.kind == "sign":
            offset = self.take().offset
            then = self.binary()
            self.require(":")
            conditions.append((result, then, offset))
            result = self.binary()
        for condition, then, offset in reversed(conditions):
            result = Call("_?_:_", None, (condition, then, result), offset)
        self.nesting -= 1
        return result

    def binary(self) -> Expression:
        """Operands and operators by precedence, without recursion."""
        operands = [self.unary()]
        operators: list[Token] = []
        while level := self.level():
            while operators and _LEVELS[operators[-1].text] >= level:
                _reduce(operands, operators)
            operators.append(self.take())
            operands.append(self.unary())
        while operators:
            _reduce(operands, operators)
        return balanced(operands[0])

    def level(self) -> int:
        token = self.current
        return _LEVELS.get(token.text, 0) if token.kind == "sign" or token.text == "in" else 0

    def unary(self) -> Expression:
        signs: list[Token] = []
        while self.current.kind == "sign" and self.current.text in {"!", "-"}:
            if signs and signs[-1].text != self.current.text:
                raise self.expected("an operand")
            signs.append(self.take())
        sign = ""
        number = self.current.kind in {"integer", "double"} and self.current.text[-1] not in "uU"
        if signs and signs[-1].text == "-" and number:
            sign = signs.pop().text
        result = self.member(sign)
        for token in reversed(signs):
            result = Call("!_" if token.text == "!" else "-_", None, (result,), token.offset)
        return result

    def member(self, sign: str) -> Expression:
        result = self.primary(sign)
        while self.current.kind == "sign":
            offset = self.current.offset
            if self.accept("."):
                result = self.selection(result, offset)
            elif self.accept("["):
                optional = self.accept("?")
                key = self.expression()
                self.require("]")
                result = Index(result, key, optional, offset)
            elif self.current.text == "{" and (name := _type_name(result)):
                self.take()
                result = Message(name, self.fields(), result.offset)
            else:
                break
        return result

    def selection(self, operand: Expression, offset: int) -> Expression:
        optional = self.accept("?")
        token = self.current
        if token.kind not in {"name", "quoted"} or token.text in {*_CONSTANTS, "in"}:
            raise self.expected("the name of a field or a function")
        self.take()
        if token.kind == "name" and not optional and self.accept("("):
            return Call(token.text, operand, self.arguments(), token.offset)
        return Select(operand, token.text.strip("`"), optional, offset)

    def primary(self, sign: str) -> Expression:
        token = self.take()
        if token.kind == "integer":
            return Literal(integer_of(sign + token.text, token.offset), token.offset)
        if token.kind == "double":
            return Literal(float(sign + token.text), token.offset)
        if token.kind == "string":
            return Literal(text_of(token.text, token.offset), token.offset)
        if token.kind == "name" and token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], token.offset)
        if token.text == "(" and token.kind == "sign":
            result = self.expression()
            self.require(")")
            return result
        if token.text == "[" and token.kind == "sign":
            return self.list_of(token.offset)
        if token.text == "{" and token.kind == "sign":
            return self.map_of(token.offset)
        root = token.kind == "sign" and token.text == "."
        return self.name(self.take() if root else token, "." if root else "")

    def name(self, token: Token, dot: str) -> Expression:
        if token.kind != "name" or token.text in _RESERVED or (dot and token.text in _CONSTANTS):
            self.position -= token.kind != END
            if token.kind == "name":
                raise ExpressionError(f"{token.text} is a reserved word", token.offset)
            raise self.expected("a value")
        if self.accept("("):
            return Call(dot + token.text, None, self.arguments(), token.offset)
        return Name(dot + token.text, token.offset)

    def arguments(self) -> tuple[Expression, ...]:
        result: list[Expression] = []
        if self.accept(")"):
            return ()
        while True:
            result.append(self.expression())
            if self.accept(")"):
                return tuple(result)
            self.require(",", "a comma or )")

    def list_of(self, offset: int) -> Expression:
        elements: list[Expression] = []
        optional: set[int] = set()
        while not self.accept("]"):
            if self.accept("?"):
                optional.add(len(elements))
            elements.append(self.expression())
            if not self.accept(","):
                self.require("]", "a comma or ]")
                break
        return ListOf(tuple(elements), frozenset(optional), offset)

    def map_of(self, offset: int) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        optional: set[int] = set()
        while not self.accept("}"):
            if self.accept("?"):
                optional.add(len(entries))
            key = self.expression()
            self.require(":")
            entries.append((key, self.expression()))
            if not self.accept(","):
                self.require("}", "a comma or }")
                break
        return MapOf(tuple(entries), frozenset(optional), offset)

    def fields(self) -> tuple[tuple[str, Expression], ...]:
        result: list[tuple[str, Expression]] = []
        while not self.accept("}"):
            self.accept("?")
            token = self.take()
            if token.kind not in {"name", "quoted"}:
                self.position -= token.kind != END
                raise self.expected("the name of a field")
            self.require(":")
            result.append((token.text.strip("`"), self.expression()))
            if not self.accept(","):
                self.require("}", "a comma or }")
                break
        return tuple(result)


def _reduce(operands: list[Expression], operators: list[Token]) -> None:
    token, right, left = operators.pop(), operands.pop(), operands.pop()
    name = "@in" if token.text == "in" else f"_{token.text}_"
    operands.append(Call(name, None, (left, right), token.offset))


def _type_name(expression: Expression) -> str:
    """`a.b.C` for what may be the name of a message, else ''."""
    parts: list[str] = []
    while isinstance(expression, Select) and not expression.optional:
        parts.append(expression.field)
        expression = expression.operand
    return ".".join((expression.name, *reversed(parts))) if isinstance(expression, Name) else ""
