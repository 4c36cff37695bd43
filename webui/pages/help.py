"""Help: the guides, each as a page, and where each page's help stands."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webui import guides
from webui.texts import language

bp = Blueprint("help", __name__)

#: Blueprint of a page → the guide that speaks of it; of all others, the one for those who work.
ABOUT = {
    "drafts": "owning", "drafts_editor": "owning", "publishing": "publishing", "trying": "publishing",
    "messages": "messages", "audit": "auditing", "history": "auditing", "replay": "auditing", "proof": "proof",
    "people": "operating", "incidents": "operating",
}  # fmt: skip


def address() -> str:
    """Where the help on this page stands."""
    return url_for("help.show", guide=ABOUT.get(request.blueprint or "", "working"))


@bp.get("/help")
def first() -> Response:
    """The first of the guides."""
    return redirect(url_for("help.show", guide=guides.GUIDES[0]))


@bp.get("/help/<guide>")
def show(guide: str) -> str:
    """One guide, with the others beside it."""
    if guide not in guides.GUIDES:
        abort(404)
    listed = [(name, guides.title(name, language())) for name in guides.GUIDES]
    shown = guides.read(guide, language(), lambda name: url_for("help.show", guide=name))
    return render_template("help/page.html", name=guide, guide=shown, listed=listed)
