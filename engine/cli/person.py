"""``bihuan person``: the first administrator, and passwords, on the command line."""

from __future__ import annotations

import click

from engine.cli.opening import open_engine, reasons_said
from engine.identity import commands, sessions
from engine.messages import SYSTEM


@click.group("person")
def command() -> None:
    """Persons: the first administrator is created here."""


@command.command("add-administrator")
@click.argument("person")
@click.argument("name")
@click.password_option()
def add_administrator(person: str, name: str, password: str) -> None:
    """Create PERSON (sign-in name) called NAME as administrator; asks for the password."""
    engine = open_engine()
    with reasons_said("zh-CN"):
        sessions.check_strength(person, password)
        with engine.database.reading() as connection:
            has_office = bool(_platform(connection))
        if not has_office:
            office = commands.AddOffice(office="platform", name="平台运行中心", office_kind="platform", sort=999)
            engine.dispatch(office, SYSTEM)
        engine.dispatch(commands.AddPerson(person=person, name=name), SYSTEM)
        post = commands.AssignPost(person=person, office="platform", role="administrator", title="系统管理员")
        engine.dispatch(post, SYSTEM)
        engine.dispatch(commands.ResetPassword(person=person), SYSTEM)
        with engine.database.writing() as connection:
            sessions.set_password(connection, person, password)
    click.echo(person)


def _platform(connection: object) -> object:
    from engine.identity.queries import observe_office

    return observe_office(connection, "platform")  # type: ignore[arg-type]
