"""``bihuan token``: bearer tokens for programs, made, listed and ended."""

from __future__ import annotations

import click

from engine.cli.opening import language, open_engine, reasons_said
from engine.history import access
from engine.identity import queries, tokens
from engine.identity.errors import PersonUnknown
from engine.texts import say


@click.group("token")
def command() -> None:
    """Tokens with which programs act in a person's name."""


@command.command("create")
@click.argument("person")
@click.option("--scope", "scopes", multiple=True, default=("read", "work"), help="read, work, define; several times.")
@click.option("--days", default=tokens.DAYS, show_default=True, help="Days until it expires.")
@click.option("--label", default="", help="What it is for.")
def create(person: str, scopes: tuple[str, ...], days: int, label: str) -> None:
    """Print a new token of PERSON; it is shown this once."""
    engine = open_engine()
    with reasons_said(language()), engine.database.writing() as connection:
        if queries.person(connection, person) is None:
            raise PersonUnknown(person=person)
        token = tokens.create(connection, person, scopes, engine.clock.now(), days=days, label=label)
    access.note(engine, "system", "create-token", person, " ".join(scopes))
    click.echo(token)


@command.command("list")
@click.argument("person", required=False)
def listing(person: str | None) -> None:
    """List the tokens of PERSON, or of everybody."""
    engine = open_engine()
    with engine.database.reading() as connection:
        found = tokens.listing(connection, person)
    for one in found:
        ended = one.revoked_at or ""
        click.echo(f"{one.id}  {one.person}  {one.scopes}  {one.expires_at[:10]}  {ended[:10]}  {one.label}".rstrip())


@command.command("revoke")
@click.argument("token")
def revoke(token: str) -> None:
    """End the token with the id TOKEN at once."""
    engine = open_engine()
    with engine.database.writing() as connection:
        ended = tokens.revoke(connection, token, engine.clock.now())
    if not ended:
        raise click.ClickException(say("token-not-usable", language()))
    access.note(engine, "system", "revoke-token", token, "revoked")
    click.echo(token)
