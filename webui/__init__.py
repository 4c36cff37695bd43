"""The application: blueprints, what every page needs, headers; it knows no rule."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request, url_for

from engine.dispatch import Engine
from engine.second import seam
from webui import actor, api, errors, filters, texts
from webui.navigation import places
from webui.pages import BLUEPRINTS
from webui.pages.help import address as help_address
from webui.pages.inbox import counts
from webui.policy import CSP
from webui.texts import t


def create_app(engine: Engine) -> Flask:
    """The web application of an installation."""
    app = Flask("webui", static_folder="static", template_folder="templates")
    app.extensions["bihuan"] = engine
    seam.install()
    app.config["MAX_CONTENT_LENGTH"] = engine.settings.file_limit + 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 5_000
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    texts.install(app)
    filters.install(app)
    errors.install(app)
    actor.install(app)
    app.context_processor(_frame)
    app.after_request(_headers)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.install(app)
    return app


def _frame() -> dict[str, Any]:
    """What base.html needs on every page."""
    engine = actor.engine()
    context: dict[str, Any] = {
        "banner": t("frame.banner.demo" if engine.settings.demo else "frame.banner"),
        "city": t("frame.city"),
        "language_urls": {
            code: url_for("language.choose", language=code, next=request.full_path.rstrip("?"))
            for code in ("zh-CN", "en")
        },
    }
    if "session" in g:
        person = g.session.person
        seen = actor.seen()
        context |= {
            "person": {"name": person.name, "post": person.title},
            "csrf": g.session.csrf,
            "seen": seen,
            "sign_out_url": url_for("sign_in.sign_out"),
            "help_url": help_address(),
            "search_url": url_for("cases.listing"),
            "navigation": places(seen, counts(seen)),
        }
    return context


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif "/dist/" in request.path:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
