"""With whom open tasks lie today: the person who has one, or everybody who may take it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from engine.identity import queries as identity
from engine.identity.seen import Seen
from engine.instances import view
from engine.tasks import queries as tasks


class Holders(msgspec.Struct, frozen=True, kw_only=True):
    """Who can do a task, or one of several."""

    #: Everybody's name, in protocol order; empty where nobody holds the post.
    names: list[str]
    #: The post by which it reaches them; empty where it is one person's.
    role: str = ""
    office: str = ""


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """What comes next in a case, for somebody who has just started it or worked on it."""

    #: Open tasks that the reader can do now.
    mine: list[tasks.Task]
    #: The names of the steps at which others are at work, and who they are.
    steps: list[str]
    others: Holders


def of(connection: sa.Connection, found: Iterable[tasks.Task]) -> dict[str, Holders]:
    """Task → with whom it lies."""
    items = {task.id: task.item for task in found}
    alone = {key: one.claimed_by or one.person for key, one in items.items()}
    names = identity.names(connection, {person for person in alone.values() if person})
    posts = {key: (one.role or "", one.office or "") for key, one in items.items() if not alone[key]}
    held = identity.holders(connection, set(posts.values()))
    return {
        key: Holders(names=held[posts[key]], role=posts[key][0], office=posts[key][1])
        if key in posts
        else Holders(names=[names.get(person or "", person or "")])
        for key, person in alone.items()
    }


def following(connection: sa.Connection, seen: Seen, course: list[tasks.Task]) -> Following:
    """What comes next after *course*, the tasks of a case that the reader may see."""
    waiting = view.waiting(course)
    mine = [one for one in waiting if one.item.waits_for(seen)]
    lying = of(connection, [one for one in waiting if one not in mine])
    steps = dict.fromkeys(one.item.name for one in waiting if one.id in lying)
    names = dict.fromkeys(name for one in lying.values() for name in one.names)
    return Following(mine=mine, steps=list(steps), others=Holders(names=list(names)))
