"""VISIBLE: what a person may see, as a condition that every query takes; nobody can act on what they cannot see."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from engine.correlation.tables import messages
from engine.identity.seen import ADMINISTRATOR, AUDITOR, OWNER, Seen, look
from engine.instances.tables import instances
from engine.tasks.tables import work_items
from engine.values import Json

Condition = sa.ColumnElement[bool]


def visible_cases(seen: Seen, of: sa.FromClause = instances) -> Condition:
    """Cases that the person oversees, started, has a part in, or that are about the person's office.

    *of* is the table of cases under another name, where a query reads it twice.
    """
    if AUDITOR in seen.roles:
        return sa.true()
    part = sa.exists().where(work_items.c.stream == of.c.id, _part(seen))
    return sa.or_(
        of.c.definition.in_(sorted(seen.oversees)),
        of.c.starter == seen.person,
        of.c.unit.in_(sorted(seen.offices)),
        part,
    )


def visible_tasks(seen: Seen) -> Condition:
    """Work items that reach the person or were done by the person, and all those of visible cases."""
    if AUDITOR in seen.roles:
        return sa.true()
    case = sa.exists().where(instances.c.id == work_items.c.stream, visible_cases(seen))
    return sa.or_(_part(seen), case)


def visible_messages(seen: Seen) -> Condition:
    """All for those who mend, own or audit; else those that the person, or the program, has sent."""
    if {ADMINISTRATOR, AUDITOR, OWNER} & seen.roles:
        return sa.true()
    return messages.c.sent_by == seen.person


def _part(seen: Seen) -> Condition:
    return sa.or_(work_items.c.queue.in_(seen.queues), work_items.c.done_by == seen.person)


#: Noun → the condition under which a person sees one.
VISIBLE: dict[str, Callable[[Seen], Condition]] = {
    "case": visible_cases, "task": visible_tasks, "message": visible_messages
}  # fmt: skip


def observe_sees(connection: sa.Connection, person: str, instance: str) -> Json:
    """True where the person may see the case: what decides between a refusal and nothing at all."""
    found = sa.select(sa.literal(1)).where(instances.c.id == instance, visible_cases(look(connection, person)))
    return connection.execute(found).first() is not None


OBSERVATIONS: dict[str, Callable[..., Json]] = {"sees": observe_sees}
