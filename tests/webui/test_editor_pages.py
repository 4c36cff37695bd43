"""What an owner finds under the processes without a browser's scripts: list, new, import, export, revisions."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.cli import main as commands
from engine.definitions import drafts
from engine.definitions.package import read_folder, read_zip, unzip
from tests.driver import PROCESSES, City
from tests.engine.definitions.test_importing import CAMUNDA
from webui import create_app


@pytest.fixture
def app(city: City) -> Flask:
    return create_app(city.engine)


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return signed_in(app, "owner")


def signed_in(app: Flask, person: str) -> FlaskClient:
    browser = app.test_client()
    assert browser.post(f"/sign-in/{person}").status_code == 302
    return browser


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/processes").text)
    assert found is not None
    return found[1]


def send(browser: FlaskClient, path: str, **form: Any) -> Any:
    return browser.post(path, data={**form, "_csrf": token(browser)}, content_type="multipart/form-data")


def ask(browser: FlaskClient, path: str, body: Any) -> Any:
    return browser.post(path, json=body, headers={"X-CSRF-Token": token(browser)})


def test_the_list_tells_what_is_in_force_and_who_changes_it(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "pb_monthly_reminder", "owner")
    page = owner.get("/processes").text
    row = page[page.index("pb_monthly_reminder") :].split("</tr>")[0]
    assert "第 1 版" in row
    assert "林若水" in row
    assert "/processes/pb_monthly_reminder/draft" in row


@pytest.mark.parametrize("person", ["party-clerk", "auditor", "admin", "huimin-secretary"])
def test_only_owners_come_in(app: Flask, city: City, person: str) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    browser = signed_in(app, person)
    for path in (
        "/processes", "/processes/tiny/draft", "/processes/tiny/draft/edit/forms/note.json",
        "/processes/tiny/draft/files/process.bpmn", "/processes/tiny/package.zip", "/processes/tiny/revisions",
    ):  # fmt: skip
        assert browser.get(path).status_code == 403, path


def test_a_new_process_is_the_example_under_its_own_name(owner: FlaskClient, city: City) -> None:
    answer = send(owner, "/processes", definition="leave", title="请假")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/processes/leave/draft")
    with city.engine.database.reading() as connection:
        draft = drafts.find(connection, "leave")
    assert draft is not None
    assert read_zip(city.engine.store.get(draft.digest)).title == "请假"
    assert [one for one in drafts.findings(city.engine, draft) if one.severity != "advice"] == []
    assert "请假" in owner.get("/processes").text
    again = send(owner, "/processes", definition="leave", title="再来")
    assert again.status_code == 409
    assert "林若水" in again.text
    assert "再来" in again.text
    wrong = send(owner, "/processes", definition="Leave Me", title="x")
    assert wrong.status_code == 422
    assert 'value="Leave Me"' in wrong.text


def test_a_diagram_from_outside_gives_a_draft_and_a_report(owner: FlaskClient, city: City) -> None:
    answer = send(owner, "/processes/import", title="休假", file=(io.BytesIO(CAMUNDA), "Leave Request.bpmn"))
    assert answer.status_code == 200
    for told in ("leave_request", "candidateGroups=HR-Team", "camunda:taskListener", "未采用", "已转换"):
        assert told in answer.text
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "leave_request") is not None


def test_a_hostile_file_is_refused_with_what_is_wrong_and_leaves_nothing(owner: FlaskClient, city: City) -> None:
    hostile = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + CAMUNDA
    answer = send(owner, "/processes/import", definition="evil", file=(io.BytesIO(hostile), "evil.bpmn"))
    assert answer.status_code == 422
    assert "DOCTYPE" in answer.text
    for name, body in (("evil.zip", b"PK nothing"), ("evil.bpmn", b""), ("evil.zip", slipping())):
        answer = send(owner, "/processes/import", definition="evil", file=(io.BytesIO(body), name))
        assert answer.status_code == 422, name
    with city.engine.database.reading() as connection:
        assert drafts.find(connection, "evil") is None


def slipping() -> bytes:
    """A zip whose file would land outside of its folder."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "boom")
    return body.getvalue()


def test_what_is_exported_can_be_imported_and_deployed(owner: FlaskClient, city: City, tmp_path: Any) -> None:
    zipped = owner.get("/processes/pb_monthly_reminder/package.zip").data
    assert read_zip(zipped).files == read_folder(PROCESSES / "pb_monthly_reminder").files
    assert owner.get("/processes/pb_monthly_reminder/package.zip?version=1").data == zipped
    assert owner.get("/processes/pb_monthly_reminder/package.zip?version=7").status_code == 404
    answer = send(owner, "/processes/import", file=(io.BytesIO(zipped), "monthly.zip"))
    assert answer.status_code == 200
    drafts.save(city.engine, "pb_monthly_reminder", "owner", 1, {"README.md": b"changed"})
    draft = owner.get("/processes/pb_monthly_reminder/package.zip?version=draft").data
    assert unzip(draft)["README.md"] == b"changed"
    from click.testing import CliRunner

    path = tmp_path / "package.zip"
    path.write_bytes(draft)
    done = CliRunner().invoke(commands, ["deploy", str(path)], env={"BIHUAN_DATA": str(tmp_path / "other")})
    assert done.exit_code == 0, done.output


def test_saved_revisions_are_listed_and_one_comes_back(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    drafts.save(city.engine, "tiny", "owner", 1, {"README.md": b"two"})
    page = owner.get("/processes/tiny/revisions").text
    assert "README.md" in page
    assert send(owner, "/processes/tiny/revisions/1").status_code == 302
    with city.engine.database.reading() as connection:
        found = drafts.revisions(connection, "tiny")
    assert (found[0].revision, found[0].of, found[0].digest) == (3, 1, found[2].digest)
    assert send(owner, "/processes/tiny/revisions/9").status_code == 404


def test_a_discarded_draft_is_gone(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    assert send(owner, "/processes/tiny/discard").status_code == 302
    assert "/processes/tiny/draft" in owner.get("/processes/tiny/draft").text
    assert owner.get("/processes/tiny/draft/edit/package.toml").status_code == 404
    assert owner.get("/processes/unheard_of/draft").status_code == 404


def test_saving_from_the_editor_and_the_second_of_two(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    first = ask(owner, "/processes/tiny/draft/save", {"revision": 1, "changes": {"README.md": "theirs", "a.md": "x"}})
    assert first.get_json()["revision"] == 2
    mine = {"revision": 1, "changes": {"README.md": "mine", "forms/note.json": None}}
    second = ask(owner, "/processes/tiny/draft/save", mine)
    assert second.status_code == 409
    told = second.get_json()
    assert (told["both"], told["theirs"], told["mine"]) == (["README.md"], ["a.md"], ["forms/note.json"])
    assert "林若水" in told["conflict"]
    kept = owner.post(
        "/processes/tiny/draft/mine.zip",
        data={"_csrf": token(owner), "state": '{"revision": 1, "changes": {"README.md": "mine"}}'},
    )
    assert unzip(kept.data)["README.md"] == b"mine"
    assert ask(owner, "/processes/tiny/draft/save", {"revision": 2, "changes": {"../x": ""}}).status_code == 422
    assert ask(owner, "/processes/tiny/draft/save", {"changes": 3}).status_code == 400


def test_findings_of_what_is_not_saved_name_their_element(owner: FlaskClient, city: City) -> None:
    draft = drafts.begin(city.engine, "tiny", "owner")
    diagram = draft.files(city.engine.store)["process.bpmn"].decode()
    broken = re.sub(r"<bihuan:assignment[^>]*/>", "", diagram)
    assert broken != diagram
    answer = ask(owner, "/processes/tiny/draft/findings", {"revision": 1, "changes": {"process.bpmn": broken}})
    told = answer.get_json()
    assert ("task-unassigned", "note") in {(one["rule"], one["element"]) for one in told["findings"]}
    assert all(one["text"] and one["advice"] for one in told["findings"])
    assert 'data-element="note"' in told["outline"]
    assert {"starter", "subject"} <= {one["name"] for one in told["names"]["everywhere"]}
    assert "note" in told["forms"]


def test_a_gateway_without_a_name_is_called_by_one_word_and_by_where_it_stands(owner: FlaskClient, city: City) -> None:
    draft = drafts.begin(city.engine, "pb_monthly_reminder", "owner")
    diagram = draft.files(city.engine.store)["process.bpmn"].decode()
    nameless, count = re.subn(r'(<bpmn:exclusiveGateway id="reviewed") name="[^"]+"( default="[^"]+")?', r"\1", diagram)
    assert count == 1
    asked = {"revision": 1, "changes": {"process.bpmn": nameless}}
    told = ask(owner, "/processes/pb_monthly_reminder/draft/findings", asked).get_json()
    name = "排他网关(“主任审核”之后)"
    found = {(one["text"], one["place"]) for one in told["findings"] if one["element"] == "reviewed"}
    assert (f"{name} 没有默认连线", name) in found
    outline = told["outline"]
    assert f'data-element="reviewed">{name}</button>' in outline
    assert f"去 {name}" in outline


def test_an_expression_is_judged_while_it_is_typed(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    assert ask(owner, "/processes/tiny/draft/expression", {"text": "count(list) > 1"}).get_json() == {"error": ""}
    assert ask(owner, "/processes/tiny/draft/expression", {"text": "if a then"}).get_json()["error"]


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ({"role": "party_office_head"}, ["陶敬之", "市委党建办"]),
        ({"role": "county_office"}, ["没有人会收到", "刘敏"]),
        ({"role": "county_office", "office": "= county.id"}, ["视案件而定", "刘敏", "左思齐"]),
        ({"role": "county_office", "office": '= "huimin"'}, ["刘敏", "袁初晴"]),
        ({"person": "= starter.id"}, ["由发起人收到"]),
        ({"person": "auditor"}, ["陈静"]),
        ({"role": "astronaut"}, ["今天没有人会收到"]),
        ({}, ["还没有指定办理人"]),
    ],
)
def test_who_would_receive_it_today(
    owner: FlaskClient, city: City, assignment: dict[str, str], told: list[str]
) -> None:  # fmt: skip
    drafts.begin(city.engine, "tiny", "owner")
    answer = ask(owner, "/processes/tiny/draft/receivers", assignment).text
    assert [word for word in told if word not in answer] == []
    assert ("左思齐" in answer) == ("左思齐" in told or assignment == {"role": "county_office"})


def test_a_form_is_shown_as_staff_see_it_or_with_what_is_wrong(owner: FlaskClient, city: City) -> None:
    drafts.begin(city.engine, "tiny", "owner")
    schema = (PROCESSES / "pb_monthly_reminder" / "forms" / "draft_letter.json").read_text()
    shown = send(owner, "/processes/tiny/draft/preview", schema=schema)
    assert "整改要求" in shown.text
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "unsafe" not in shown.headers["Content-Security-Policy"]
    assert 'role="alert"' in send(owner, "/processes/tiny/draft/preview", schema='{"components": [{}]}').text


def test_inline_styles_are_allowed_on_the_three_authoring_pages_alone_and_scripts_nowhere(
    owner: FlaskClient, city: City
) -> None:
    drafts.begin(city.engine, "pb_monthly_reminder", "owner")
    base = "/processes/pb_monthly_reminder/draft"
    wide = {
        path: "style-src 'self' 'unsafe-inline'" in owner.get(path).headers["Content-Security-Policy"]
        for path in (
            base, f"{base}/edit/forms/merge.json", f"{base}/edit/decisions/severity.dmn",
            f"{base}/edit/letters/reminder.md.j2", f"{base}/edit/package.toml", "/processes",
        )
    }  # fmt: skip
    assert list(wide.values()) == [True, True, True, False, False, False]
    for path in wide:
        assert "script-src 'self';" in owner.get(path).headers["Content-Security-Policy"]
