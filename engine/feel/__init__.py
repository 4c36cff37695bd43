"""FEEL, the expression language of DMN: parse a text once, evaluate it over variables, within budgets.

An expression cannot reach anything but its variables and the time it is given: no clock, no files, no objects.
"""

from engine.feel.builtins.conversion import written
from engine.feel.errors import FeelBudgetExceeded, FeelError, FeelNotBoolean, FeelSyntaxError, FeelUnknownName
from engine.feel.expression import (
    Expression,
    UnaryTests,
    compared_texts,
    comparison,
    condition,
    constant,
    free_names,
    parse,
    parse_unary_tests,
)

__all__ = [
    "Expression",
    "FeelBudgetExceeded",
    "FeelError",
    "FeelNotBoolean",
    "FeelSyntaxError",
    "FeelUnknownName",
    "UnaryTests",
    "compared_texts",
    "comparison",
    "condition",
    "constant",
    "free_names",
    "parse",
    "parse_unary_tests",
    "written",
]
