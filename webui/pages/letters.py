"""The page of a letter: through whose hands it went, on which version, and whether the record of its case is sound."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from flask import Blueprint, abort, render_template

from engine.definitions.compiled import Compiled, compiled
from engine.documents import letters, queries
from engine.history import places
from engine.identity import queries as identity
from engine.instances import queries as cases
from engine.tasks import queries as tasks
from webui import hands, moments
from webui.actor import engine, seen
from webui.badges import badge
from webui.pages.replay import publication

bp = Blueprint("letters", __name__)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A called case to which the letter was given, and the entry of the calling case that handed it over."""

    case: cases.Case
    entry: int | None


@bp.get("/cases/<instance>/documents/<document>/letter")
def show(instance: str, document: str) -> str:
    """A letter of a case."""
    with engine().database.reading() as connection:
        case = cases.case(connection, seen(), instance)
        found = queries.of_case(connection, instance) if case is not None else []
        chosen = next((one for one in found if one.id == document and one.type == "text/markdown"), None)
        if case is None or chosen is None:
            abort(404)
        course = tasks.of_case(connection, instance)
        behalf = places.on_behalf(connection, instance)
        people = {one.item.done_by for one in course if one.item.done_by} | {one.filed_by for one in found}
        people |= set(behalf.values())
        names, verified = identity.names(connection, people), badge(connection, instance)
        setting = _setting(compiled(engine().store, case.package))
        held = hands.of_letter(connection, setting, instance, course, chosen)
        filed, sent = places.filed(connection, instance, document), _sent(connection, instance, chosen)
        brought = publication(connection, case)
    return render_template(
        "case/letter.html", case=case, document=chosen, names=names, verified=verified,
        process=setting.process, hands=held, html=letters.to_html(engine().store.get(chosen.digest).decode()),
        filed=filed, sent=sent, behalf=behalf, signed=held[-1].entry if held else filed, translate=setting.translate,
        **brought,
    )  # fmt: skip


def _setting(process: Compiled) -> moments.Setting:
    return moments.Setting(process=process, today=None, today_number=0, people={}, labels=process.labels())


def _sent(connection: sa.Connection, instance: str, letter: queries.Document) -> list[Sent]:
    """The called cases to which a letter was given, as far as the person may see them."""
    called = {one.id: one for one in cases.children(connection, seen(), instance)}
    given = places.begun_with(connection, called, letter.digest)
    return [
        Sent(case=one, entry=places.handed_over(connection, instance, one.parent_wait or 0))
        for one in called.values()
        if one.id in given
    ]

