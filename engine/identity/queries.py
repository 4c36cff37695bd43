"""What pages and handlers read about persons, offices and posts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from engine import sql
from engine.identity.tables import offices, persons, posts
from engine.sql import Ask
from engine.values import Json

#: Roles that administer or audit; a person with no other post does no business.
ADMINISTRATIVE = frozenset({"administrator"})


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A role in an office that a person holds now."""

    id: str
    role: str
    office: str
    office_name: str
    title: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person with the posts of today."""

    id: str
    name: str
    active: bool
    posts: tuple[Post, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """The roles of all posts."""
        return frozenset(post.role for post in self.posts)

    @property
    def offices(self) -> frozenset[str]:
        """The offices of all posts."""
        return frozenset(post.office for post in self.posts)

    @property
    def title(self) -> str:
        """The title of the first post, or nothing."""
        return self.posts[0].title if self.posts else ""


def held_posts() -> sa.Select[Any]:
    """Persons with the posts held now: one row per post."""
    return _HELD


_HELD = (
    sa.select(
        persons.c.id, persons.c.name, persons.c.active, posts.c.id.label("post"), posts.c.role, posts.c.office,
        posts.c.title, offices.c.name.label("office_name"),
    )
    .select_from(
        persons.outerjoin(posts, sa.and_(posts.c.person == persons.c.id, posts.c.until.is_(None))).outerjoin(
            offices, offices.c.id == posts.c.office
        )
    )
    .order_by(persons.c.sort, persons.c.id, posts.c.id)
)  # fmt: skip


_ONE = _HELD.where(persons.c.id == sa.bindparam("person"))


def ask_person(person_id: str) -> Ask:
    """The read of one person, for :func:`gather`."""
    return Ask(_ONE, {"person": person_id})


def person(connection: sa.Connection, person_id: str) -> Person | None:
    """One person with the posts held now."""
    found = gather(sql.fetch(connection, [ask_person(person_id)])[0])
    return found[0] if found else None


def everybody(connection: sa.Connection) -> list[Person]:
    """All persons in protocol order, with the posts held now."""
    return gather(connection.execute(_HELD).mappings().all())


def names(connection: sa.Connection, ids: set[str]) -> dict[str, str]:
    """The names of persons by id."""
    found = connection.execute(sa.select(persons.c.id, persons.c.name).where(persons.c.id.in_(ids)))
    return {str(key): str(name) for key, name in found}


def holders(connection: sa.Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The names of the active persons who hold each (role, office) today, in protocol order."""
    found: dict[tuple[str, str], list[str]] = {post: [] for post in wanted}
    held = (
        sa.select(posts.c.role, posts.c.office, persons.c.name)
        .join(persons, persons.c.id == posts.c.person)
        .where(posts.c.role.in_({role for role, _office in wanted}), posts.c.until.is_(None), persons.c.active)
        .order_by(persons.c.sort, persons.c.id)
    )
    for role, office, name in connection.execute(held) if wanted else ():
        if (role, office) in found:
            found[role, office].append(name)
    return found


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An office of the organisation."""

    id: str
    name: str
    kind: str
    parent: str | None
    sort: int


def all_offices(connection: sa.Connection) -> list[Office]:
    """All offices in protocol order."""
    found = connection.execute(sa.select(offices).order_by(offices.c.sort, offices.c.id)).mappings()
    return [Office(**{name: row[name] for name in Office.__struct_fields__}) for row in found]


def titles(connection: sa.Connection) -> dict[tuple[str, str], str]:
    """Titles of the posts held now, by (role, office), and by (role, "") as an example of the role."""
    found = sa.select(posts.c.role, posts.c.office, posts.c.title).where(posts.c.until.is_(None)).order_by(posts.c.id)
    listed: dict[tuple[str, str], str] = {}
    for role, office, title in connection.execute(found):
        listed.setdefault((role, office), title)
        listed.setdefault((role, ""), title)
    return listed


def roles(connection: sa.Connection) -> list[str]:
    """All roles that anybody holds or held."""
    found = connection.execute(sa.select(posts.c.role).distinct().order_by(posts.c.role))
    return [role for (role,) in found]


def gather(rows: Any) -> list[Person]:
    """Persons from rows of :func:`held_posts`."""
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row["id"], []).append(row)
    return [
        Person(
            id=key,
            name=held[0]["name"],
            active=bool(held[0]["active"]),
            posts=tuple(
                Post(
                    id=row["post"], role=row["role"], office=row["office"], title=row["title"],
                    office_name=row["office_name"] or row["office"],
                )
                for row in held
                if row["post"] is not None
            ),
        )
        for key, held in people.items()
    ]


def observe_actor(connection: sa.Connection, person: str) -> Json:
    """What the policy sees of an actor: name, whether active, posts of today."""
    found = gather(sql.fetch(connection, [ask_person(person)])[0])
    return seen_of(found[0]) if found else None


def seen_of(person: Person) -> Json:
    """What the policy sees of a person: name, whether active, and [role, office] of every post."""
    return {"name": person.name, "active": person.active, "posts": [[post.role, post.office] for post in person.posts]}


def observe_office(connection: sa.Connection, office: str) -> Json:
    """An office's name, or null."""
    row = connection.execute(sa.select(offices.c.id, offices.c.name).where(offices.c.id == office)).first()
    return {"id": row[0], "name": row[1]} if row else None


_HOLDERS = (
    sa.select(posts.c.office, offices.c.name, sa.func.count().label("persons"))
    .select_from(posts.join(persons, persons.c.id == posts.c.person).join(offices, offices.c.id == posts.c.office))
    .where(posts.c.role == sa.bindparam("role"), posts.c.until.is_(None), persons.c.active)
    .group_by(posts.c.office, offices.c.name)
    .order_by(posts.c.office)
)


def observe_holders(connection: sa.Connection, role: str) -> Json:
    """The offices in which somebody holds *role*, with their names and the number of active holders."""
    found = connection.execute(_HOLDERS, {"role": role})
    return [[office, name, number] for office, name, number in found]


def observe_units(connection: sa.Connection, kind: str = "", role: str = "") -> Json:
    """Offices of a kind, or those in which somebody holds a role, in protocol order."""
    found = sa.select(offices.c.id, offices.c.name).order_by(offices.c.sort, offices.c.id)
    if kind:
        found = found.where(offices.c.kind == kind)
    if role:
        holding = sa.select(posts.c.office).where(posts.c.role == role, posts.c.until.is_(None))
        found = found.where(offices.c.id.in_(holding))
    return [{"id": key, "name": name} for key, name in connection.execute(found)]


OBSERVATIONS: dict[str, Callable[..., Json]] = {
    "actor": observe_actor,
    "office": observe_office,
    "holders": observe_holders,
    "units": observe_units,
}
