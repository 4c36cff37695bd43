"""The sentences of the pages: ``t("frame.brand")`` in the language of the request; the engine's where ours end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Request, g, has_request_context, request

from engine import texts
from webui import assets

FOLDER = Path(__file__).parent / "locale"
DEFAULT = texts.LANGUAGES[0]
COOKIE = "bh_language"


def t(code: str, /, **values: object) -> str:
    """The sentence for *code* in the language of the request, with *values* filled in."""
    return say(code, language(), **values)


def say(code: str, language: str, /, **values: object) -> str:
    """The pages' sentence for *code*, else the engine's; the code itself where neither has one."""
    sentence = texts.find(FOLDER, language, code, values)
    if sentence is None:
        return texts.say(code, language, **values)
    return sentence.format_map(_Shown(values))


def sentences(prefix: str) -> dict[str, str]:
    """All sentences whose code begins with *prefix*, for a page that fills them in itself."""
    listed = texts.of_folder(FOLDER, language())
    return {code: sentence for code, sentence in listed.items() if code.startswith(prefix)}


def language() -> str:
    """The language of the request; Chinese outside of one."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = chosen(request)
    return str(g.language)


def chosen(request: Request) -> str:
    """What the person chose (a cookie), else Chinese: the office's language, whatever the browser was set up with."""
    wanted = request.cookies.get(COOKIE)
    return wanted if wanted in texts.LANGUAGES else DEFAULT


def install(app: Flask) -> None:
    """Gives the templates ``t``, ``language``, ``languages`` and what the frame needs of the request."""
    app.jinja_env.globals.update(t=t, language=language, languages=texts.LANGUAGES, say=say, asset_tags=assets.tags)
    app.context_processor(_display)


def _display() -> dict[str, Any]:
    theme = request.cookies.get("bh_theme") if has_request_context() else None
    large = has_request_context() and request.cookies.get("bh_large") == "1"
    return {"theme": theme if theme in ("light", "dark") else "auto", "large": large}


class _Shown(dict[str, object]):
    """Values of a sentence; a missing one shows its name, so that a wrong catalogue never breaks a page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
