"""A draft belongs to all owners: nothing that one of them saved is overwritten, lost or taken for a decision."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.definitions import drafts
from engine.definitions.errors import (
    DefinitionUnknown,
    DraftChanged,
    DraftExists,
    DraftMissing,
    FileNameRefused,
    NotAnOwner,
    PackageTooLarge,
    ProcessNameRefused,
)
from engine.definitions.package import pack, read_folder
from engine.history.access import access_log
from engine.identity import commands as identity
from tests.driver import PROCESSES, City

MONTHLY = "pb_monthly_reminder"


def begin(city: City, definition: str = "tiny") -> drafts.Draft:
    return drafts.begin(city.engine, definition, "owner")


def second_owner(city: City) -> str:
    post = identity.AssignPost(person="approver", office="platform", role="process_owner", title="流程负责人")
    city.does("admin", post)
    return "approver"


def test_a_draft_begins_with_the_files_of_the_version_in_force(city: City) -> None:
    draft = begin(city, MONTHLY)
    package = read_folder(PROCESSES / MONTHLY)
    assert draft.files(city.engine.store) == package.files
    assert draft.digest == city.engine.store.put(pack(package))
    assert (draft.revision, draft.saved_by, draft.base is not None) == (1, "owner", True)
    assert begin(city, MONTHLY) == draft


def test_a_process_that_was_never_published_begins_with_given_files(city: City) -> None:
    draft = drafts.begin(city.engine, "leave", "owner", {"package.toml": b"not even toml ["})
    assert (draft.base, draft.files(city.engine.store)) == (None, {"package.toml": b"not even toml ["})
    with pytest.raises(DraftExists):
        drafts.begin(city.engine, "leave", "owner", {})
    with pytest.raises(DefinitionUnknown):
        begin(city, "unheard_of")
    with pytest.raises(ProcessNameRefused):
        begin(city, "../etc")


def test_saving_adds_a_revision_and_an_old_one_can_come_back(city: City) -> None:
    engine, store = city.engine, city.engine.store
    first = begin(city)
    second = drafts.save(engine, "tiny", "owner", 1, {"README.md": b"one", "forms/note.json": None})
    assert second.files(store)["README.md"] == b"one"
    assert "forms/note.json" not in second.files(store)
    third = drafts.go_back(engine, "tiny", "owner", 1)
    assert (third.revision, third.digest) == (3, first.digest)
    with engine.database.reading() as connection:
        kept = drafts.revisions(connection, "tiny")
        assert [(one.revision, one.of) for one in kept] == [(3, 1), (2, None), (1, None)]
        assert drafts.find(connection, "tiny") == third
        assert drafts.listing(connection) == [third]
    with pytest.raises(DraftMissing):
        drafts.go_back(engine, "tiny", "owner", 7)


def test_saving_what_is_saved_already_makes_no_revision(city: City) -> None:
    draft = begin(city)
    files = draft.files(city.engine.store)
    assert drafts.save(city.engine, "tiny", "owner", 1, {"package.toml": files["package.toml"]}) == draft


def test_the_second_of_two_owners_is_told_who_was_first_and_overwrites_nothing(city: City) -> None:
    other = second_owner(city)
    begin(city)
    theirs = drafts.save(city.engine, "tiny", other, 1, {"README.md": b"theirs"})
    with pytest.raises(DraftChanged) as changed:
        drafts.save(city.engine, "tiny", "owner", 1, {"README.md": b"mine"})
    assert changed.value.values == {"revision": 2, "saved_by": other, "saved_at": theirs.saved_at}
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "tiny") == theirs


@pytest.mark.parametrize("person", ["party-clerk", "auditor", "admin", "approver", "nobody"])
def test_only_owners_touch_drafts_and_attempts_are_noted(city: City, person: str) -> None:
    begin(city)
    attempts = (
        lambda: drafts.begin(city.engine, "tiny", person),
        lambda: drafts.save(city.engine, "tiny", person, 1, {"README.md": b""}),
        lambda: drafts.go_back(city.engine, "tiny", person, 1),
        lambda: drafts.discard(city.engine, "tiny", person),
        lambda: drafts.present(city.engine, "tiny", person),
    )
    for attempt in attempts:
        with pytest.raises(NotAnOwner):
            attempt()
    with city.engine.database.reading() as connection:
        noted = connection.execute(sa.select(access_log.c.person).where(access_log.c.result == NotAnOwner.code))
        assert [row.person for row in noted] == [person] * len(attempts)


@pytest.mark.parametrize(
    "name", ["../up", "/etc/passwd", "a/../b", "a\\b", "a/b/c/d/e", "", ".hidden", "a\0b", "a\u202eb", "x" * 200]
)
def test_a_file_with_a_hostile_name_is_refused(city: City, name: str) -> None:
    begin(city)
    with pytest.raises(FileNameRefused):
        drafts.save(city.engine, "tiny", "owner", 1, {name: b"x"})


def test_too_much_is_refused_and_the_draft_stays(city: City) -> None:
    draft = begin(city)
    for changes in ({"README.md": b"x" * 10_500_000}, {f"forms/f{n}.json": b"{}" for n in range(200)}):
        with pytest.raises(PackageTooLarge):
            drafts.save(city.engine, "tiny", "owner", 1, changes)
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "tiny") == draft


def test_a_discarded_draft_is_gone_with_its_revisions(city: City) -> None:
    begin(city)
    drafts.discard(city.engine, "tiny", "owner")
    with city.engine.database.reading() as connection:
        assert (drafts.find(connection, "tiny"), drafts.revisions(connection, "tiny")) == (None, [])
    with pytest.raises(DraftMissing):
        drafts.save(city.engine, "tiny", "owner", 1, {})


def test_who_has_the_draft_open_is_seen_for_a_minute(city: City) -> None:
    other = second_owner(city)
    begin(city)
    assert drafts.present(city.engine, "tiny", "owner") == []
    assert [one.person for one in drafts.present(city.engine, "tiny", other)] == ["owner"]
    assert [one.name for one in drafts.present(city.engine, "tiny", "owner")] == ["宋知远"]
    city.wait(minutes=2)
    assert drafts.present(city.engine, "tiny", "owner") == []


def test_the_gate_reads_a_draft_whatever_it_holds(city: City) -> None:
    """In a fresh process: the shipped package is sound, and what is broken is told by file and element."""
    draft = begin(city, MONTHLY)
    assert [one for one in drafts.findings(city.engine, draft) if one.severity == "error"] == []
    files = draft.files(city.engine.store)
    diagram = files["process.bpmn"].replace(b'<bihuan:form key="open_cycle" />', b'<bihuan:form key="gone" />')
    assert diagram != files["process.bpmn"]
    changed = drafts.save(city.engine, MONTHLY, "owner", 1, {"process.bpmn": diagram, "forms/merge.json": b"{"})
    found = {(one.rule, one.file, one.element) for one in drafts.findings(city.engine, changed)}
    assert ("form-missing", "process.bpmn", "start") in found
    assert "forms/merge.json" in {file for _, file, _ in found}
    broken = drafts.save(city.engine, MONTHLY, "owner", 2, {"package.toml": b"id = ["})
    found = {(one.rule, one.file) for one in drafts.findings(city.engine, broken)}
    assert {("package-invalid", "package.toml"), ("toml-unreadable", "package.toml")} <= found


def test_drafts_are_no_part_of_the_record(city: City) -> None:
    begin(city)
    drafts.save(city.engine, "tiny", "owner", 1, {"README.md": b"one"})
    assert city.verify().sound
