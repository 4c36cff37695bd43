"""All built-in functions of the standard (DMN 1.3, 10.3.4, and what 1.4 added), by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.feel.builtins import contexts, conversion, lists, logic, numeric, ranges, statistics, strings, temporal
from engine.feel.builtins.signatures import BuiltIn, built_ins

FUNCTIONS: Final[Mapping[str, BuiltIn]] = built_ins(
    conversion.SIGNATURES,
    logic.SIGNATURES,
    strings.SIGNATURES,
    lists.SIGNATURES,
    statistics.SIGNATURES,
    numeric.SIGNATURES,
    temporal.SIGNATURES,
    ranges.SIGNATURES,
    contexts.SIGNATURES,
)
