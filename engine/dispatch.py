"""The one way in: a command becomes a step, an entry of the journal and an outcome, in one transaction."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine import errors, sql, values
from engine.beginning import READINGS, Asker, begin
from engine.calendars import handlers as calendars
from engine.clock import Clock, SystemClock
from engine.correlation import handlers as correlation
from engine.db import Database
from engine.definitions import handlers as definitions
from engine.documents.store import Store
from engine.documents.texts import externalise
from engine.history import access, journal
from engine.history.journal import PERFORMED, REFUSED, Entry, Head
from engine.identity import handlers as identity
from engine.identity.policy import NothingHere, authorise
from engine.instances import handlers as instances
from engine.instances.tables import instances as case_table
from engine.jobs import handlers as jobs
from engine.ledgers import handlers as ledgers
from engine.messages import Actor, Command, Outcome
from engine.rows import Rows
from engine.settings import BEHAVIOUR, Settings
from engine.step import Step, live_observer
from engine.tasks import handlers as tasks

#: Command → the function that decides.
HANDLERS: dict[type[Command], Callable[[Any, Step], Any]] = {
    **calendars.HANDLERS,
    **correlation.HANDLERS,
    **definitions.HANDLERS,
    **identity.HANDLERS,
    **instances.HANDLERS,
    **jobs.HANDLERS,
    **ledgers.HANDLERS,
    **tasks.HANDLERS,
}

#: Refusals of one actor in one stream within a minute beyond which no more are journalled.
REFUSALS_A_MINUTE = 20


class RequestReused(errors.Conflict):
    """Expected the same request under this request id, but its content is another; send it under a new id."""


class Engine:
    """One installation: its database, its store, its clock; ``dispatch`` is all that changes it."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.database = Database(settings.url)
        self.store = Store(settings.data / "files")
        values.long_text_reader = self.store.get
        #: Called after each commit: a worker of the same process looks for jobs.
        self.after_commit: Callable[[], None] = lambda: None

    def dispatch(
        self, command: Command, actor: Actor | Asker, request_id: str | None = None, *,
        condition: Callable[[Step], None] | None = None,
    ) -> Outcome:  # fmt: skip
        """Performs *command* for *actor*; the same *request_id* again gives the first outcome again.

        An asker is found inside of the transaction, so that a click is one transaction as a whole; a *condition* looks
        at the locked stream and raises where it is no longer as the caller saw it. Raises Refusal (journalled), and
        Mistake or Conflict (nothing written).
        """
        request = request_id or f"r-{secrets.token_hex(12)}"
        command = externalise(command, self.store)
        try:
            outcome = self._transact(command, actor, request, condition, new=request_id is None)
        except sa.exc.DBAPIError as failed:
            # Two commands at once wanted the same period or request: the second one sees the first when it looks again.
            # Where the connection broke, nobody knows whether it committed: the request id tells.
            if not isinstance(failed, sa.exc.IntegrityError) and not failed.connection_invalidated:
                raise
            outcome = self._transact(command, actor, request, condition)
        except NothingHere as nothing:
            who = str(nothing.values.get("actor", ""))
            access.note(self, who, type(command).__name__, command.stream() or "", "nothing-here")
            raise
        if isinstance(outcome, errors.Refusal):
            raise outcome
        self.after_commit()
        return outcome

    def _transact(
        self, command: Command, who: Actor | Asker, request: str, condition: Callable[[Step], None] | None, *,
        new: bool = False,
    ) -> Outcome | errors.Refusal:  # fmt: skip
        """One try; a *new* request cannot have an entry yet."""
        with self.database.writing() as connection:
            found = begin(connection, command, who, None if new else request)
            if found.earlier is not None:
                return _again(found.earlier, command)
            head = found.head or Head(kind=command.kind)
            stream = command.stream() or new_stream_id(self.clock.now())
            step = self._step(stream, head, found.actor, connection)
            if found.about:
                READINGS[type(command)][1](step, command, found.about)
            if found.seen is not None:
                step.know("actor", {"person": found.actor.person}, found.seen)
            return self._perform(command, request, step, head, condition)

    def _perform(
        self, command: Command, request: str, step: Step, head: Head, condition: Callable[[Step], None] | None
    ) -> Outcome | errors.Refusal:  # fmt: skip
        connection = step.rows.connection
        assert connection is not None
        try:
            outcome = decide(command, step, condition)
        except errors.Refusal as refusal:
            self._refuse(refusal, command, request, step, head, connection)
            return refusal
        entry = self._entry(command, request, step, head, PERFORMED, outcome)
        told = journal.told(entry, command.kind, first=head.seq == 0)
        sql.send(connection, [*step.rows.told(connection.dialect.name), *told])
        return Outcome(stream=step.stream, seq=entry.seq, values=outcome)

    def _step(self, stream: str, head: Head, actor: Actor, connection: sa.Connection) -> Step:
        return Step(
            stream=stream, kind=head.kind, seq=head.seq + 1, counter=head.counter, now=self.clock.now(), actor=actor,
            rows=Rows(connection), observe=live_observer(connection), store=self.store, behaviour=BEHAVIOUR,
        )  # fmt: skip

    def _refuse(
        self, refusal: errors.Refusal, command: Command, request: str, step: Step, head: Head,
        connection: sa.Connection,
    ) -> None:  # fmt: skip
        """An entry without events in the target's stream; what the step had staged is dropped with it."""
        if head.seq == 0 or journal.refusals(connection, step.stream, step.actor.person, step.now) >= REFUSALS_A_MINUTE:
            return
        step.events, step.counter = [], head.counter
        entry = self._entry(command, request, step, head, REFUSED, refused(refusal), snapshot=False)
        sql.send(connection, journal.told(entry, command.kind, first=False))

    def _entry(
        self, command: Command, request: str, step: Step, head: Head, kind: str, outcome: dict[str, Any], *,
        snapshot: bool = True,
    ) -> Entry:  # fmt: skip
        events = [event.encoded() for event in step.events]
        recorded = step.recorded or command
        return Entry(
            stream=step.stream, seq=step.seq, at=step.at, actor=step.actor.person,
            on_behalf_of=step.actor.on_behalf_of, request_id=request, request_digest=_digest(command), kind=kind,
            command=_text(recorded.encoded()),
            observed=_text(step.observed), events=_text(events), outcome=_text(outcome), counter=step.counter,
            behaviour=step.behaviour, snapshot_digest=snapshot_digest(step) if snapshot else None,
            previous_hash=head.head, algorithm=self.settings.digest,
        ).sealed()  # fmt: skip


def _again(earlier: Entry, command: Command) -> Outcome | errors.Refusal:
    """The first outcome of a request that comes again; raises RequestReused where its content is another."""
    if earlier.request_digest != _digest(command):
        raise RequestReused()
    outcome = values.load(earlier.outcome)
    if earlier.kind == REFUSED:
        return errors.refusal_of(outcome["refused"], outcome["values"])
    return Outcome(stream=earlier.stream, seq=earlier.seq, values=outcome)


def _digest(command: Command) -> str:
    """128 bits of SHA-256 over what was asked, before anything was left out of it."""
    return values.digest(values.canonical(command.encoded()))[:32]


def decide(
    command: Command, step: Step, condition: Callable[[Step], None] | None = None
) -> dict[str, Any]:  # fmt: skip
    """What *command* comes to in this step, live and when it is performed again; raises every reason there is."""
    authorise(command, step)
    if condition is not None:
        condition(step)
    return HANDLERS[type(command)](command, step) or {}


def refused(refusal: errors.Refusal) -> dict[str, Any]:
    """What an entry keeps of a refusal in place of the outcome."""
    return {"refused": refusal.code, "values": values.encode({k: str(v) for k, v in refusal.values.items()})}


def snapshot_digest(step: Step) -> str | None:
    """Digest of the case's snapshot after the step, where the step touched it."""
    changed = step.rows.changed.get(case_table.name, {})
    row = step.rows.get(case_table, step.stream) if step.stream in changed else None
    return values.digest(row["snapshot"].encode()) if row is not None else None


def _text(json: Any) -> str:
    return values.canonical(json).decode()


def new_stream_id(now: datetime) -> str:
    """A UUIDv7 (RFC 9562 §5.7) of this moment."""
    milliseconds = int(now.astimezone(UTC).timestamp() * 1000)
    body = bytearray(milliseconds.to_bytes(6, "big") + secrets.token_bytes(10))
    body[6] = body[6] & 0x0F | 0x70
    body[8] = body[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(body)))
