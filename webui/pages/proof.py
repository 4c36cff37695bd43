"""Proof: what has been verified of a case and of the whole record, seals, the key for everybody, and exports."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for

from engine.db import text
from engine.definitions import queries as definitions
from engine.history import keys, seals, verified, xes
from engine.history import queries as history
from engine.history.export import export
from engine.history.findings import QUESTIONS, Failure, answer, limits
from engine.history.verified import Verification
from engine.history.verify import verify_and_note
from engine.identity import queries as identity
from engine.identity.seen import AUDITOR
from engine.instances import queries as cases
from engine.instances.errors import CaseUnknown
from webui import offline
from webui.actor import engine, seen
from webui.badges import badge
from webui.texts import language, t

bp = Blueprint("proof", __name__)

#: Seals on a page.
LINES = 20

#: After so long, a verification that has not finished was broken off.
LONGEST = timedelta(hours=2)


@bp.get("/cases/<instance>/proof")
def of_case(instance: str) -> str:
    """The four questions about one case, its seal, and the way to verify and to export."""
    with engine().database.reading() as connection:
        case = _case(connection, instance)
        found = verified.of_case(connection, instance)
        total = history.count(connection, instance)
        sealed, first = seals.last_proof(connection, instance), seals.first(connection)
        called = cases.children(connection, seen(), instance)
        badges = {one.id: badge(connection, one.id) for one in called}
        names = identity.names(connection, {found.person} if found else set())
        newer = history.since(connection, instance, found.started_at) if found else 0
    return render_template(
        "proof/case.html", case=case, found=found, questions=_questions(found), findings=_findings(found),
        cannot=_cannot(found), total=total, sealed=sealed, called=called, badges=badges, names=names, key=_key(),
        newer=newer, first=first,
    )  # fmt: skip


@bp.post("/cases/<instance>/proof")
def verify_case(instance: str) -> Any:
    """Verifies the case with its called cases, now."""
    with engine().database.reading() as connection:
        _case(connection, instance)
    verify_and_note(engine(), seen().person, instance)
    return redirect(url_for("proof.of_case", instance=instance))


@bp.get("/cases/<instance>/export.zip")
def export_case(instance: str) -> Response:
    """The case as one file that proves itself; noted in the access log."""
    with engine().database.reading() as connection:
        case = _case(connection, instance)
    replayed = offline.files(engine(), instance, seen())
    # It closes, and is gone, when the answer has been sent.
    target = tempfile.TemporaryFile()  # noqa: SIM115
    export(engine(), instance, target, person=seen().person, seen=seen(), language=language(), extra=replayed)
    target.seek(0)
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", case.title)[:80] or "case"
    answer = send_file(target, mimetype="application/zip", as_attachment=True, download_name=f"{name}.zip")
    answer.call_on_close(target.close)
    return answer


@bp.get("/proof")
def installation() -> str:
    """For auditors: the last verification of everything, the last seal, all seals, the key."""
    _auditors_only()
    number = max(1, request.args.get("page", 1, type=int))
    now = engine().clock.now()
    with engine().database.reading() as connection:
        found = verified.last(connection)
        running = verified.running(connection, text(now - LONGEST))
        first, latest = seals.first(connection), seals.latest(connection)
        listed, more = seals.listing(connection, offset=(number - 1) * LINES, limit=LINES)
        names = identity.names(connection, {one.person for one in (found, running) if one})
        in_force = definitions.in_force(connection)
    return render_template(
        "proof/installation.html", found=found, running=running, questions=_questions(found),
        findings=_findings(found), cannot=_cannot(found), first=first, latest=latest, seals=listed, more=more,
        number=number, names=names, key=_key(), folder=engine().settings.seals_folder, definitions=in_force,
    )  # fmt: skip


@bp.post("/proof")
def verify_everything() -> Any:
    """Begins to verify everything, in a thread beside the work; the page tells when it has finished."""
    _auditors_only()
    with engine().database.reading() as connection:
        running = verified.running(connection, text(engine().clock.now() - LONGEST))
    if running is None:
        begun = threading.Thread(target=verify_and_note, args=(engine(), seen().person), name="verify", daemon=True)
        begun.start()
        # A small record is done before the page is drawn again.
        begun.join(timeout=2)
    return redirect(url_for("proof.installation"))


@bp.get("/proof/seals/<number>.json")
def seal(number: str) -> Response:
    """One seal with all its leaves, to be kept elsewhere."""
    _auditors_only()
    with engine().database.reading() as connection:
        whole = seals.find(connection, int(number)) if number.isdecimal() and len(number) < 10 else None
    if whole is None:
        abort(404)
    name = seals.file_of(engine().settings.seals_folder, whole.seal.number).name
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(seals.encode_file(whole), mimetype="application/json", headers=named)


@bp.get("/proof/log.xes")
def log() -> Response:
    """Many cases as an event log for mining tools (IEEE 1849), as it is read."""
    _auditors_only()
    asked = {name: request.args.get(name, "")[:40] for name in ("definition", "begin", "end")}
    try:
        wanted = xes.Wanted(**asked)
    except ValueError:
        abort(400)
    database, store = engine().database, engine().store

    def parts() -> Iterator[bytes]:
        with database.reading() as connection:
            yield from xes.log(connection, store, wanted)

    named = {"Content-Disposition": f'attachment; filename="{wanted.definition or "all"}.xes"'}
    return Response(parts(), mimetype="application/xml", headers=named)


@bp.get("/proof/key")
def key() -> str:
    """The public part of the key, to be read, printed and compared by everybody, without signing in."""
    return render_template("proof/key.html", key=_key())


@bp.get("/proof/key.pem")
def key_pem() -> Response:
    """The same for programs (RFC 8410)."""
    return Response(_key().pem, mimetype="text/plain")


def _auditors_only() -> None:
    if AUDITOR not in seen().roles:
        abort(403)


def _case(connection: sa.Connection, instance: str) -> cases.Case:
    found = cases.case(connection, seen(), instance)
    if found is None:
        raise CaseUnknown()
    return found


def _key() -> keys.PublicKey:
    return keys.signing_key(engine().settings.data).public


#: Answer → its colour.
COLOURS = {"yes": "g", "partly": "y", "partly-comparable": "y", "no": "r", "not-comparable": "b", "not-asked": "b"}


def _questions(found: Verification | None) -> list[dict[str, Any]]:
    """The four questions with their answers: codes for sentences and colours, and how many streams they leave out."""
    report = found.report if found else None
    answers = {question: answer(report, question) if report else "not-asked" for question in QUESTIONS}
    return [
        {
            "code": question, "answer": said, "colour": COLOURS[said],
            "left_out": len(limits(report, question)) if report else 0,
        }
        for question, said in answers.items()
    ]  # fmt: skip


def _findings(found: Verification | None) -> list[str]:
    return [_sentence(one) for one in found.report.failures] if found and found.report else []


def _cannot(found: Verification | None) -> list[str]:
    return [_sentence(one) for one in found.report.cannot] if found and found.report else []


def _sentence(failure: Failure) -> str:
    return t(f"verify.{failure.found}", **msgspec.structs.asdict(failure))
