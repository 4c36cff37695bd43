"""What the pages of process owners share: who may open them, the draft that is meant, the state that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import abort, g, request

from engine.definitions import drafts, sight
from engine.definitions.errors import DraftChanged, DraftExists, DraftMissing
from engine.errors import BihuanError
from engine.identity import queries as identity
from webui import filters
from webui.actor import engine, seen, session
from webui.errors import sentence


class Sent(msgspec.Struct):
    """A state of a draft as the editor has it: what it began from, and what is different now."""

    revision: int
    #: File → its text, or None where it is to go.
    changes: dict[str, str | None] = {}


def owners_only() -> None:
    """Closes a place to everybody else."""
    if "session" in g and not seen().owns_processes:
        abort(403)


def draft_of(definition: str) -> drafts.Draft:
    """The draft of a definition; raises DraftMissing."""
    with engine().database.reading() as connection:
        found = drafts.find(connection, definition)
    if found is None:
        raise DraftMissing(definition=definition)
    return found


def title_of(draft: drafts.Draft | None, definition: str) -> str:
    """The title that the draft's files give the process; its id where they give none."""
    return (sight.about(draft.files(engine().store)).title if draft is not None else "") or definition


def person() -> str:
    """The owner who asks."""
    return session().person.id


def sent(body: bytes | None = None) -> Sent:
    """The state that the request carries, as JSON; stops with 400 where it carries none."""
    try:
        return msgspec.json.decode(request.get_data() if body is None else body, type=Sent)
    except (msgspec.DecodeError, UnicodeDecodeError):
        abort(400)


def changes(state: Sent) -> dict[str, bytes | None]:
    """What is different, as files."""
    return {name: None if text is None else text.encode() for name, text in state.changes.items()}


def files_as_sent(definition: str, state: Sent) -> dict[str, bytes]:
    """The files as the editor has them, on the revision that it began from; raises DraftMissing."""
    found = {**files_of(definition, state.revision), **changes(state)}
    return {name: body for name, body in found.items() if body is not None}


def files_of(definition: str, revision: int) -> dict[str, bytes]:
    """The files of one saved revision; raises DraftMissing."""
    with engine().database.reading() as connection:
        found = [one for one in drafts.revisions(connection, definition) if one.revision == revision]
    if not found:
        raise DraftMissing(definition=definition)
    return found[0].files(engine().store)


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Names of the files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def told(reason: BihuanError) -> str:
    """The sentence of a reason, with the name of the person and the time as people read it."""
    if not isinstance(reason, (DraftChanged, DraftExists)):
        return sentence(reason)
    values: dict[str, Any] = dict(reason.values)
    values["saved_by"] = name_of(values["saved_by"])
    values["saved_at"] = filters.clock(values["saved_at"])
    return sentence(type(reason)(**values))


def name_of(key: str) -> str:
    """A person's name."""
    with engine().database.reading() as connection:
        return identity.names(connection, {key}).get(key, key)
