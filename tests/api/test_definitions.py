"""A program brings a package and has it proposed, a second person approves it; and what is refused on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from engine.cli import main
from engine.definitions import drafts, package, queries
from engine.definitions.package import read_folder
from tests.api.program import Program, program
from tests.driver import PROCESSES, City
from tests.processes import changed
from webui import create_app

EXAMPLE = read_folder(PROCESSES / "example").files


@pytest.fixture
def owner(city: City) -> Program:
    return program(city, "owner")


def send(by: Program, body: bytes, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return by.ask("POST", "/definitions", data=body, content_type="application/zip", headers=named)


def better() -> bytes:
    return package.zipped({**EXAMPLE, **changed.example(EXAMPLE)})


def known(city: City, body: bytes) -> str:
    """What the stories of this package say is known from an earlier test, where there was one."""
    digest = city.engine.store.put(body)
    changed.examined(city, digest)
    return digest


def test_a_package_becomes_a_draft_is_proposed_and_a_second_person_approves_it(city: City, owner: Program) -> None:
    brought = send(owner, better())
    assert (brought.status_code, brought.headers["Location"]) == (201, "/api/definitions/example/draft")
    draft = brought.get_json()
    assert (draft["sound"], draft["revision"], draft["left_out"]) == (True, 1, [])
    assert owner.get("/definitions/example/draft")["digest"] == draft["digest"]
    assert known(city, better()) == draft["digest"]
    proposed = owner.post("/definitions/example/versions", {"note": "长句要复核", "digest": draft["digest"]})
    assert proposed.status_code == 201
    assert proposed.headers["Location"] == "/api/definitions/example/versions/2"
    shown = owner.get("/definitions/example/versions/2")
    assert (shown["state"], shown["note"], shown["approved_by"]) == ("proposed", "长句要复核", None)
    assert shown["scenarios"]
    assert all(one["passed"] for one in shown["scenarios"])
    alone = owner.post("/definitions/example/versions/2/approval")
    assert owner.problem(alone, 403)["code"] == "second-person-needed"
    second = program(city, "approver", app=owner.client.application)
    done = second.post("/definitions/example/versions/2/approval", Idempotency_Key="a-1")
    assert done.get_json() == {"definition": "example", "number": 2, "state": "in-force"}
    again = second.post("/definitions/example/versions/2/approval", Idempotency_Key="a-1")
    assert again.get_json() == done.get_json()
    assert second.problem(second.post("/definitions/example/versions/2/approval"), 409)["code"] == "proposal-not-open"
    second.problem(second.post("/definitions/example/versions/3/approval"), 404)
    versions = owner.get("/definitions/example/versions")["items"]
    assert [(one["number"], one["state"]) for one in versions] == [(2, "in-force"), (1, "replaced")]
    owner.problem(owner.ask("GET", "/definitions/example/draft"), 404)
    with city.engine.database.reading() as connection:
        assert queries.current(connection, "example").number == 2  # type: ignore[union-attr]


def test_nobodys_draft_is_overwritten_by_a_program(city: City, owner: Program) -> None:
    first = send(owner, better())
    assert first.headers["ETag"] == '"1"'
    assert send(owner, better()).status_code == 200
    other = package.zipped({**EXAMPLE, "README.md": b"# other\n"})
    assert owner.problem(send(owner, other), 409)["code"] == "draft-exists"
    saved = send(owner, other, If_Match='"1"')
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"2"')
    assert owner.problem(send(owner, better(), If_Match='"1"'), 409)["code"] == "draft-changed"
    assert owner.problem(send(owner, better(), If_Match='"x"'), 412)["code"] == "api-if-match"
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "example").revision == 2  # type: ignore[union-attr]
    stale = owner.post("/definitions/example/versions", {"digest": first.get_json()["digest"]})
    assert owner.problem(stale, 409)["code"] == "draft-changed"


def test_an_unsound_package_is_a_draft_with_its_findings_and_cannot_be_proposed(owner: Program) -> None:
    broken = {**EXAMPLE, "process.bpmn": EXAMPLE["process.bpmn"].replace(b'targetRef="done"', b'targetRef="nowhere"')}
    answer = send(owner, package.zipped(broken))
    assert answer.status_code == 201
    assert answer.get_json()["sound"] is False
    (error, *_) = [one for one in answer.get_json()["findings"] if one["severity"] == "error"]
    assert error["file"] == "process.bpmn"
    assert error["message"]
    assert not error["message"].startswith("check.")
    assert owner.problem(owner.post("/definitions/example/versions", {}), 422)["code"] in (
        "findings-stand", "package-unreadable"
    )  # fmt: skip


def hostile() -> Mapping[str, bytes]:
    def zipped(*files: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", kind) as archive:
            for name, content in files:
                archive.writestr(name, content)
        return body.getvalue()

    manifest = ("package.toml", EXAMPLE["package.toml"])
    return {
        "nothing": b"",
        "noise": b"PK\x03\x04 and no more",
        "bomb": zipped(manifest, *((f"forms/{number}.json", bytes(4_000_000)) for number in range(3))),
        "leaves its folder": zipped(manifest, ("../../evil.py", b"x")),
        "absolute": zipped(manifest, ("/etc/passwd", b"x")),
        "many": zipped(manifest, *((f"forms/{number}.json", b"") for number in range(300))),
        "strange packing": zipped(manifest, kind=zipfile.ZIP_LZMA),
        "no manifest": zipped(("process.bpmn", EXAMPLE["process.bpmn"])),
        "a name that is a path": zipped(("package.toml", b'id = "../x"\ntitle = "x"\n')),
        "a deep manifest": zipped(("package.toml", b"a = " + b"[" * 5_000)),
    }


@pytest.mark.parametrize("name", hostile())
def test_a_hostile_zip_is_refused_and_leaves_nothing(city: City, owner: Program, name: str) -> None:
    owner.problem(send(owner, hostile()[name]), 422)
    with city.engine.database.reading() as connection:
        assert drafts.listing(connection) == []


@pytest.mark.parametrize(
    "diagram",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><definitions/>',
        b"<a>" * 30_000,
        b'<definitions xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></definitions>',
        b"\xff\xfe<definitions/>",
    ],
    ids=["entities", "outside", "deep", "include", "encoding"],
)
def test_a_hostile_diagram_is_a_finding_as_in_check(owner: Program, diagram: bytes) -> None:
    answer = send(owner, package.zipped({**EXAMPLE, "process.bpmn": diagram}))
    assert answer.status_code == 201
    found = [one for one in answer.get_json()["findings"] if one["severity"] == "error"]
    assert any(one["file"] == "process.bpmn" for one in found)
    assert "root:" not in answer.text


def test_too_much_or_of_another_kind_is_refused_before_it_is_read(owner: Program) -> None:
    owner.problem(send(owner, bytes(package.MOST_BYTES + 1)), 413)
    owner.problem(owner.ask("POST", "/definitions", data=b"x", content_type="text/plain"), 415)


def test_only_owners_bring_packages_and_only_deciders_read_versions(city: City, owner: Program) -> None:
    for person, versions in (("party-clerk", 403), ("admin", 403), ("auditor", 200), ("approver", 200)):
        other = program(city, person, app=owner.client.application)
        other.problem(send(other, better()), 403)
        other.problem(other.ask("GET", "/definitions/example/draft"), 403)
        assert other.ask("GET", "/definitions/example/versions").status_code == versions
    works = program(city, "owner", "read", "work", app=owner.client.application)
    assert works.problem(send(works, better()), 403)["code"] == "scope-missing"


def test_deploy_makes_files_a_draft_where_an_owner_publishes(
    city: City, owner: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = send(owner, better()).get_json()["digest"]
    assert known(city, better()) == digest
    owner.post("/definitions/example/versions", {})
    program(city, "approver", app=owner.client.application).post("/definitions/example/versions/2/approval")
    monkeypatch.setenv("BIHUAN_DATA", str(city.engine.settings.data))
    monkeypatch.setenv("DATABASE_URL", city.engine.settings.database_url)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for _ in range(2):
        done = CliRunner().invoke(main, ["deploy", str(PROCESSES / "example")])
        assert done.exit_code == 0, done.output
        assert "became its draft (revision 1)" in done.output
    with city.engine.database.reading() as connection:
        assert queries.current(connection, "example").number == 2  # type: ignore[union-attr]
        draft = drafts.find(connection, "example")
    assert draft is not None
    assert draft.saved_by == "system"
    drafts.save(city.engine, "example", "owner", 1, {"README.md": b"# mine\n"})
    refused = CliRunner().invoke(main, ["deploy", str(PROCESSES / "example")])
    assert refused.exit_code == 1
    assert "owner" in refused.output


def test_the_pages_show_a_draft_that_came_from_a_program(city: City, owner: Program) -> None:
    send(owner, better())
    browser = create_app(city.engine).test_client()
    browser.post("/sign-in/owner")
    assert browser.get("/processes/example/revisions").status_code == 200
