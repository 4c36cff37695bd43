"""Who would receive a task today: an assignment as it is drawn, against the posts that are held now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import feel
from engine.errors import BihuanError
from engine.identity import queries


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """One person with the post by which the task would come."""

    person: str
    name: str
    title: str


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """The persons of one office."""

    office: str
    office_name: str
    persons: list[Receiver]


class Receivers(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an assignment reaches.

    ``how``: ``persons`` (those listed), ``by-case`` (those of one of the offices listed, or somebody whom only the case
    knows), ``starter``, ``several-offices`` (the role is held in several and none is named: nobody would receive it),
    ``nobody``, ``unassigned``.
    """

    how: str
    offices: list[Reached] = []


def today(
    connection: sa.Connection, *, role: str, office: str, person: str, settings: Mapping[str, Any] | None = None
) -> Receivers:  # fmt: skip
    """Whom the attributes of a ``bihuan:assignment`` reach; a value that begins with ``=`` is FEEL."""
    scope = {"settings": dict(settings or {})}
    if person:
        return _person(connection, person, _known(person, scope))
    if not role:
        return Receivers(how="unassigned")
    wanted = _known(role, scope)
    if wanted is None:
        return Receivers(how="by-case")
    held = _holders(connection, wanted)
    if not held:
        return Receivers(how="nobody")
    if not office:
        return Receivers(how="persons" if len(held) == 1 else "several-offices", offices=held)
    known = _known(office, scope)
    if known is None:
        return Receivers(how="by-case", offices=held)
    there = [one for one in held if one.office == known]
    return Receivers(how="persons" if there else "nobody", offices=there)


def _person(connection: sa.Connection, written: str, known: str | None) -> Receivers:
    if known is None:
        bare = written.removeprefix("=").strip()
        return Receivers(how="starter" if bare == "starter.id" else "by-case")
    found = queries.person(connection, known)
    if found is None or not found.active:
        return Receivers(how="nobody")
    post = found.posts[0] if found.posts else None
    one = Receiver(person=found.id, name=found.name, title=found.title)
    return Receivers(
        how="persons",
        offices=[
            Reached(
                office=post.office if post else "", office_name=post.office_name if post else "", persons=[one]
            )
        ],
    )  # fmt: skip


def _holders(connection: sa.Connection, role: str) -> list[Reached]:
    """The active persons who hold a role now, by office in the order in which they stand in the organisation."""
    found: dict[str, Reached] = {}
    for one in queries.everybody(connection):
        for post in one.posts if one.active else ():
            if post.role == role:
                new = Reached(office=post.office, office_name=post.office_name, persons=[])
                there = found.setdefault(post.office, new)
                there.persons.append(Receiver(person=one.id, name=one.name, title=post.title))
    order = {office.id: place for place, office in enumerate(queries.all_offices(connection))}
    return sorted(found.values(), key=lambda reached: order.get(reached.office, 0))


def _known(written: str, scope: Mapping[str, Any]) -> str | None:
    """The text that a value stands for without a case; None where it depends on one."""
    if not written.startswith("="):
        return written
    try:
        value = feel.parse(written[1:]).evaluate(scope, strict=True)
    except (BihuanError, TypeError):
        return None
    return value if isinstance(value, str) else None
