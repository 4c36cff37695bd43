"""The API: the same commands and queries as the pages, for programs."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, render_template

from webui.api import instances, operations, others, tasks
from webui.api.document import document
from webui.api.operations import bp

#: Importing them fills the list of operations.
_MODULES = (instances, others, tasks)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The document that describes the API."""
    return jsonify(document())


@bp.get("/")
def reading() -> str:
    """The document as a page."""
    groups: dict[str, list[Any]] = {}
    for one in operations.OPERATIONS:
        groups.setdefault(one.tag, []).append(one)
    return render_template("api/page.html", groups=groups, schemas=document()["components"]["schemas"])


def install(app: Flask) -> None:
    """Adds the API to the application."""
    app.register_blueprint(bp)
