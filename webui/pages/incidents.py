"""What stands still and how to mend it, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for

from engine.correlation import queries as messages
from engine.errors import BihuanError
from engine.identity import queries as identity
from engine.identity.seen import ADMINISTRATOR
from engine.instances import commands as cases
from engine.instances import queries
from engine.jobs import commands as jobs
from engine.jobs import queries as job_queries
from engine.messages import Command
from engine.tasks import commands as tasks
from webui.actor import actor, engine, seen
from webui.errors import sentence

bp = Blueprint("incidents", __name__)


@bp.before_request
def _administrators_only() -> None:
    if "session" in g and ADMINISTRATOR not in seen().roles:
        abort(403)


@bp.get("/incidents")
def listing() -> str:
    """Every incident, every failed job and every message that nobody took, in plain words."""
    return _page()


@bp.post("/incidents/<incident>/retry")
def retry(incident: str) -> Any:
    """Runs the element again, or looks again whether the post is held."""
    instance = incident.rpartition(".")[0]
    return _do(cases.RetryIncident(instance=instance, incident=incident))


@bp.post("/incidents/<incident>/readdress")
def readdress(incident: str) -> Any:
    """Sends a task that reaches nobody to another post."""
    role, office = request.form.get("role", ""), request.form.get("office", "")
    return _do(tasks.ReaddressTask(task=incident, role=role, office=office))


@bp.post("/jobs/<job>/retry")
def retry_job(job: str) -> Any:
    """Tries a failed job again."""
    return _do(jobs.RetryJob(job=job))


def _do(command: Command) -> Any:
    try:
        engine().dispatch(command, actor(), request.form.get("_request") or None)
    except BihuanError as failed:
        if failed.status in (403, 404):
            raise
        return _page(sentence(failed)), failed.status
    return redirect(url_for("incidents.listing"))


def _page(failed: str | None = None) -> str:
    with engine().database.reading() as connection:
        found = queries.open_incidents(connection)
        broken = job_queries.failed(connection)
        expired, more = messages.listing(connection, seen(), state="expired", limit=20)
        offices, roles = identity.all_offices(connection), identity.roles(connection)
    return render_template(
        "incidents/list.html", incidents=found, jobs=broken, offices=offices, roles=roles, failed=failed,
        messages=expired, more_messages=more,
    )
