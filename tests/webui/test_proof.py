"""The pages of proof: four answers in plain words, a badge, an export that verifies, a key for everybody."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.history import access, seals
from engine.history.keys import signing_key
from tests.driver import City
from tests.engine.exporting import OFFLINE, Files, files_of, found_in
from tests.tampering import by_hand
from webui import create_app


@pytest.fixture
def app(city: City) -> Flask:
    return create_app(city.engine)


@pytest.fixture
def case(city: City) -> str:
    case = city.start("caller", by="party-clerk", month="2026-11")
    city.complete("huimin-clerk", "report", {"text": "好"}, unit="huimin")
    return case


def signed_in(app: Flask, person: str) -> FlaskClient:
    browser = app.test_client()
    assert browser.post(f"/sign-in/{person}").status_code == 302
    browser.set_cookie("bh_language", "en")
    return browser


def press(browser: FlaskClient, path: str) -> Any:
    """Presses the button of the page whose form posts to its own address."""
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get(path).text)
    assert csrf is not None
    return browser.post(path, data={"_csrf": csrf[1]}, follow_redirects=True)


def answers(text: str) -> list[str]:
    """The words of the four lights."""
    table = text[text.index("Four questions") :]
    return re.findall(r'<span class="bh-light \w">([^<]+)</span>', table)[:4]


def test_an_auditor_verifies_a_case_and_reads_the_four_answers(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    assert "Not verified yet" in browser.get(f"/cases/{case}").text
    assert answers(browser.get(f"/cases/{case}/proof").text) == ["not asked this time"] * 4
    page = press(browser, f"/cases/{case}/proof").text
    assert answers(page) == ["yes", "yes", "yes", "yes"]
    assert re.search(r"Verified by \w+ on ", page)
    assert "Verified sound" in browser.get(f"/cases/{case}").text
    called = city.children(case)
    assert page.count("Verified sound") == len(called) > 0
    assert "Verified sound" in browser.get(f"/cases/{called[0].id}").text


def test_what_was_found_is_told_at_the_top_and_on_the_badge(app: Flask, city: City, case: str) -> None:
    by_hand(city.engine, f"UPDATE journal SET actor = 'party-head' WHERE stream = '{case}' AND seq = 1")
    browser = signed_in(app, "auditor")
    page = press(browser, f"/cases/{case}/proof").text
    assert answers(page)[0] == "no"
    assert f"{case}: entry 1 was changed" in page
    assert "Verification found faults" in browser.get(f"/cases/{case}").text


def test_the_badge_says_what_came_since(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "auditor")
    press(browser, f"/cases/{case}/proof")
    city.wait(minutes=1)
    city.complete("yangxin-clerk", "report", {"text": "好"}, unit="yangxin")
    assert re.search(r"Verified sound · [^·<]+ · (1 entry|[1-9]\d* entries) since", browser.get(f"/cases/{case}").text)


def test_the_page_shows_the_seal_of_the_case_and_the_fingerprint(app: Flask, city: City, case: str) -> None:
    browser = signed_in(app, "party-clerk")
    assert "Nothing is sealed yet" in browser.get(f"/cases/{case}/proof").text
    made = seals.seal(city.engine)
    assert made is not None
    page = browser.get(f"/cases/{case}/proof").text
    assert "Seal 1 (" in page
    assert "Every entry is sealed." in page
    assert made.root in page
    assert made.key in page.replace(" ", "")


def test_the_pages_say_what_the_time_of_a_seal_proves_and_what_was_there_before_the_first(
    app: Flask, city: City, case: str
) -> None:
    city.wait(minutes=1)
    seals.seal(city.engine)
    later = city.start("tiny", by="party-clerk", subject="甲")
    seals.seal(city.engine)
    browser = signed_in(app, "auditor")
    pages = [browser.get(path).text for path in (f"/cases/{case}/proof", f"/cases/{later}/proof", "/proof")]
    for page in pages:
        assert "It proves that these entries existed then at the latest" in page
    assert "Seal 2 (" in pages[1]
    told = "The first seal of this installation is seal 1 ("
    assert [told in page for page in pages] == [True, False, True]


def test_the_pages_with_the_fingerprint_say_that_it_must_come_another_way(app: Flask, city: City, case: str) -> None:
    seals.seal(city.engine)
    browser = signed_in(app, "auditor")
    for path in (f"/cases/{case}/proof", "/proof", "/proof/key"):
        assert "by another way (telephone, in person, stamped paper)" in browser.get(path).text, path


def test_a_case_that_may_not_be_seen_has_no_proof_and_no_export(app: Flask, case: str) -> None:
    browser = signed_in(app, "yangxin-clerk")
    for path in ("proof", "export.zip"):
        assert browser.get(f"/cases/{case}/{path}").status_code == 404


def test_an_export_verifies_and_is_in_the_access_log(app: Flask, city: City, case: str) -> None:
    with signed_in(app, "party-clerk").get(f"/cases/{case}/export.zip") as answer:
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        files = files_of(answer.data)
    run = OFFLINE.Verification(files, key=signing_key(city.engine.settings.data).public.fingerprint)
    assert run.run() == []
    assert {"index.html", "record.html", "replay-offline.js", "replay-offline.css"} <= set(files)
    with city.engine.database.reading() as connection:
        lines = connection.execute(access.access_log.select()).mappings().all()
    assert [(line["person"], line["action"], line["target"]) for line in lines] == [("party-clerk", "ExportCase", case)]


def changed(files: Files, name: str) -> tuple[str, str]:
    files[name] += b" "
    return "file-changed", name


def removed(files: Files, name: str) -> tuple[str, str]:
    del files[name]
    return "export-cut", name


def joined(files: Files, name: str) -> tuple[str, str]:
    """Another file of its kind beside it."""
    files[f"x-{name}"] = files[name]
    return "file-added", f"x-{name}"


@pytest.mark.parametrize("attack", [changed, removed, joined])
def test_each_page_of_an_export_is_named_when_it_is_changed_removed_or_joined_by_another(
    app: Flask, case: str, attack: Callable[[Files, str], tuple[str, str]]
) -> None:
    with signed_in(app, "auditor").get(f"/cases/{case}/export.zip") as answer:
        whole = files_of(answer.data)
    pages = [name for name in whole if "/" not in name and not name.startswith(("manifest.", "key.", "proofs."))]
    kinds = {re.split(r"[-.]", name)[0] for name in pages}
    assert kinds == {"README", "case", "index", "record", "replay", "verify"}
    for name in pages:
        files = dict(whole)
        code, file = attack(files, name)
        findings = found_in(files)
        assert [(one["code"], one["file"]) for one in findings] == [(code, file)]
        for language in OFFLINE.SAID:
            assert file in OFFLINE.say(language, findings[0])


def test_the_key_is_shown_to_everybody_and_fetched_by_programs(app: Flask, city: City) -> None:
    key = signing_key(city.engine.settings.data).public
    browser = app.test_client()
    page = browser.get("/proof/key")
    assert page.status_code == 200
    assert key.fingerprint in page.text.replace(" ", "")
    pem = browser.get("/proof/key.pem")
    assert (pem.text, pem.mimetype) == (key.pem, "text/plain")


def test_an_auditor_verifies_everything_beside_the_work(app: Flask, city: City, case: str) -> None:
    seals.seal(city.engine)
    browser = signed_in(app, "auditor")
    page = press(browser, "/proof").text
    for _ in range(100):
        if "Look again" not in page:
            break
        time.sleep(0.1)
        page = browser.get("/proof").text
    assert answers(page) == ["yes", "yes", "yes", "yes"]
    assert "1 seal." in page
    assert "1 seal was compared with its copy in the folder." in page
    assert "Verified sound" in browser.get(f"/cases/{case}").text


def test_an_auditor_takes_seals_away(app: Flask, city: City) -> None:
    seals.seal(city.engine)
    browser = signed_in(app, "auditor")
    assert "/proof/seals/1.json" in browser.get("/proof").text
    body = browser.get("/proof/seals/1.json").data
    assert body == seals.file_of(city.engine.settings.seals_folder, 1).read_bytes()
    for number in ("2", "x", "1" * 30):
        assert browser.get(f"/proof/seals/{number}.json").status_code == 404


@pytest.mark.parametrize("path", ["/proof", "/proof/seals/1.json", "/proof/log.xes"])
def test_the_installation_s_proof_is_the_auditor_s_alone(app: Flask, path: str) -> None:
    for person in ("party-clerk", "huimin-secretary", "admin", "owner"):
        assert signed_in(app, person).get(path).status_code == 403, person
    browser = signed_in(app, "party-clerk")
    csrf = re.search(r'name="_csrf" value="([^"]+)"', browser.get("/start/tiny").text)
    assert csrf is not None
    assert browser.post("/proof", data={"_csrf": csrf[1]}).status_code == 403


def test_the_event_log_is_fetched_by_definition_and_days(app: Flask, case: str) -> None:
    browser = signed_in(app, "auditor")
    answer = browser.get("/proof/log.xes?definition=called&begin=2026-11-01&end=2026-11-30")
    assert answer.mimetype == "application/xml"
    assert answer.text.count("<trace>") > 1
    assert browser.get("/proof/log.xes?definition=called&begin=2026-12-01").text.count("<trace>") == 0
    assert browser.get("/proof/log.xes?begin=yesterday").status_code == 400
