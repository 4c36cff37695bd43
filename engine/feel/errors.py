"""The reasons for which FEEL says no; all else that goes wrong in an expression is null, as the standard says."""

from __future__ import annotations

from engine.errors import Mistake


class FeelError(Mistake):
    """Base of all reasons of the expression language."""


class FeelSyntaxError(FeelError):
    """Expected {expected} at character {position}, found {found}; correct the expression there.

    *expected* is a piece of FEEL (``then``, ``)``) or one of the words ``expression``, ``name``, ``type``, ``string``,
    ``number``, ``at-literal``, ``end``, which the catalogue translates under ``feel-expected.<word>``.
    """


class FeelBudgetExceeded(FeelError):
    """Expected at most {limit} of {what} (text, nodes, depth, steps, size), found more; make the expression simpler.

    The catalogue translates *what* under ``feel-budget.<what>``.
    """


class FeelUnknownName(FeelError):
    """Expected a variable that exists, found {name}; correct the spelling, or set the variable before."""


class FeelNotBoolean(FeelError):
    """Expected true or false as the result of a condition, found {found}; compare the value with something."""
