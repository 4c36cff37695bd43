"""Takes jobs that are due, performs what they want, and brings the result home as a command."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine import values
from engine.db import moment, text
from engine.definitions import examinations
from engine.dispatch import Engine
from engine.effects import EFFECTS
from engine.errors import Mistake
from engine.jobs import commands
from engine.jobs.bell import listen
from engine.jobs.tables import job_leases, jobs
from engine.messages import SYSTEM
from engine.tasks import drafts
from engine.values import Json

log = logging.getLogger(__name__)

#: Tries before a job becomes an incident, and the seconds before each further one.
BACK_OFF = (1, 5, 30, 120, 600)

#: How long a worker may keep a job before another one may try it.
LEASE = timedelta(minutes=2)

#: How long an idle worker sleeps at most: another process may have written a job, and nobody may have rung.
IDLE_SECONDS = 2.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job as an effect gets it; its id is the key by which a second try is known."""

    id: str
    stream: str
    kind: str
    payload: dict[str, Json]
    attempts: int


class Worker:
    """Works the jobs of one installation, in a thread of the web process or as a process of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._swept: datetime | None = None
        #: True while there is nothing to do.
        self.idle = False

    def start(self) -> None:
        """Begins to work in a thread."""
        self._thread = threading.Thread(target=self.run, name="jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Says that there may be work now."""
        self._wake.set()

    def stop(self) -> None:
        """Ends after the job at hand."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def run(self) -> None:
        """Works until it is stopped."""
        self._take_back()
        if not self.engine.database.is_sqlite:
            about = (self.engine.database, self.wake, self._stop)
            threading.Thread(target=listen, args=about, name="bell", daemon=True).start()
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self.work()
                self._sweep()
                wait = self._seconds_to_next()
            except Exception:
                # The database may be away for a moment; the worker outlives it.
                log.exception("The worker could not read its jobs; it tries again.")
                wait = IDLE_SECONDS
            self.idle = True
            self._wake.wait(wait)
            self.idle = False

    def work(self) -> int:
        """Works every job that is due now; gives how many were tried."""
        tried = 0
        while not self._stop.is_set():
            job = self._take()
            if job is None:
                return tried
            tried += 1
            self._perform(job)
        return tried

    def _sweep(self) -> None:
        """Once an hour, removes what nobody needs any more."""
        now = self.engine.clock.now()
        if self._swept is None or now - self._swept > timedelta(hours=1):
            self._swept = now
            with self.engine.database.writing() as connection:
                drafts.sweep(connection)
                examinations.sweep(connection, now)

    def _take_back(self) -> None:
        """Leases of a process that was killed end when a worker starts.

        One that is still at work with such a job loses nothing: whoever is second finds the effect done already.
        """
        with self.engine.database.writing() as connection:
            connection.execute(_TAKE_BACK, {"not_before": text(self.engine.clock.now())})

    def _take(self) -> Job | None:
        """The job that is due longest and that nobody else is working on, leased to this worker."""
        now = self.engine.clock.now()
        with self.engine.database.writing() as connection:
            row = attempts = None
            while attempts is None:
                row = connection.execute(_DUE, {"now": text(now)}).mappings().first()
                if row is None:
                    return None
                lease = {"key": row["id"], "now": text(now), "not_before": text(now + LEASE)}
                # Another worker may have taken it since this one looked: then its lease holds, and no row comes back.
                attempts = connection.execute(LEASE_OF[connection.dialect.name], lease).scalar()
        assert row is not None
        payload = values.load(row["payload"])
        return Job(id=row["id"], stream=row["stream"], kind=row["kind"], payload=payload, attempts=attempts)

    def _perform(self, job: Job) -> None:
        try:
            EFFECTS[job.kind](self.engine, job)
        except Exception as failed:
            # Whatever an effect raises, the job must be tried again or become an incident that a person can see.
            log.warning("Job %s (%s) failed at try %d: %s", job.id, job.kind, job.attempts, failed)
            self._failed(job, failed)
        else:
            with self.engine.database.writing() as connection:
                connection.execute(_FORGET, {"key": job.id})

    def _failed(self, job: Job, failed: Exception) -> None:
        said = f"{type(failed).__name__}: {failed}"[:500]
        # What cannot be used as it is will not be usable in ten minutes either: a person should see it at once.
        if job.attempts > len(BACK_OFF) or isinstance(failed, Mistake):
            command = commands.ReportJobFailure(job=job.id, error=said, attempts=job.attempts)
            self.engine.dispatch(command, SYSTEM, f"{job.id}:failed:{job.attempts}")
        again = text(self.engine.clock.now() + timedelta(seconds=BACK_OFF[min(job.attempts, len(BACK_OFF)) - 1]))
        with self.engine.database.writing() as connection:
            connection.execute(_POSTPONE, {"key": job.id, "not_before": again, "error": said})

    def _seconds_to_next(self) -> float:
        with self.engine.database.reading() as connection:
            soonest = connection.execute(_SOONEST).scalar()
        if soonest is None:
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.05, (moment(soonest) - self.engine.clock.now()).total_seconds()))


@contextmanager
def working(engine: Engine) -> Iterator[Worker]:
    """A worker thread for as long as the block lasts."""
    worker = Worker(engine)
    engine.after_commit = worker.wake
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


_OPEN: Any = jobs.outerjoin(job_leases, job_leases.c.id == jobs.c.id)
_DUE = (
    sa.select(jobs)
    .select_from(_OPEN)
    .where(jobs.c.state == "waiting", jobs.c.due <= sa.bindparam("now"))
    .where(sa.or_(job_leases.c.not_before.is_(None), job_leases.c.not_before <= sa.bindparam("now")))
    .order_by(jobs.c.due, jobs.c.id)
    .limit(1)
    .with_for_update(of=jobs, skip_locked=True)
)
_SOONEST = sa.select(sa.func.min(sa.func.coalesce(job_leases.c.not_before, jobs.c.due))).select_from(_OPEN).where(
    jobs.c.state == "waiting"
)


def _lease(insert: Any) -> Any:
    """Takes a job until a moment, unless somebody else has it; gives the number of this try."""
    first = insert(job_leases).values(id=sa.bindparam("key"), attempts=1, not_before=sa.bindparam("not_before"))
    again = {"attempts": job_leases.c.attempts + 1, "not_before": sa.bindparam("not_before")}
    free = job_leases.c.not_before <= sa.bindparam("now")
    taken = first.on_conflict_do_update(index_elements=["id"], set_=again, where=free)
    return taken.returning(job_leases.c.attempts)


LEASE_OF = {"sqlite": _lease(sqlite.insert), "postgresql": _lease(postgresql.insert)}
_POSTPONE = (
    sa.update(job_leases)
    .where(job_leases.c.id == sa.bindparam("key"))
    .values(not_before=sa.bindparam("not_before"), error=sa.bindparam("error"))
)
_TAKE_BACK = (
    sa.update(job_leases).where(job_leases.c.error.is_(None)).values(not_before=sa.bindparam("not_before"))
)
_FORGET = sa.delete(job_leases).where(job_leases.c.id == sa.bindparam("key"))
