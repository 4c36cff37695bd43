"""What of form-js's schema (1.23) we take: kinds and their attributes; all else is refused by name."""

from __future__ import annotations

from typing import Final

#: Attributes of the form itself.
FORM: Final = frozenset(
    {"$schema", "type", "id", "components", "schemaVersion", "exporter", "executionPlatform",
     "executionPlatformVersion", "versionTag", "generated"}
)  # fmt: skip
_ANY: Final = frozenset({"type", "id", "layout", "conditional", "properties"})
_FRAME: Final = _ANY | {"label", "path", "components", "showOutline", "verticalAlignment"}
_FIELD: Final = _ANY | {"key", "label", "description", "readonly", "validate"}
_TEXT: Final = _FIELD | {"defaultValue", "appearance"}
_CHOICE: Final = _FIELD | {"defaultValue", "values", "valuesKey", "valuesExpression"}
#: The few that only say how form-js draws (layout, showOutline, searchable, …) are taken and not used.
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "textfield": _TEXT,
    "textarea": _TEXT,
    "number": _TEXT | {"decimalDigits", "increment", "serializeToString"},
    "checkbox": _FIELD | {"defaultValue"},
    "checklist": _CHOICE,
    "radio": _CHOICE,
    "select": _CHOICE | {"searchable"},
    "datetime": _FIELD | {"subtype", "dateLabel"},
    "filepicker": _FIELD | {"multiple", "accept"},
    "dynamiclist": _FRAME
    | {"description", "validate", "isRepeating", "allowAddRemove", "defaultRepetitions"}
    | {"disableCollapse", "nonCollapsedItems"},
    "group": _FRAME,
    "text": _ANY | {"text"},
    "table": _ANY | {"label", "description", "dataSource", "columns", "rowCount"},
    "separator": _ANY,
    "spacer": _ANY | {"height"},
}  # fmt: skip
_LENGTHS: Final = frozenset({"required", "minLength", "maxLength", "pattern", "validationType"})
#: What ``validate`` may hold; of kinds not named, only ``required``.
VALIDATE: Final[dict[str, frozenset[str]]] = {
    "textfield": _LENGTHS,
    "textarea": _LENGTHS,
    "number": frozenset({"required", "min", "max"}),
}
_OWN: Final = frozenset({"requiredWhen"})
#: What ``properties`` may hold: our own additions to form-js; other kinds that ask for an answer have only the first.
PROPERTIES: Final[dict[str, frozenset[str]]] = {
    "textfield": _OWN | {"patternMessage"},
    "textarea": _OWN | {"patternMessage", "quick"},
    "filepicker": _OWN | {"maxMegabytes"},
    "dynamiclist": _OWN | {"fixed"},
}


def inside(kind: str) -> dict[str, frozenset[str]]:
    """What the attributes of *kind* that are objects themselves may hold."""
    return {
        "validate": VALIDATE.get(kind, frozenset({"required"})),
        "properties": PROPERTIES.get(kind, _OWN if "validate" in ATTRIBUTES.get(kind, ()) else frozenset()),
        "conditional": frozenset({"hide"}),
        "appearance": frozenset({"suffixAdorner"}),
    }


#: Names that the engine itself gives; no answer may take them.
RESERVED: Final = frozenset({"outcome", "settings", "starter", "started", "result", "true", "false", "null"})
