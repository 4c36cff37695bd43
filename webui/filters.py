"""How times, deadlines and values read on a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, g

from engine import values
from engine.calendars.queries import ZONE
from engine.db import moment
from engine.identity import queries as identity
from webui.actor import engine
from webui.elements import made
from webui.texts import t


def clock(spelled: str | None) -> str:
    """``11-18 16:20`` in the offices' zone; with the year where it is not this one's."""
    if not spelled:
        return ""
    local = moment(spelled).astimezone(ZONE)
    year = "" if local.year == datetime.now(ZONE).year else f"{local.year}-"
    return f"{year}{local:%m-%d %H:%M}"


def instant(spelled: str) -> str:
    """``2026-11-18 16:20:05`` in the offices' zone."""
    return f"{moment(spelled).astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def day(spelled: str | None) -> str:
    """``2026-11-18`` in the offices' zone."""
    return moment(spelled).astimezone(ZONE).date().isoformat() if spelled else ""


def shown(value: Any) -> str:
    """A value of a form or of a fact as a person reads it."""
    if value is None or value == "":
        return "—"
    if value is True or value is False:
        return t("value.yes" if value else "value.no")
    if isinstance(value, values.File):
        return value.name
    if isinstance(value, (list, tuple)):
        return t("value.separator").join(shown(item) for item in value)
    if isinstance(value, dict):
        return t("value.separator").join(f"{key} {shown(item)}" for key, item in value.items())
    if isinstance(value, (Decimal, date, datetime, timedelta)):
        return str(value)
    return str(value)


def decoded(json: Any) -> Any:
    """The value of an encoded one."""
    return values.decode(json)


def brief(value: Any) -> str:
    """A value in one line: lists by their number, long texts cut."""
    if isinstance(value, (list, tuple)) and any(isinstance(item, (dict, list)) for item in value):
        return t("value.rows", count=len(value))
    text = shown(value)
    return text if len(text) <= 200 else text[:200] + "…"


def role_name(role: str | None, office: str | None) -> str:
    """The title under which a role is held in an office, for those whom a task reaches."""
    names = _names()
    return names.get((role or "", office or "")) or names.get((role or "", "")) or role or ""


def words(event: dict[str, Any], translate: Callable[[str], str]) -> dict[str, Any]:
    """The fields of an event as its sentence needs them: names translated, an address in words."""
    found = {key: value for key, value in event.items() if key not in ("type", "version", "values")}
    found["name"] = translate(str(event.get("name", "")))
    found["address"] = role_name(event.get("role"), event.get("office")) or str(event.get("person") or "")
    found["outcome"] = translate(str(event.get("outcome") or ""))
    found["job_kind"] = t(f"job.{event.get('job_kind')}")
    return found


def action(code: str) -> str:
    """What was looked at or tried, by the access log: an own word, or the command's."""
    own = t(f"access.is.{code}")
    return own if not own.startswith("access.is.") else t(f"command.{code}")


def access_result(code: str) -> str:
    """What came of an access."""
    found = t(f"access.gave.{code}")
    return found if not found.startswith("access.gave.") else code


def _names() -> dict[tuple[str, str], str]:
    """Titles of posts by role and office, and by role alone; read once per request."""
    if "role_names" not in g:
        with engine().database.reading() as connection:
            g.role_names = identity.titles(connection)
    found: dict[tuple[str, str], str] = g.role_names
    return found


def size(number: int) -> str:
    """Bytes in words: ``340 kB``."""
    return f"{number / 1_000_000:.1f} MB" if number >= 1_000_000 else f"{max(1, number // 1000)} kB"


def install(app: Flask) -> None:
    """Gives the templates these filters, and a test."""
    app.jinja_env.tests["made"] = made
    app.jinja_env.filters.update(
        access_result=access_result, action=action, brief=brief, clock=clock, day=day, decoded=decoded,
        instant=instant, role_name=role_name, shown=shown, size=size, words=words,
    )  # fmt: skip
