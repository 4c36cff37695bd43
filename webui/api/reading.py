"""The API's document as lines that a page shows: each operation with its parts, and each schema with its fields."""

from __future__ import annotations

from typing import Any

import msgspec

from webui.api.document import document


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter, or one field of a schema."""

    name: str
    kind: str
    #: Name of the schema that the type is, or is a list of; empty for plain types.
    schema: str
    required: bool
    about: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field]
    body: Field | None
    answers: list[Field]


def operations() -> dict[str, list[Shown]]:
    """The operations under their tags, in the order of the document."""
    found: dict[str, list[Shown]] = {}
    for path, methods in document()["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_shown(method.upper(), path, told))
    return dict(sorted(found.items()))


def schemas() -> dict[str, list[Field]]:
    """The fields of each schema."""
    known = document()["components"]["schemas"]
    return {
        name: [_field(key, one, key in schema.get("required", ())) for key, one in schema.get("properties", {}).items()]
        for name, schema in sorted(known.items())
    }


def _shown(method: str, path: str, told: dict[str, Any]) -> Shown:
    answers = [_content(status, one) for status, one in told["responses"].items() if status < "300"]
    return Shown(
        name=told["operationId"], method=method, path=path, summary=told["summary"], about=told["description"],
        parameters=[_parameter(one) for one in told["parameters"]],
        body=_content("", told["requestBody"]) if "requestBody" in told else None, answers=answers,
    )  # fmt: skip


def _parameter(one: dict[str, Any]) -> Field:
    about = one.get("description") or one["schema"].get("description", "")
    found = _field(one["name"], one["schema"], one["required"])
    return msgspec.structs.replace(found, kind=f"{one['in']}: {found.kind}", about=about)


def _content(name: str, one: dict[str, Any]) -> Field:
    ((kind, content),) = one["content"].items()
    return _field(name, content["schema"], required=True, about=kind)


def _field(name: str, schema: dict[str, Any], required: bool, about: str = "") -> Field:
    kind, ref = _kind(schema)
    return Field(name=name, kind=kind, schema=ref, required=required, about=about or schema.get("description", ""))


def _kind(schema: dict[str, Any]) -> tuple[str, str]:
    """The type in a few words, and the schema that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "enum" in schema:
        return " | ".join(repr(one).replace("'", '"') for one in schema["enum"]), ""
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        return " | ".join(kind for kind, _ in kinds), next((ref for _, ref in kinds if ref), "")
    if schema.get("type") == "array":
        kind, ref = _kind(schema.get("items", {}))
        return f"[{kind}]", ref
    kind = schema.get("type", "any")
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind), ""
