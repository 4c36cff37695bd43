"""What replay shows of a case: its entries with their facts in order, and one entry with the state before and after."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Container, Generator, Iterator, Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from engine import bpmn
from engine.bpmn import facts as reported
from engine.bpmn.scope import View, seen_by
from engine.history.journal import PERFORMED, journal
from engine.history.queries import Line, steps
from engine.identity.seen import Seen
from engine.identity.visible import visible_cases
from engine.instances.tables import instances
from engine.values import Json, Value, canonical, load

#: Variables whose encoded form is longer are sent by reference and loaded when somebody looks at them.
LARGE: Final = 400

#: Bytes of an entry's facts up to which they are handed on as they stand, whatever they hold.
_SMALL: Final = 1_000

#: How the journal spells that a wait opened: its number and its element (an NCName: nothing in it is escaped).
_OPENED: Final = re.compile(rb'\["open",(\d+),"[a-z]+","([^"]*)"')

#: Entries that are read, and sent on, together.
PART: Final = 500

#: Characters of an opinion in the list of entries; the entry itself shows it whole.
_OPINION: Final = 120

_COLUMNS: Final = tuple(journal.c[name] for name in Line.__struct_fields__)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the list and the diagram need it."""

    seq: int
    at: str
    actor: str
    on_behalf_of: str | None
    #: Name of the command.
    command: str
    performed: bool
    #: The element of the task, wait or incident that the command was about, where there is one.
    element: str | None
    #: The number of that wait, and the kind of the job where the command ended one.
    wait: int | None
    job: str | None
    outcome: str | None
    opinion: str | None
    #: Why it was refused: code of the sentence and its values.
    refused: str | None
    values: dict[str, Json]
    #: The facts as the journal spells them, a JSON list; large values as ``{"@large": bytes, "rows": …}``. It stays
    #: text: lists of a hundred thousand facts would keep the collector of garbage busier than everything else.
    facts: msgspec.Raw

    def told(self) -> list[Any]:
        """The facts, decoded, without bookkeeping."""
        return steps(msgspec.json.decode(self.facts))


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that was taken, with the variables that it saw."""

    element: str
    ref: str
    value: Json
    scope: Mapping[str, Value]


class Moment(msgspec.Struct, kw_only=True):
    """One entry with everything about it."""

    line: Line
    frame: Frame
    #: The facts of the frame, decoded.
    facts: list[Any]
    #: Number of facts before the entry.
    first: int
    #: Scope → element that it belongs to, and variables: before the entry and after it.
    before: dict[int, tuple[str, dict[str, Json]]]
    after: dict[int, tuple[str, dict[str, Json]]]
    #: The tokens after it: token → element.
    tokens: dict[int, str]
    #: What a form of the entry saw, where its command answers one.
    seen_by_form: Mapping[str, Value]
    decisions: list[Decision]


def frames(
    connection: sa.Connection, seen: Seen, instance: str, last: int | None = None, *, whole: bool = False
) -> list[Frame]:
    """All entries of a case that the person may see, or those up to *last*, in order; empty where there is none.

    With *whole* large values stay in the facts.
    """
    return [frame for part in parts(connection, seen, instance, last, whole=whole) for frame in part]


def parts(
    connection: sa.Connection, seen: Seen, instance: str, last: int | None = None, *, whole: bool = False
) -> Generator[list[Frame]]:
    """:func:`frames`, so many at a time: whoever sends them on need not wait for the last one."""
    if not _visible(connection, seen, instance):
        return
    told = _Told(whole=whole)
    with _rows(connection, instance, last) as found:
        for rows in found.partitions(PART):
            yield [told.frame(row) for row in rows]


def moment(connection: sa.Connection, seen: Seen, instance: str, seq: int) -> Moment | None:
    """One entry of a case that the person may see, or None."""
    if not _visible(connection, seen, instance):
        return None
    # Read to its end: a reading that is broken off leaves its cursor open on the server.
    found = list(moments(connection, instance, seq, seq))
    return found[0] if found else None


def moments(connection: sa.Connection, instance: str, first: int = 1, last: int | None = None) -> Iterator[Moment]:
    """The entries from *first* to *last*, each with the state around it; the caller has made sure of who may see them.

    The facts of all entries before are applied on the way, so the cost grows with the place of the entry.
    """
    return _moments(connection, instance, range(first, (last or sys.maxsize) + 1), last)


def moments_at(connection: sa.Connection, instance: str, entries: Collection[int]) -> Iterator[Moment]:
    """As :func:`moments`, of these entries alone."""
    return _moments(connection, instance, entries, max(entries, default=0))


def _moments(
    connection: sa.Connection, instance: str, wanted: Container[int], last: int | None
) -> Iterator[Moment]:  # fmt: skip
    state, told = bpmn.State(), _Told()
    with _rows(connection, instance, last) as found:
        for row in found:
            if row.seq in wanted:
                yield _through(state, _line(row), told.frame(row))
            else:
                for fact in told.passed(row):
                    state.apply(fact)


def value(connection: sa.Connection, seen: Seen, instance: str, seq: int, number: int) -> Json:
    """The whole value of a variable: that of fact *number* (from 0) of entry *seq*.

    Raises LookupError where there is none that the person may see.
    """
    if not _visible(connection, seen, instance):
        raise LookupError(seq)
    found = connection.execute(_select(instance, None).where(journal.c.seq == seq)).first()
    facts = list(_facts(_line(found))) if found is not None else []
    if not 0 <= number < len(facts) or facts[number][0] != "var":
        raise LookupError(number)
    return facts[number][3]


def called_at(connection: sa.Connection, seen: Seen, instance: str, wait: int) -> int | None:
    """The entry of a calling case at which it began to wait for a call, or None."""
    if not _visible(connection, seen, instance):
        return None
    # The start of the fact in its one spelling; a wait has one such fact in a case.
    spelled = f'["open",{wait},"child",'
    found = sa.select(sa.func.min(journal.c.seq)).where(
        journal.c.stream == instance, journal.c.events.contains(spelled, autoescape=True)
    )
    return connection.execute(found).scalar()


class _Asked(msgspec.Struct, gc=False):
    """What a command is about."""

    type: str
    task: str | None = None
    wait: int | None = None
    incident: str | None = None
    job: str | None = None


class _Answered(msgspec.Struct, gc=False):
    opinion: Json = None


class _Happened(msgspec.Struct, gc=False):
    """What the list of entries needs of an event."""

    type: str
    facts: msgspec.Raw = msgspec.Raw(b"[]")
    outcome: str | None = None
    answers: _Answered | None = None
    incident: str = ""
    element: str = ""
    job: str = ""
    job_kind: str = ""


_ASKED: Final = msgspec.json.Decoder(_Asked)
_HAPPENED: Final = msgspec.json.Decoder(list[_Happened])


class _Told:
    """Knows, while the entries go by, to which elements tasks, waits and incidents belong."""

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self._waits: dict[str, str] = {}
        self._jobs: dict[str, str] = {}

    def frame(self, row: Any) -> Frame:
        """The frame of the next entry, from its row."""
        command = _ASKED.decode(row.command)
        facts: list[bytes] = []
        outcome = opinion = None
        for event in _HAPPENED.decode(row.events):
            self._remember(event)
            match event.type:
                case "InstanceAdvanced":
                    facts.append(self._told(bytes(event.facts)))
                case "TaskCompleted":
                    outcome, opinion = event.outcome, _said(event.answers.opinion if event.answers else None)
        wait = _about(command)
        refusal = load(row.outcome) if row.kind != PERFORMED else {}
        return Frame(
            seq=row.seq, at=row.at, actor=row.actor, on_behalf_of=row.on_behalf_of, command=command.type,
            performed=row.kind == PERFORMED, element=self._waits.get(wait),
            wait=int(wait) if wait.isdecimal() else None, job=self._jobs.get(command.job or ""), outcome=outcome,
            opinion=opinion, refused=refusal.get("refused"), values=refusal.get("values", {}), facts=_joined(facts),
        )  # fmt: skip

    def passed(self, row: Any) -> Iterator[reported.Fact]:
        """The facts of an entry that goes by without being shown."""
        for event in _HAPPENED.decode(row.events):
            self._remember(event)
            if event.type == "InstanceAdvanced":
                yield from bpmn.decode_facts(event.facts)

    def _remember(self, event: _Happened) -> None:
        """To which element the waits and incidents belong that the event begins, and the kind of its job."""
        match event.type:
            case "InstanceAdvanced":
                for number, element in _OPENED.findall(event.facts):
                    self._waits[number.decode()] = element.decode()
            case "IncidentRaised":
                self._waits[event.incident.rpartition(".")[2]] = event.element
            case "JobScheduled":
                self._jobs[event.job] = event.job_kind

    def _told(self, facts: bytes) -> bytes:
        """The facts of an event as they are shown."""
        if self._whole or len(facts) <= _SMALL:
            return facts
        return canonical([_shown(fact) for fact in msgspec.json.decode(facts)])


def _about(command: _Asked) -> str:
    """The number of the wait that a command is about; empty where it is about none."""
    named = (command.task, command.wait, command.incident, command.job)
    found = next((one for one in named if one is not None), "")
    return str(found).rpartition(".")[2].removesuffix("r")


def _joined(facts: list[bytes]) -> msgspec.Raw:
    """Several JSON lists as one."""
    return msgspec.Raw(facts[0] if len(facts) == 1 else b"[" + b",".join(one[1:-1] for one in facts) + b"]")


def _shown(fact: list[Json]) -> list[Json]:
    """A fact without what is large: a variable's value, what a wait was given, the rows and value of a decision."""
    if fact[0] == "open":
        details = fact[5] if len(fact) > 5 else {}
        return [*fact[:5], {key: details[key] for key in ("process", "service", "due") if key in details}]
    if fact[0] == "var" and (size := len(canonical(fact[3]))) > LARGE:
        rows = len(fact[3]) if isinstance(fact[3], list) else None
        return [*fact[:3], {"@large": size, "rows": rows}]
    return fact[:4] if fact[0] == "decided" else fact


def _said(opinion: Json) -> str | None:
    if not isinstance(opinion, str) or not opinion:
        return None
    return opinion if len(opinion) <= _OPINION else opinion[:_OPINION] + "…"


def _through(state: bpmn.State, line: Line, frame: Frame) -> Moment:
    """Applies an entry's facts to *state* and notes what was there before, on the way and after."""
    first, before, form = state.n, _scopes(state), _form_scope(state, line.command)
    decisions = []
    for json in _facts(line):
        fact = bpmn.decode_fact(json)
        if isinstance(fact, reported.Decided):
            seen = dict(View(state, seen_by(state, fact.token)))
            decisions.append(Decision(element=fact.element, ref=fact.ref, value=fact.value, scope=seen))
        state.apply(fact)
    return Moment(
        line=line, frame=frame, facts=frame.told(), first=first, before=before, after=_scopes(state),
        tokens={key: token.element for key, token in sorted(state.tokens.items())},
        seen_by_form=form, decisions=decisions,
    )  # fmt: skip


def _scopes(state: bpmn.State) -> dict[int, tuple[str, dict[str, Json]]]:
    return {key: (scope.element, scope.variables) for key, scope in sorted(state.scopes.items())}


def _form_scope(state: bpmn.State, command: dict[str, Json]) -> Mapping[str, Value]:
    """The variables that the form of a task saw when it was sent."""
    if command["type"] != "CompleteTask":
        return {}
    wait = state.waits.get(int(command["task"].rpartition(".")[2]))
    if wait is None:
        return {}
    return dict(View(state, seen_by(state, wait.token)))


def _facts(line: Line) -> Iterator[Any]:
    for event in line.events:
        if event["type"] == "InstanceAdvanced":
            yield from event["facts"]


def _visible(connection: sa.Connection, seen: Seen, instance: str) -> bool:
    found = sa.select(sa.literal(1)).where(instances.c.id == instance, visible_cases(seen))
    return connection.execute(found).first() is not None


def _select(instance: str, last: int | None) -> sa.Select[Any]:
    found = sa.select(*_COLUMNS).where(journal.c.stream == instance).order_by(journal.c.seq)
    return found if last is None else found.where(journal.c.seq <= last)


def _rows(connection: sa.Connection, instance: str, last: int | None = None) -> sa.CursorResult[Any]:
    return connection.execution_options(yield_per=PART).execute(_select(instance, last))


def _line(row: Any) -> Line:
    stream, seq, at, actor, on_behalf_of, kind, command, events, outcome, digest = row
    return Line(
        stream=stream, seq=seq, at=at, actor=actor, on_behalf_of=on_behalf_of, kind=kind, command=load(command),
        events=load(events), outcome=load(outcome), hash=digest,
    )  # fmt: skip
