"""The types of a model: its item definitions, as types of FEEL."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn import xml
from engine.feel import types
from engine.feel.types import ANY, Type


def of_model(root: xml.Xml) -> Mapping[str, Type]:
    """The types that the item definitions of a model define, by name."""
    definitions = _Definitions({str(found.get("name")): found for found in xml.children(root, "itemDefinition")})
    return {name: definitions.named(name) for name in definitions.elements}


def referred(name: str, defined: Mapping[str, Type]) -> Type:
    """The type that a ``typeRef`` means; older models write it with a prefix."""
    local = name.rpartition(":")[2] if ":" in name else name.removeprefix("feel.")
    found = defined.get(name) or defined.get(local)
    if found is not None:
        return found
    return types.named(local) if local in types.NAMES else ANY


class _Definitions:
    """Item definitions, each made a type once; one that refers to itself may hold anything there."""

    def __init__(self, elements: Mapping[str, xml.Xml]) -> None:
        self.elements = elements
        self._made: dict[str, Type] = {}

    def named(self, name: str) -> Type:
        """The type of the item definition with this name."""
        if name not in self._made:
            self._made[name] = ANY
            self._made[name] = self._defined(self.elements[name])
        return self._made[name]

    def _defined(self, found: xml.Xml) -> Type:
        item = self._item(found)
        return Type("list", items=(item,)) if found.get("isCollection") == "true" else item

    def _item(self, found: xml.Xml) -> Type:
        components = list(xml.children(found, "itemComponent"))
        if components:
            return Type("context", entries=tuple((str(part.get("name")), self._defined(part)) for part in components))
        if xml.child(found, "functionItem") is not None:
            return Type("function")
        name = xml.text(found, "typeRef") or str(found.get("typeRef", ""))
        for known in (name, name.rpartition(":")[2]):
            if known in self.elements:
                return self.named(known)
        return referred(name, {})
