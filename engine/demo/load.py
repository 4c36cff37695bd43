"""Loads the organisation, the calendar and the process packages of a demonstration, each once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from engine.calendars import commands as calendars
from engine.calendars import published
from engine.definitions import commands as definitions
from engine.definitions.package import pack, read_folder, read_zip
from engine.demo.city import OFFICES, PERSONS
from engine.dispatch import Engine
from engine.history.journal import streams
from engine.identity import commands as identity
from engine.messages import SYSTEM, Command

Say = Callable[[str], None]


def is_loaded(engine: Engine) -> bool:
    """True where the city was loaded to its end."""
    with engine.database.reading() as connection:
        found = sa.select(sa.literal(1)).where(streams.c.id == f"person:{PERSONS[-1][0]}")
        return connection.execute(found).first() is not None


def load(engine: Engine) -> None:
    """Offices, persons and posts, calendar; a load that was interrupted goes on where it stopped."""
    load_calendar(engine)
    for sort, (office, name, kind, parent) in enumerate(OFFICES):
        add = identity.AddOffice(office=office, name=name, office_kind=kind, parent=parent, sort=sort)
        _once(engine, add, f"demo:office:{office}")
    for sort, (person, name, office, role, title) in enumerate(PERSONS):
        _once(engine, identity.AddPerson(person=person, name=name, sort=sort), f"demo:person:{person}")
        post = identity.AssignPost(person=person, office=office, role=role, title=title)
        _once(engine, post, f"demo:post:{person}")


def load_calendar(engine: Engine) -> None:
    """The published years, and the next two by rule, marked provisional."""
    for year in published.years():
        command = calendars.SetCalendarYear(
            year=year.year, source=year.source, published=year.published, days=year.days
        )
        _once(engine, command, f"calendar:{year.year}")


def deploy(engine: Engine, path: Path) -> str:
    """Publishes the package in *path*, a folder or a zip, at once, recorded as such; gives the version's id.

    The package that is in force already stays in force. Raises PublishedByOwner where an owner has published on the
    platform: then files become a version only as a draft that somebody proposes and another approves.
    """
    package = read_folder(path) if path.is_dir() else read_zip(path.read_bytes())
    digest = engine.store.put(pack(package))
    command = definitions.PublishVersion(definition=package.id, package=digest)
    return str(engine.dispatch(command, SYSTEM).values["version"])


def _once(engine: Engine, command: Command, request: str) -> None:
    engine.dispatch(command, SYSTEM, request)
