"""The forms of FEEL that begin with a word or a bracket: how each of them is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.feel import nodes, types
from engine.feel.nodes import Node
from engine.feel.types import Type

if TYPE_CHECKING:
    from engine.feel.parser import Parser

# A name may hold spaces and symbols where it is introduced; what ends it tells where it stands.
# The quantifiers that give nothing back keep the time in proportion to the text.
_LETTER: Final = r'[^\s"(){}\[\]:,@<>=]'
_NAME: Final = rf"\s*+((?!\d){_LETTER}(?:\s*+{_LETTER})*?)\s*+"
NAMED_ARGUMENT: Final = re.compile(_NAME + ":")
_PARAMETER: Final = re.compile(_NAME + r"(?=[:,)])")
_ITERATOR: Final = re.compile(_NAME + r"(?<!\w)in(?!\w)")

_CLOSES: Final = {"]": True, ")": False, "[": False}
_UNARY: Final = frozenset(("<", "<=", ">", ">=", "="))


def parenthesis(parser: Parser) -> Node:
    """``(a)``, ``(1..3)`` or ``(> 5)``."""
    parser.next()
    if parser.kind in _UNARY:
        return _unary_interval(parser)
    inner = parser.expression()
    if parser.kind == "..":
        return interval(parser, inner, low_closed=False)
    parser.expect(")")
    return inner


def bracket(parser: Parser) -> Node:
    """``[1, 2]`` or ``[1..3]``."""
    parser.next()
    if parser.take("]"):
        return nodes.List(())
    first = parser.expression()
    if parser.kind == "..":
        return interval(parser, first, low_closed=True)
    if parser.take("]"):
        return nodes.List((first,))
    parser.expect(",")
    return nodes.List((first, *parser.separated(parser.expression, "]")))


def open_interval(parser: Parser) -> Node:
    """``]1..3]``."""
    parser.next()
    return interval(parser, parser.expression(), low_closed=False)


def interval(parser: Parser, low: Node, *, low_closed: bool) -> Node:
    """An interval from its two dots on."""
    parser.expect("..")
    high = parser.expression(ends_interval=True)
    if parser.kind not in _CLOSES:
        raise parser.wrong("]")
    return nodes.Interval(low, high, low_closed, _CLOSES[parser.next().kind])


def _unary_interval(parser: Parser) -> Node:
    operator = parser.next().kind
    end = parser.expression()
    parser.expect(")")
    if operator == "=":
        return nodes.Interval(end, end, True, True)
    if operator in ("<", "<="):
        return nodes.Interval(None, end, False, operator == "<=")
    return nodes.Interval(end, None, operator == ">=", False)


def context(parser: Parser) -> Node:
    """``{a: 1, "b": 2}``; the keys are names from here to the end of the text, since paths may use them."""
    parser.next()
    return nodes.Context(parser.separated(lambda: entry(parser), "}"))


def entry(parser: Parser) -> nodes.Entry:
    """One ``key: value`` of a context, or one named argument."""
    if parser.kind == "string":
        name = parser.next().text
        parser.expect(":")
    else:
        name = parser.new_name(NAMED_ARGUMENT)
    value = parser.expression()
    parser.names.add(name)
    return nodes.Entry(name, value)


def if_(parser: Parser) -> Node:
    """``if a then b else c``."""
    parser.next()
    condition = parser.expression()
    parser.expect("then")
    then = parser.expression()
    parser.expect("else")
    return nodes.If(condition, then, parser.expression())


def for_(parser: Parser) -> Node:
    """``for a in b, c in d return e``; ``partial`` in *e* is the list of the results so far."""
    parser.next()
    iterations, body = _iterations(parser, "return")
    return nodes.For(iterations, body)


def quantified(parser: Parser) -> Node:
    """``some a in b satisfies c``, ``every a in b satisfies c``."""
    every = parser.next().kind == "every"
    iterations, condition = _iterations(parser, "satisfies")
    return nodes.Quantified(every, iterations, condition)


def _iterations(parser: Parser, then: str) -> tuple[tuple[nodes.Iteration, ...], Node]:
    """The iterators and what stands after the word *then*, where all their names are known."""
    name = parser.new_name(_ITERATOR)
    iterations = [nodes.Iteration(name, _iterated(parser))]
    with parser.names.also([name]):
        if parser.take(","):
            further, body = _iterations(parser, then)
            return (*iterations, *further), body
        parser.expect(then)
        return tuple(iterations), parser.expression()


def _iterated(parser: Parser) -> Node:
    low = parser.expression()
    return nodes.Sequence(low, parser.expression()) if parser.take("..") else low


def function(parser: Parser) -> Node:
    """``function(a, b: number) a + b``. External functions have no place in a bounded language: they are not read."""
    parser.next()
    parser.expect("(")
    parameters = parser.separated(lambda: _parameter(parser), ")")
    with parser.names.also(name for name, _ in parameters):
        return nodes.Function(parameters, parser.expression())


def _parameter(parser: Parser) -> tuple[str, Type]:
    name = parser.new_name(_PARAMETER)
    return name, type_(parser) if parser.take(":") else types.ANY


def type_(parser: Parser) -> Type:
    """A type: ``number``, ``list<string>``, ``context<a: number>``, ``function<number> -> string``, a model's own."""
    if parser.kind == "function":
        return _function_type(parser)
    if parser.kind not in ("name", "null"):
        raise parser.wrong("type")
    name = parser.token.text
    if name not in types.NAMES and name not in parser.type_names:
        raise parser.wrong("type")
    parser.next()
    if name in ("list", "range") and parser.take("<"):
        return Type(name, items=(_closed(parser, type_),))
    if name == "context" and parser.take("<"):
        return Type(name, entries=parser.separated(lambda: _entry_type(parser), ">"))
    return types.named(name)


def _closed(parser: Parser, read: Callable[[Parser], Type]) -> Type:
    found = read(parser)
    parser.expect(">")
    return found


def _entry_type(parser: Parser) -> tuple[str, Type]:
    return parser.new_name(NAMED_ARGUMENT), type_(parser)


def _function_type(parser: Parser) -> Type:
    parser.next()
    if not parser.take("<"):
        return Type("function")
    parameters = parser.separated(lambda: type_(parser), ">")
    parser.expect("->")
    return Type("function", items=parameters, result=type_(parser))
