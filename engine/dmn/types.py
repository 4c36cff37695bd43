"""The types of a model: its item definitions, as types of FEEL."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn import xml
from engine.feel import types
from engine.feel.types import ANY, Type

#: Item definitions may refer to each other; a circle ends here.
_MAX_DEPTH = 12


def of_model(root: xml.Xml) -> Mapping[str, Type]:
    """The types that the item definitions of a model define, by name."""
    definitions = {str(found.get("name")): found for found in xml.children(root, "itemDefinition")}
    return {name: _defined(found, definitions, 0) for name, found in definitions.items()}


def referred(name: str, defined: Mapping[str, Type]) -> Type:
    """The type that a ``typeRef`` means; older models write it with a prefix."""
    local = name.rpartition(":")[2] if ":" in name else name.removeprefix("feel.")
    if name in defined or local in defined:
        return defined.get(name) or defined[local]
    return types.named(local) if local in types.NAMES else ANY


def _defined(found: xml.Xml, definitions: Mapping[str, xml.Xml], depth: int) -> Type:
    item = _item(found, definitions, depth)
    return Type("list", items=(item,)) if found.get("isCollection") == "true" else item


def _item(found: xml.Xml, definitions: Mapping[str, xml.Xml], depth: int) -> Type:
    if depth > _MAX_DEPTH:
        return ANY
    components = list(xml.children(found, "itemComponent"))
    if components:
        entries = tuple((str(part.get("name")), _defined(part, definitions, depth + 1)) for part in components)
        return Type("context", entries=entries)
    if xml.child(found, "functionItem") is not None:
        return Type("function")
    name = xml.text(found, "typeRef") or str(found.get("typeRef", ""))
    referred_definition = definitions.get(name) if name in definitions else definitions.get(name.rpartition(":")[2])
    if referred_definition is not None:
        return _defined(referred_definition, definitions, depth + 1)
    return referred(name, {})
