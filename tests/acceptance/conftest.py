"""A served city and a real browser on it, which notes every console error and every breach of the content policy."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import waitress
from playwright.sync_api import Page
from waitress import wasyncore

from engine.jobs.worker import working
from tests.driver import City
from webui import create_app

AXE = Path(__file__).parents[2] / "webui/frontend/node_modules/axe-core/axe.min.js"


class Browser:
    """One browser window on a served city."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # A form that is sent back with 422 is part of the story; everything else that is an error is not.
        if kind == "error" and "422" not in text:
            self.complaints.append(text)

    def sign_in(self, person: str) -> None:
        """One click on the demonstration's page."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/sign-in")
        self.page.click(f'button[data-person="{person}"]')

    def open(self, path: str) -> None:
        """Goes to an address of the city."""
        self.page.goto(f"{self.address}{path}")

    def open_task(self, title: str) -> None:
        """Opens the one item of the inbox with this title."""
        self.open("/inbox/todo")
        self.page.click(f'a.t:has-text("{title}")')

    def send(self, label: str) -> None:
        """Presses a button of the form and agrees to what it says it will do."""
        self.page.click(f'.bh-acts button:has-text("{label}")')
        with self.page.expect_navigation():
            self.page.click("#bh-confirm button[value=yes]")

    def violations(self) -> list[str]:
        """What axe finds on the page against WCAG 2.1 A and AA."""
        # A colour on its way from light to dark has a contrast that no reader meets.
        self.page.evaluate(
            "Promise.allSettled(document.getAnimations()"
            ".filter(one => one.effect.getTiming().iterations !== Infinity).map(one => one.finished)).then(() => null)"
        )
        self.page.evaluate(AXE.read_text())
        found: Any = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))"
        )
        return list(found)


@pytest.fixture
def served(city: City) -> Iterator[str]:
    """The city behind a real server with its worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = waitress.create_server(create_app(city.engine), host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    with working(city.engine):
        thread.start()
        yield f"http://127.0.0.1:{port}"
        # First whoever still answers, since an answer wakes the server through a handle that the next line closes.
        server.task_dispatcher.shutdown()
        stop(server)
        thread.join(timeout=10)


def stop(server: Any) -> None:
    """Closes every socket in the server's own thread: closed from here, one could vanish under its ``select``."""
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))


def opened(chromium: Any, served: str, size: dict[str, int]) -> Iterator[Browser]:
    """A window, empty before it is closed: one that is closed on its way to a page may never say that it is."""
    page = chromium.new_page(viewport=size)
    yield Browser(page, served)
    page.goto("about:blank")
    page.close()


@pytest.fixture
def browser(chromium: Any, served: str) -> Iterator[Browser]:
    """A window of a desk."""
    yield from opened(chromium, served, {"width": 1440, "height": 900})


@pytest.fixture
def phone(chromium: Any, served: str) -> Iterator[Browser]:
    """A window of a phone."""
    yield from opened(chromium, served, {"width": 390, "height": 844})
