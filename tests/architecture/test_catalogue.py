"""Everything that exists is listed where it is used: commands, events, permissions, sentences."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import msgspec
import pytest

from engine import errors, texts
from engine.db import APPLIED, metadata
from engine.dispatch import HANDLERS
from engine.history.apply import APPLIERS
from engine.identity.policy import PERMISSIONS
from engine.messages import Command, Event
from engine.schema import OUTSIDE_THE_JOURNAL, RECORD

ROOT = Path(__file__).parents[2]


def descendants(of: type) -> list[type]:
    found = [grand for child in of.__subclasses__() for grand in (child, *descendants(child))]
    return [kind for kind in found if not kind.__name__.endswith("Command")]


COMMANDS = descendants(Command)
EVENTS = descendants(Event)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda kind: kind.__name__)
def test_a_command_has_a_handler_a_rule_a_sentence_and_a_line_in_the_docs(command: type[Command]) -> None:
    assert command in HANDLERS
    assert command in PERMISSIONS
    for language in texts.LANGUAGES:
        assert f"command.{command.__name__}" in texts.of_folder(ROOT / "webui" / "locale", language)
    assert f"`{command.__name__}`" in (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert (command.__doc__ or "").strip()


@pytest.mark.parametrize("event", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_has_an_applier_and_a_sentence(event: type[Event]) -> None:
    assert (event, event.version) in APPLIERS
    shown = event.__name__ != "InstanceAdvanced"
    missing = [
        language
        for language in texts.LANGUAGES
        if shown and f"event.{event.__name__}" not in texts.of_folder(ROOT / "webui" / "locale", language)
    ]
    assert missing == []


def test_no_name_of_a_message_is_used_twice() -> None:
    names = [kind.__name__ for kind in (*COMMANDS, *EVENTS)]
    assert sorted(names) == sorted(set(names))


def test_nothing_is_handled_permitted_or_applied_that_does_not_exist() -> None:
    assert set(HANDLERS) == set(COMMANDS)
    assert set(PERMISSIONS) == set(COMMANDS)
    assert {kind for kind, _ in APPLIERS} == set(EVENTS)


def test_every_table_is_applied_or_the_record_or_on_the_closed_list_outside_of_it() -> None:
    applied = {table.name for table in APPLIED}
    assert set(metadata.tables) == applied | RECORD | OUTSIDE_THE_JOURNAL


def test_every_applied_row_belongs_to_one_stream() -> None:
    assert [table.name for table in APPLIED if "stream" not in table.c or table.c.stream.nullable] == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_reason_has_a_sentence(language: str) -> None:
    known = texts.of_folder(ROOT / "engine" / "locale", language)
    reasons = {kind for kind in descendants(errors.BihuanError) if kind.__module__.startswith("engine.")}
    base = {errors.Mistake, errors.Refusal, errors.Conflict}
    assert sorted(kind.code for kind in reasons - base if kind.code not in known) == []


def test_both_languages_have_the_same_sentences() -> None:
    for folder in (ROOT / "engine" / "locale", ROOT / "webui" / "locale"):
        chinese, english = (texts.of_folder(folder, language) for language in texts.LANGUAGES)
        assert set(chinese) == set(english)


def test_only_the_writer_of_rows_and_the_journal_write_the_record() -> None:
    writers = {
        "rows.py", "journal.py", "access.py", "worker.py", "sessions.py", "drafts.py", "examinations.py", "uploads.py",
    }  # fmt: skip
    # Seals, results of verification and bookmarks stand outside the journal.
    writers |= {"seals.py", "verified.py", "visits.py", "tokens.py"}
    # It moves rows as they are from one database to another.
    writers |= {"transfer.py"}
    found = []
    for path in (ROOT / "engine").rglob("*.py"):
        if re.search(r"\bsa\.(insert|update|delete)\(", path.read_text()) and path.name not in writers:
            found.append(path.name)
    assert found == []


def test_the_clock_is_read_in_one_place() -> None:
    allowed = {"clock.py"}
    found = []
    for path in (ROOT / "engine").rglob("*.py"):
        if re.search(r"datetime\.now|time\.time\(|uuid4\(|\brandom\.", path.read_text()) and path.name not in allowed:
            found.append(path.name)
    # Ids of uploads stand outside the journal.
    assert set(found) <= {"uploads.py"}


def test_every_public_function_of_the_foundation_says_what_it_does() -> None:
    from engine import db, dispatch, rows, step
    from engine.history import journal, verify

    silent = []
    for module in (db, dispatch, rows, step, journal, verify):
        for name, found in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and found.__module__ == module.__name__ and not found.__doc__:
                silent.append(f"{module.__name__}.{name}")
    assert silent == []


@pytest.mark.parametrize("message", [*COMMANDS, *EVENTS], ids=lambda kind: kind.__name__)
def test_no_field_of_a_message_hides_its_type_or_version(message: type) -> None:
    assert not {"type", "version"} & {field.name for field in msgspec.structs.fields(message)}
