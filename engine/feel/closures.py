"""The shape of compiled expressions, which the modules that compile parts of the language share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.feel.nodes import Node
from engine.feel.run import Scope
from engine.values import Value

#: A compiled expression: from a scope to a value.
Evaluate: TypeAlias = Callable[[Scope], Value]
#: What compiles the parts of an expression.
Compile: TypeAlias = Callable[[Node], Evaluate]
