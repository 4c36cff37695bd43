"""DMN: reads and checks decision models, and evaluates decisions so that an auditor sees which rules matched."""

from engine.dmn.check import check
from engine.dmn.decided import Decided, MatchedRow
from engine.dmn.errors import (
    DmnCircle,
    DmnRulesDisagree,
    DmnSeveralRules,
    DmnUnknownDecision,
    DmnUnreadable,
    DmnUnsupported,
)
from engine.dmn.model import Decision, Model
from engine.dmn.reader import read
from engine.dmn.requirements import evaluate, evaluate_service

__all__ = [
    "Decided",
    "Decision",
    "DmnCircle",
    "DmnRulesDisagree",
    "DmnSeveralRules",
    "DmnUnknownDecision",
    "DmnUnreadable",
    "DmnUnsupported",
    "MatchedRow",
    "Model",
    "check",
    "evaluate",
    "evaluate_service",
    "read",
]
