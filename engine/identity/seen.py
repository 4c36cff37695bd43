"""Who looks: a person with the posts of today and the definitions whose cases a post oversees."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine import sql
from engine.definitions.tables import definitions
from engine.identity import queries
from engine.sql import Ask, Row
from engine.values import Json

#: Roles of the product itself; all others belong to process packages.
ADMINISTRATOR, AUDITOR, OWNER, APPROVER = "administrator", "auditor", "process_owner", "approver"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An actor as policy and queries see it."""

    person: str
    name: str = ""
    active: bool = False
    #: (role, office) of every post held now.
    posts: frozenset[tuple[str, str]] = frozenset()
    #: Definitions of which the person sees every case.
    oversees: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """The roles of all posts."""
        return frozenset(role for role, _office in self.posts)

    @property
    def offices(self) -> frozenset[str]:
        """The offices of the posts in which business is done."""
        return frozenset(office for role, office in self.posts if role != ADMINISTRATOR)

    @property
    def does_business(self) -> bool:
        """True with a post other than the administrator's."""
        return bool(self.roles - {ADMINISTRATOR})

    @property
    def owns_processes(self) -> bool:
        """True where the person may change process packages."""
        return self.active and OWNER in self.roles

    @property
    def audits(self) -> bool:
        """True with a post that reads everything and changes nothing."""
        return self.active and AUDITOR in self.roles

    @property
    def may_approve(self) -> bool:
        """True with a post that approves process definitions which others propose."""
        return self.active and bool({OWNER, APPROVER} & self.roles)

    @property
    def queues(self) -> tuple[str, ...]:
        """The lists of work items that reach this person."""
        return (f"@{self.person}", *sorted(f"{role}@{office}" for role, office in self.posts if role != ADMINISTRATOR))


def from_observation(person: str, answer: Json) -> Seen:
    """The actor that the observation ``actor`` described."""
    if answer is None:
        return Seen(person=person)
    held = frozenset((role, office) for role, office in answer["posts"])
    return Seen(person=person, name=answer["name"], active=answer["active"], posts=held)


def look(connection: sa.Connection, person: str) -> Seen:
    """The actor as queries need it, with what the posts oversee."""
    held, viewers = sql.fetch(connection, [queries.ask_person(person), VIEWERS])
    found = queries.gather(held)
    return seen_with(found[0], viewers) if found else Seen(person=person)


def seen_with(person: queries.Person, viewers: list[Row]) -> Seen:
    """A person as queries need it; *viewers* is what :data:`VIEWERS` gives."""
    found = from_observation(person.id, queries.seen_of(person))
    overseen = frozenset(row["id"] for row in viewers if found.roles.intersection(row["viewers"].split()))
    return msgspec.structs.replace(found, oversees=overseen)


#: The read of the roles that oversee all cases of a definition.
VIEWERS = Ask(sa.select(definitions.c.id, definitions.c.viewers), {})
