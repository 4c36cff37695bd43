"""Small decision models for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from xml.sax.saxutils import escape

Item = TypeVar("Item")

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body: str) -> bytes:
    """A whole model around some XML."""
    return f'<definitions xmlns="{NAMESPACE}" name="m" namespace="urn:m">{body}</definitions>'.encode()


def decision(name: str, logic: str, *, requires: Sequence[str] = (), type_: str = "") -> str:
    """A decision whose id is its name; what it requires are decisions."""
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>' for other in requires
    )
    type_ref = f' typeRef="{type_}"' if type_ else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{type_ref}/>{required}{logic}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    default: str = "",
    values: str = "",
) -> str:
    """A table with the id ``t``; a rule is its cells, inputs first; *values* are those of the first output."""
    text = ""
    for number, name in _from_1(inputs):
        text += f'<input id="i{number}"><inputExpression>{_text(name)}</inputExpression></input>'
    for number, name in _from_1(outputs):
        listed = f"<outputValues>{_text(values)}</outputValues>" if values and number == 1 else ""
        otherwise = f"<defaultOutputEntry>{_text(default)}</defaultOutputEntry>" if default else ""
        text += f'<output id="o{number}" name="{name}">{listed}{otherwise}</output>'
    for number, cells in _from_1(rules):
        entries = "".join(
            f'<{tag} id="c{number}_{place}">{_text(cell)}</{tag}>'
            for place, cell in enumerate(cells)
            for tag in ["inputEntry" if place < len(inputs) else "outputEntry"]
        )
        text += f'\n<rule id="r{number}">{entries}</rule>'
    more = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{more}>{text}</decisionTable>'


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _from_1(items: Sequence[Item]) -> list[tuple[int, Item]]:
    return list(enumerate(items, 1))
