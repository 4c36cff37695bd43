"""The reasons for which a decision cannot be read or made."""

from __future__ import annotations

from engine.errors import Mistake


class DmnUnreadable(Mistake):
    """Expected a decision model in the XML of DMN 1.1 to 1.5, found something else ({reason}); export it again."""


class DmnUnknownDecision(Mistake):
    """Expected a decision of this model, found {decision}; use the id of one of its decisions."""


class DmnUnsupported(Mistake):
    """Expected what this engine executes, found {what} in {element}; express it otherwise, for instance in FEEL."""


class DmnSeveralRules(Mistake):
    """Expected one rule of the table {table} at most to match, found {rules}; make the rules exclude each other."""


class DmnRulesDisagree(Mistake):
    """Expected all matching rules of the table {table} to say the same, found {rules} that do not; correct them."""


class DmnCircle(Mistake):
    """Expected decisions that do not require themselves, found that {decision} does; take out one requirement."""
