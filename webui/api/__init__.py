"""The API: the same commands and queries as the pages, for programs."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template

from webui.api import definitions, files, instances, limits, reading, tasks, versions
from webui.api.document import document
from webui.api.operations import bp

#: Importing them fills the list of operations.
MODULES = (definitions, files, instances, tasks, versions)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The document that describes the API."""
    return jsonify(document())


@bp.get("/")
def read() -> str:
    """The document as a page."""
    return render_template("api/page.html", groups=reading.operations(), schemas=reading.schemas())


def install(app: Flask) -> None:
    """Adds the API to the application."""
    limits.install(app)
    app.register_blueprint(bp)
