"""From a draft to a version in force: two persons, a gate that is observed, dates, and ends; told as stories."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine import db
from engine.definitions import commands, drafts, errors, examinations, proposing, queries
from engine.definitions.package import Package, pack, read_folder
from engine.demo import load
from engine.errors import Refusal
from engine.history import queries as history
from engine.identity import commands as identity
from engine.identity.policy import NotAllowed
from engine.identity.seen import look
from engine.instances import queries as case_queries
from engine.messages import Actor
from tests.driver import PROCESSES, City
from tests.processes import changed
from tests.processes import monthly as people


def propose(city: City, definition: str = "example", person: str = "owner", **more: str) -> str:
    """*person* proposes the changed package; gives the proposal."""
    changed.examined(city, changed.draft(city, definition, person).digest)
    outcome = proposing.propose(city.engine, definition, Actor(person=person), **more)
    return str(outcome.values["proposal"])


def approve(city: City, proposal: str, definition: str = "example", person: str = "approver") -> str:
    """*person* approves; gives the version."""
    return str(proposing.approve(city.engine, definition, proposal, Actor(person=person)).values["version"])


def current(city: City, definition: str = "example") -> queries.Version:
    with city.engine.database.reading() as connection:
        found = queries.current(connection, definition)
    assert found is not None
    return found


def version(city: City, key: str) -> queries.Version:
    with city.engine.database.reading() as connection:
        found = queries.version(connection, key)
    assert found is not None
    return found


def definition(city: City, key: str = "example") -> queries.Definition:
    with city.engine.database.reading() as connection:
        found = queries.definition(connection, key)
    assert found is not None
    return found


def number_of(city: City, case: str) -> int:
    with city.engine.database.reading() as connection:
        found = case_queries.case(connection, look(connection, "auditor"), case)
    assert found is not None
    return found.number


def test_two_versions_of_the_monthly_reminder_are_worked_side_by_side_to_their_end(city: City) -> None:
    old = city.start(changed.MONTHLY, by="party-clerk", month="2026-10")
    proposal = propose(city, changed.MONTHLY, note="增加归档确认,一般问题 12 个工作日内整改")
    approve(city, proposal, changed.MONTHLY)
    assert current(city, changed.MONTHLY).number == 2
    work_month(city)
    assert city.state(old) == "ended"
    new = city.start(changed.MONTHLY, by="party-clerk", month="2026-11")
    work_month(city)
    assert city.open_elements(new) == ["file_away"]
    city.complete("party-clerk", "file_away", {"archive_note": "已归档。"}, outcome="filed")
    assert (city.state(new), city.variables(new)["archive_note"]) == ("ended", "已归档。")
    assert (number_of(city, old), number_of(city, new)) == (1, 2)
    days = [city.variables(case)["letters"][0]["days"] for case in (old, new)]
    assert days == [15, 12]
    assert city.verify().sound


def work_month(city: City) -> None:
    """Everybody works the one open month, up to the summary."""
    people.collect(city, {"huimin": 1})
    people.merge(city)
    people.draft(city)
    people.decide(city, "party-head", "office_review")
    people.decide(city, "city-secretary", "secretary_sign")
    people.receive(city, "huimin")
    people.rectify(city, "huimin")
    people.verify(city, "huimin", passed=True)
    people.close(city)


def test_the_entry_of_a_proposal_holds_what_the_gate_and_the_stories_said(city: City) -> None:
    proposal = propose(city, note="复核很长的话")
    with city.engine.database.reading() as connection:
        entry = history.lines(connection, "definition:example")[-1]
        found = queries.proposal(connection, proposal)
    assert set(entry.command) <= {"type", "definition", "package", "note", "base", "saved_by"}
    assert entry.events[0]["stories"][0]["passed"] is True
    assert found is not None
    assert [(story.engine, story.title) for story in found.stories] == [
        ("kernel", "发起人写一句话，办结"), ("second", "发起人写一句话，办结"),
    ]  # fmt: skip
    assert not [one for one in found.findings if one.severity == "error"]
    assert (found.state, found.proposed_by, found.saved_by, found.note) == ("open", "owner", "owner", "复核很长的话")


def test_a_version_says_who_proposed_it_and_who_approved_it(city: City) -> None:
    first = current(city)
    approve(city, propose(city))
    found = current(city)
    assert (found.number, found.state, found.proposed_by, found.approved_by) == (2, "in-force", "owner", "approver")
    assert (version(city, first.id).state, version(city, first.id).approved_by) == ("replaced", None)
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "example") is None
    assert city.verify().sound


def test_neither_the_proposer_nor_who_saved_last_approves_and_the_attempt_is_recorded(city: City) -> None:
    give_owner(city, "approver", "admin")
    changed.draft(city, "example", "approver")
    proposal = str(proposing.propose(city.engine, "example", Actor(person="owner")).values["proposal"])
    for person in ("owner", "approver"):
        with pytest.raises(errors.SecondPersonNeeded):
            approve(city, proposal, person=person)
    give_owner(city, "party-head", "admin")
    approve(city, proposal, person="party-head")
    assert current(city).approved_by == "party-head"
    with city.engine.database.reading() as connection:
        refused, _ = history.refusals(connection)
    assert [line.actor for line in refused if line.name == "ApproveVersion"] == ["approver", "owner"]
    assert city.verify().sound


def give_owner(city: City, person: str, admin: str) -> None:
    post = identity.AssignPost(person=person, office="platform", role="process_owner", title="流程负责人")
    city.does(admin, post)


def test_only_owners_propose_and_only_owners_and_approvers_decide(city: City) -> None:
    proposal = propose(city)
    for person in ("party-clerk", "admin", "auditor"):
        for command in (
            commands.ProposeVersion(definition="example", package="x"),
            commands.ApproveVersion(definition="example", proposal=proposal),
            commands.RejectProposal(definition="example", proposal=proposal, reason="不同意"),
            commands.WithdrawProposal(definition="example", proposal=proposal),
            commands.StopStarts(definition="example", reason="暂停"),
            commands.RetireDefinition(definition="example", reason="停用"),
        ):
            with pytest.raises(NotAllowed):
                city.does(person, command)
    with pytest.raises(Refusal):
        city.does("approver", commands.StopStarts(definition="example", reason="暂停"))


def test_a_dated_version_comes_at_its_date_and_not_before(city: City) -> None:
    at = db.text(city.engine.clock.now() + timedelta(days=3))
    planned = approve(city, propose(city, in_force_at=at))
    assert (current(city).number, version(city, planned).state) == (1, "scheduled")
    before = city.start("example", by="party-clerk", subject="之前")
    city.wait(days=2, hours=23)
    assert current(city).number == 1
    city.wait(hours=2)
    assert (current(city).number, version(city, planned).state) == (2, "in-force")
    after = city.start("example", by="party-clerk", subject="之后")
    assert (number_of(city, before), number_of(city, after)) == (1, 2)
    assert city.verify().sound


def test_a_dated_version_is_taken_back_before_its_date_and_its_number_is_not_given_again(city: City) -> None:
    at = db.text(city.engine.clock.now() + timedelta(days=3))
    planned = approve(city, propose(city, in_force_at=at))
    with pytest.raises(errors.ReasonNeeded):
        city.does("owner", commands.TakeBackVersion(definition="example", version_id=planned, reason=" "))
    city.does("owner", commands.TakeBackVersion(definition="example", version_id=planned, reason="表单还要改"))
    assert (version(city, planned).state, version(city, planned).reason) == ("taken-back", "表单还要改")
    city.wait(days=4)
    assert current(city).number == 1
    with pytest.raises(errors.NotScheduled):
        city.does("owner", commands.TakeBackVersion(definition="example", version_id=planned, reason="再收回"))
    assert version(city, approve(city, propose(city))).number == 3
    assert city.verify().sound


@pytest.mark.parametrize("spelled", ["2020-01-01T00:00:00.000000Z", "2031-01-01T00:00:00.000000Z", "morgen"])
def test_a_date_that_is_past_or_far_or_none_is_refused(city: City, spelled: str) -> None:
    with pytest.raises(errors.DateNotAhead):
        propose(city, in_force_at=spelled)


def test_a_rejected_or_withdrawn_proposal_changes_nothing_and_the_draft_stays(city: City) -> None:
    proposal = propose(city)
    with pytest.raises(errors.ProposalStands):
        proposing.propose(city.engine, "example", Actor(person="owner"))
    with pytest.raises(errors.ReasonNeeded):
        city.does("approver", commands.RejectProposal(definition="example", proposal=proposal, reason=""))
    city.does("approver", commands.RejectProposal(definition="example", proposal=proposal, reason="期限太短"))
    with pytest.raises(errors.ProposalNotOpen):
        approve(city, proposal)
    again = str(proposing.propose(city.engine, "example", Actor(person="owner")).values["proposal"])
    city.does("owner", commands.WithdrawProposal(definition="example", proposal=again))
    with city.engine.database.reading() as connection:
        assert {one.state for one in queries.proposals_of(connection, "example")} == {"withdrawn", "rejected"}
        assert drafts.find(connection, "example") is not None
    assert current(city).number == 1
    assert city.verify().sound


def test_what_the_gate_finds_or_a_story_tells_otherwise_cannot_be_proposed(city: City) -> None:
    draft = drafts.begin(city.engine, "example", "owner")
    files = draft.files(city.engine.store)
    broken = files["process.bpmn"].replace(b'targetRef="done"', b'targetRef="nowhere"')
    draft = drafts.save(city.engine, "example", "owner", draft.revision, {"process.bpmn": broken})
    with pytest.raises(errors.FindingsStand):
        proposing.propose(city.engine, "example", Actor(person="owner"))
    story = files["scenarios/straight.toml"].replace("一切正常。".encode(), "另一句话。".encode(), 1)
    drafts.save(
        city.engine, "example", "owner", draft.revision,
        {"process.bpmn": files["process.bpmn"], "scenarios/straight.toml": story},
    )  # fmt: skip
    with pytest.raises(errors.StoriesFail):
        proposing.propose(city.engine, "example", Actor(person="owner"))
    with city.engine.database.reading() as connection:
        draft_now = drafts.find(connection, "example")
        assert draft_now is not None
        found = queries.examination(connection, draft_now.digest)
    assert found is not None
    assert [(one.code, one.values["name"]) for one in found.stories] == [("story-variable", "sentence")]


def test_a_package_that_nobody_examined_cannot_be_proposed_past_the_gate(city: City) -> None:
    draft = changed.draft(city, "example")
    with pytest.raises(errors.NotExamined):
        city.does("owner", commands.ProposeVersion(definition="example", package=draft.digest))


def test_what_was_said_long_ago_is_forgotten_and_asked_anew_at_the_approval(city: City) -> None:
    proposal = propose(city)
    package = current_package(city, proposal)
    city.engine.clock.move(timedelta(days=91))  # type: ignore[attr-defined]
    with city.engine.database.writing() as connection:
        examinations.sweep(connection, city.engine.clock.now())
        assert queries.examination(connection, package) is None
    assert version(city, approve(city, proposal)).number == 2


def test_what_is_the_same_as_the_version_in_force_is_not_proposed(city: City) -> None:
    drafts.begin(city.engine, "example", "owner")
    with pytest.raises(errors.NothingToPropose):
        proposing.propose(city.engine, "example", Actor(person="owner"))


def test_files_never_replace_what_an_owner_published(city: City) -> None:
    approve(city, propose(city))
    published = current(city)
    with pytest.raises(errors.PublishedByOwner):
        load.deploy(city.engine, PROCESSES / "example")
    assert current(city) == published
    assert definition(city).owned
    assert load.deploy(city.engine, PROCESSES / changed.MONTHLY)


def test_a_new_process_is_proposed_and_begins_with_version_1(city: City) -> None:
    files = read_folder(PROCESSES / "example").files
    renamed = {name: body.replace(b"example", b"leave") for name, body in files.items()}
    drafts.begin(city.engine, "leave", "owner", renamed)
    proposal = str(proposing.propose(city.engine, "leave", Actor(person="owner")).values["proposal"])
    assert definition(city, "leave").current == ""
    approve(city, proposal, "leave")
    assert current(city, "leave").number == 1
    assert city.state(city.start("leave", by="party-clerk", subject="年假")) == "open"
    assert city.verify().sound


def test_an_approval_examines_again_beside_what_is_in_force_today(city: City) -> None:
    proposal = propose(city)
    with city.engine.database.reading() as connection:
        beside = queries.examined_beside(connection, current_package(city, proposal))
    republish(city, PROCESSES.parent / "tests" / "packages" / "tiny")
    approve(city, proposal)
    with city.engine.database.reading() as connection:
        assert queries.examined_beside(connection, current(city).package) != beside


def current_package(city: City, proposal: str) -> str:
    with city.engine.database.reading() as connection:
        found = queries.proposal(connection, proposal)
    assert found is not None
    return found.package


def republish(city: City, folder: Path) -> None:
    """A changed neighbour, put in force from files."""
    package = read_folder(folder)
    other = Package({**package.files, "README.md": b"# changed"})
    digest = city.engine.store.put(pack(other))
    city.does("system", commands.PublishVersion(definition=package.id, package=digest))


def test_what_somebody_saved_after_the_proposer_looked_is_not_proposed_unseen(city: City) -> None:
    looked_at = changed.draft(city, "example").digest
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "example")
    assert draft is not None
    give_owner(city, "party-head", "admin")
    drafts.save(city.engine, "example", "party-head", draft.revision, {"README.md": b"# another"})
    with pytest.raises(errors.DraftChanged) as said:
        proposing.propose(city.engine, "example", Actor(person="owner"), looked_at=looked_at)
    assert said.value.values["saved_by"] == "party-head"


def test_a_caller_is_rehearsed_beside_the_draft_of_what_it_calls_and_that_does_not_count(city: City) -> None:
    """The called process waits for one more answer in its draft, which the caller's story tells only in its own."""
    called = drafts.begin(city.engine, "pb_county_self_check", "owner")
    asked = changed.replaced(
        called.files(city.engine.store)["process.bpmn"], ('name="report"', 'name="send"'),
    )  # fmt: skip
    drafts.save(city.engine, "pb_county_self_check", "owner", called.revision, {"process.bpmn": asked})
    caller = drafts.begin(city.engine, changed.MONTHLY, "owner")
    name = "scenarios/month_without_findings.toml"
    files = caller.files(city.engine.store)
    story = changed.replaced(
        files[name], ('element = "self_check"\nunit = "{unit}"\noutcome = "report"',
                      'element = "self_check"\nunit = "{unit}"\noutcome = "send"'),
    )  # fmt: skip
    others = {other: None for other in files if other.startswith("scenarios/") and other != name}
    draft = drafts.save(city.engine, changed.MONTHLY, "owner", caller.revision, {name: story, **others})
    assert proposing.drafted_calls(city.engine, draft.digest) == ["pb_county_self_check"]
    assert [one.passed for one in proposing.rehearse(city.engine, draft.digest).stories] == [True, True]
    assert [one.code for one in proposing.examine(city.engine, draft.digest).stories] == ["story-refused"]
    with pytest.raises(errors.StoriesFail):
        proposing.propose(city.engine, changed.MONTHLY, Actor(person="owner"))


def test_what_was_sound_when_proposed_is_not_approved_where_a_called_process_changed_since(city: City) -> None:
    caller = drafts.begin(city.engine, changed.MONTHLY, "owner")
    name = "scenarios/month_without_findings.toml"
    gone = {other: None for other in caller.files(city.engine.store) if other.startswith("scenarios/")}
    kept = caller.files(city.engine.store)[name]
    drafts.save(city.engine, changed.MONTHLY, "owner", caller.revision, {**gone, name: kept})
    made = proposing.propose(city.engine, changed.MONTHLY, Actor(person="owner"))
    files = read_folder(PROCESSES / "pb_county_self_check").files
    renamed = changed.replaced(files["process.bpmn"], ('name="report"', 'name="send"'))
    digest = city.engine.store.put(pack(Package({**files, "process.bpmn": renamed})))
    city.does("system", commands.PublishVersion(definition="pb_county_self_check", package=digest))
    with pytest.raises(errors.StoriesFail):
        approve(city, str(made.values["proposal"]), changed.MONTHLY)
    assert current(city, changed.MONTHLY).number == 1
    assert city.verify().sound


def test_an_answer_of_a_child_that_was_stopped_is_not_kept_as_a_saying_about_the_package(city: City) -> None:
    package = changed.draft(city, "example").digest
    sound = proposing.examine(city.engine, package)
    stopped = queries.Story(file="", title="", passed=False, code="story-gave-up")
    with city.engine.database.writing() as connection:
        beside = queries.examined_beside(connection, package) or ""
        examinations.keep(connection, package, beside, queries.Examination(at="", findings=[], stories=[stopped]))
    assert proposing.examine(city.engine, package).stories == sound.stories
