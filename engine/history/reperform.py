"""Performs recorded commands again, with the live handlers and without a database, and compares what comes out.

Time, actor and observations are those of the entry, the package is that of the version to which the case is pinned. So
it shows that the rules were followed given what was seen (design: laws 1 and 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any

from engine import db, values
from engine.dispatch import HANDLERS, decide, refused, snapshot_digest
from engine.documents.store import Store
from engine.errors import BihuanError, Refusal
from engine.history.apply import decode
from engine.history.findings import RULES, Failure
from engine.history.journal import PERFORMED, REFUSED, Entry, Head
from engine.messages import Actor, Command
from engine.rows import Rows
from engine.settings import BEHAVIOUR
from engine.step import Step
from engine.values import Json

#: Behaviours whose branches this release still has.
BEHAVIOURS = frozenset({BEHAVIOUR})

_COMMANDS: dict[tuple[str, int], type[Command]] = {(kind.__name__, kind.version): kind for kind in HANDLERS}


class Cannot(Exception):
    """Expected to be able to perform an entry again, but this installation lacks something; *found* says what."""

    def __init__(self, found: str, detail: str) -> None:
        super().__init__(found, detail)
        self.found, self.detail = found, detail


class Differs(Exception):
    """Expected what the entry says, found something else when its command was performed again."""

    def __init__(self, found: str, detail: str = "") -> None:
        super().__init__(found, detail)
        self.found, self.detail = found, detail


class Reperformance:
    """One stream performed again from its first entry, on rows of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rows = Rows()
        self._head = Head(kind="")

    def perform(self, entry: Entry) -> Step:
        """Performs the next *entry* of the stream again; raises Differs and Cannot."""
        command = _command(entry)
        if entry.behaviour not in BEHAVIOURS:
            raise Cannot("behaviour-unknown", str(entry.behaviour))
        # A refusal leaves nothing behind: it gets rows that are thrown away.
        rows = self.rows if entry.kind == PERFORMED else _copy(self.rows)
        rows.changed = {}
        step = self._step(entry, command.kind, rows)
        said = self._decide(command, step, entry)
        if entry.kind == REFUSED:
            step.events, step.counter = [], self._head.counter
        _compare(entry, step, said)
        self._head = Head(kind=command.kind, seq=entry.seq, head=entry.hash, counter=entry.counter)
        return step

    def _step(self, entry: Entry, kind: str, rows: Rows) -> Step:
        return Step(
            stream=entry.stream, kind=kind, seq=entry.seq, counter=self._head.counter,
            now=db.moment(entry.at), actor=Actor(person=entry.actor, on_behalf_of=entry.on_behalf_of), rows=rows,
            observe=_fed(entry), store=self.store, behaviour=entry.behaviour,
        )  # fmt: skip

    def _decide(self, command: Command, step: Step, entry: Entry) -> dict[str, Any]:
        """The outcome, or what is kept of a refusal; raises Differs, and Cannot where the store lacks something."""
        try:
            outcome = decide(command, step)
        except Refusal as refusal:
            if entry.kind == PERFORMED:
                raise Differs("now-refused", str(refusal)) from refusal
            return refused(refusal)
        except BihuanError as reason:
            raise Differs("now-refused", str(reason)) from reason
        except FileNotFoundError as missing:
            raise self._missing(missing, entry) from missing
        if entry.kind == REFUSED:
            raise Differs("now-performed")
        return outcome

    def _missing(self, missing: FileNotFoundError, entry: Entry) -> Cannot:
        digest = PurePath(str(missing.filename or missing)).name
        package = f'"package":"{digest}"' in entry.command + entry.observed or any(
            row.get("package") == digest for table in self.rows.loaded.values() for row in table.values() if row
        )
        return Cannot("package-missing" if package else "text-missing", digest)


def _nobody(entry: Entry, step: Step) -> None:
    """Looks at nothing."""


def reperform(found: Iterable[Entry], store: Store, saw: Callable[[Entry, Step], None] = _nobody) -> Failure | None:
    """The first entry of one stream that does not come out the same, or that cannot be performed here; None: the same.

    A failure with the question ``cannot`` is no finding against the record: law 9. *saw* is told of each entry that
    came out the same, with the step that it took.
    """
    again = Reperformance(store)
    for entry in found:
        try:
            step = again.perform(entry)
        except Cannot as cannot:
            return _failure("cannot", entry, cannot.found, cannot.detail)
        except Differs as differs:
            return _failure(RULES, entry, differs.found, differs.detail)
        except Exception as broken:
            # Whatever a forged entry makes the handlers do, it is a finding about this entry and ends only its stream.
            return _failure(RULES, entry, "not-performable", repr(broken)[:200])
        saw(entry, step)
    return None


def _failure(question: str, entry: Entry, found: str, detail: str) -> Failure:
    return Failure(question=question, stream=entry.stream, seq=entry.seq, found=found, detail=detail)


def _command(entry: Entry) -> Command:
    body = values.load(entry.command)
    key = (body["type"], body.get("version", 1))
    if key not in _COMMANDS:
        raise Cannot("command-unknown", f"{key[0]} {key[1]}")
    for event in values.load(entry.events):
        try:
            decode(event)
        except KeyError as unknown:
            raise Cannot("event-unknown", f"{event['type']} {event.get('version', 1)}") from unknown
    return _COMMANDS[key].decoded(body)


def _fed(entry: Entry) -> Any:
    """Answers what the entry answers, and nothing else."""
    answers = {values.canonical([query, asked]): answer for query, asked, answer in values.load(entry.observed)}

    def observe(query: str, asked: dict[str, Json]) -> Json:
        key = values.canonical([query, asked])
        if key not in answers:
            raise Differs("not-observed", key.decode()[:200])
        return answers[key]

    return observe


def _copy(rows: Rows) -> Rows:
    copy = Rows()
    copy.loaded = {name: dict(known) for name, known in rows.loaded.items()}
    return copy


def _compare(entry: Entry, step: Step, said: dict[str, Any]) -> None:
    """Raises Differs at the first part of the entry that came out otherwise."""
    again = [event.encoded() for event in step.events]
    if _text(again) != entry.events:
        raise Differs("events-differ", _first(values.load(entry.events), again))
    for name, found, recorded in (
        ("outcome", _text(said), entry.outcome),
        ("observed", _text(step.observed), entry.observed),
        ("counter", step.counter, entry.counter),
        ("snapshot", snapshot_digest(step) if entry.kind == PERFORMED else None, entry.snapshot_digest),
    ):
        if found != recorded:
            raise Differs(f"{name}-differs", f"{str(recorded)[:90]} ≠ {str(found)[:90]}")


def _first(recorded: list[Any], again: list[Any]) -> str:
    """The first event that differs: its type, and the fields that are not the same."""
    for number, (one, other) in enumerate(zip(recorded, again, strict=False), start=1):
        if one != other:
            fields = sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
            return f"{number}: {one['type']} ({', '.join(fields)})"
    return f"{len(recorded)} ≠ {len(again)}"


def _text(json: Json) -> str:
    return values.canonical(json).decode()
