"""Text to tree: a Pratt parser for the grammar of FEEL, with its two entrances, expression and unary tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from engine.feel import forms, literals, nodes, types
from engine.feel.builtins import FUNCTIONS
from engine.feel.cursor import MAX_DEPTH, Cursor
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.lexer import KEYWORDS
from engine.feel.nodes import Node

MAX_NODES: Final = 600

#: Properties whose names have spaces.
_PROPERTIES: Final = frozenset(("time offset", "start included", "end included"))

#: How strongly an operator binds what stands left of it. A minus before its operand binds more than a power does.
_BINDING: Final = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/"), 5),
    "**": 6,
    "instance": 8,
    **dict.fromkeys(("(", "[", "."), 9),
}
_LOWEST: Final = 0
_COMPARISON: Final = 3
_MINUS: Final = 7

_COMPARISONS: Final = frozenset(("=", "!=", "<", "<=", ">", ">="))
_CONSTANTS: Final = {"true": True, "false": False, "null": None}

#: Where no expression can begin: tells the bracket that closes ``]1..3[`` from one that opens a filter.
_NO_START: Final = _COMPARISONS | frozenset(
    (
        *("end", ")", "]", "}", ",", ":", "*", "/", "+", ".", "and", "or"),
        *("then", "else", "return", "satisfies", "in", "between", "instance"),
    )
)


class Parser(Cursor):
    """Reads one text; *names* are the names with spaces or symbols that it may use."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        super().__init__(text, _with_known(names))
        #: What may stand after ``instance of``, beside the types of FEEL.
        self.type_names = names

    def whole_expression(self) -> Node:
        """The text as an expression."""
        return self._whole(self.expression())

    def whole_unary_tests(self) -> Node:
        """The text as the cell of a decision table, over the variable ``?``."""
        if self.kind == "-" and self.second.kind == "end":
            self.next()
            return self._whole(nodes.Literal(True))
        value = nodes.Name("?")
        if negated := self._negated_tests():
            return self._whole(nodes.In(value, negated, negated=True))
        return self._whole(nodes.In(value, self.tests()))

    def _negated_tests(self) -> tuple[Node, ...]:
        """What stands in ``not(…)`` if that is the whole text, else nothing; ``not(a) and b`` is an expression."""
        if self.token.text != "not" or self.second.kind != "(":
            return ()
        start = self.position
        self.next()
        self.next()
        tests = self.tests()
        if self.take(")") and self.kind == "end":
            return tests
        self.go_to(start)
        return ()

    def _whole(self, node: Node) -> Node:
        self.expect("end")
        count, depth = nodes.measure(node)
        if count > MAX_NODES:
            raise FeelBudgetExceeded(what="nodes", limit=MAX_NODES)
        if depth > MAX_DEPTH:
            raise FeelBudgetExceeded(what="depth", limit=MAX_DEPTH)
        return node

    def expression(self, binding: int = _LOWEST, *, ends_interval: bool = False) -> Node:
        """An expression of operators that bind more than *binding*."""
        with self.deeper():
            left = self._prefix()
            while _BINDING.get(self.kind, 0) > binding:
                if ends_interval and self.kind == "[" and self.second.kind in _NO_START:
                    break
                left = self._infix(left)
            return left

    def operand(self) -> Node:
        """What a comparison compares."""
        return self.expression(_COMPARISON)

    def tests(self) -> tuple[Node, ...]:
        """Unary tests with commas between."""
        found = [self.test()]
        while self.take(","):
            found.append(self.test())
        return tuple(found)

    def test(self, binding: int = _LOWEST) -> Node:
        """A unary test: an operator and its operand, or an expression."""
        if self.kind in _COMPARISONS:
            return nodes.Test(self.next().kind, self.expression(max(binding, _COMPARISON)))
        return self.expression(binding)

    def _prefix(self) -> Node:
        if self.kind in _CONSTANTS:
            return nodes.Literal(_CONSTANTS[self.next().kind])
        read = _PREFIXES.get(self.kind)
        if read is None:
            raise self.wrong("expression")
        return read(self)

    def _infix(self, left: Node) -> Node:
        operator = self.kind
        read = _INFIXES.get(operator)
        if read is not None:
            return read(self, left)
        self.next()
        right = self.expression(_BINDING[operator])
        if operator in _COMPARISONS:
            return nodes.Comparison(operator, left, right)
        return nodes.Arithmetic(operator, left, right)

    def _number(self) -> Node:
        value = literals.number(self.token.text)
        if value is None:
            raise self.wrong("number")
        self.next()
        return nodes.Literal(value)

    def _string(self) -> Node:
        return nodes.Literal(self.next().text)

    def _at_literal(self) -> Node:
        value = literals.at_literal(self.token.text)
        if value is None:
            raise self.wrong("at-literal")
        self.next()
        return nodes.Literal(value)

    def _name(self) -> Node:
        return nodes.Name(self.next().text)

    def _minus(self) -> Node:
        self.next()
        operand = self.expression(_MINUS)
        if isinstance(operand, nodes.Literal) and type(operand.value) is int:
            return nodes.Literal(-operand.value)
        return nodes.Negation(operand)

    def _conjunction(self, left: Node) -> Node:
        return nodes.Conjunction((left, *self._operands("and")))

    def _disjunction(self, left: Node) -> Node:
        return nodes.Disjunction((left, *self._operands("or")))

    def _operands(self, operator: str) -> Iterator[Node]:
        while self.take(operator):
            yield self.expression(_BINDING[operator])

    def _between(self, left: Node) -> Node:
        self.next()
        low = self.operand()
        self.expect("and")
        return nodes.Between(left, low, self.operand())

    def _in(self, left: Node) -> Node:
        self.next()
        if not self.take("("):
            return nodes.In(left, (self.test(_COMPARISON),))
        tests = self.tests()
        if self.kind == ".." and len(tests) == 1:  # what looked like a list of tests was an open interval
            return nodes.In(left, (forms.interval(self, tests[0], low_closed=False),))
        self.expect(")")
        return nodes.In(left, tests)

    def _instance_of(self, left: Node) -> Node:
        self.next()
        self.expect("of")
        return nodes.InstanceOf(left, forms.type_(self))

    def _path(self, left: Node) -> Node:
        self.next()
        if self.kind != "name" and self.kind not in KEYWORDS:
            raise self.wrong("name")
        return nodes.Path(left, self.next().text)

    def _filter(self, left: Node) -> Node:
        self.next()
        condition = self.expression()
        self.expect("]")
        return nodes.Filter(left, condition)

    def _call(self, left: Node) -> Node:
        self.next()
        if self.sees(forms.NAMED_ARGUMENT):
            return nodes.Call(left, (), self.separated(lambda: forms.entry(self), ")"))
        return nodes.Call(left, self.separated(self.expression, ")"))


@lru_cache(maxsize=256)
def _with_known(names: frozenset[str]) -> frozenset[str]:
    """*names* with those of built-in functions, properties and types, which are known everywhere."""
    return names.union(FUNCTIONS, _PROPERTIES, types.NAMES)


_PREFIXES: Final[dict[str, Callable[[Parser], Node]]] = {
    "number": Parser._number,
    "string": Parser._string,
    "at": Parser._at_literal,
    "name": Parser._name,
    "?": Parser._name,
    "-": Parser._minus,
    "(": forms.parenthesis,
    "[": forms.bracket,
    "]": forms.open_interval,
    "{": forms.context,
    "if": forms.if_,
    "for": forms.for_,
    "some": forms.quantified,
    "every": forms.quantified,
    "function": forms.function,
}
_INFIXES: Final[dict[str, Callable[[Parser, Node], Node]]] = {
    "and": Parser._conjunction,
    "or": Parser._disjunction,
    "between": Parser._between,
    "in": Parser._in,
    "instance": Parser._instance_of,
    ".": Parser._path,
    "[": Parser._filter,
    "(": Parser._call,
}
