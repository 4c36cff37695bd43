"""A person at a browser that never gives up: every click is sent again, with its request id, until it is answered."""

from __future__ import annotations

import http.client
import re
import threading
import time
import uuid
from urllib.parse import urlencode


class Person(threading.Thread):
    """Starts cases and finishes their tasks until told to stop; remembers what was acknowledged."""

    def __init__(self, port: int, person: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.person, self.stopped = port, person, stop
        self.cookie = ""
        #: Request ids of acknowledged starts and completions.
        self.started: list[str] = []
        self.completed: list[str] = []
        self.failed: list[str] = []

    def run(self) -> None:
        try:
            self._sign_in()
            while not self.stopped.is_set():
                self._one_case()
        except Exception as broken:
            self.failed.append(repr(broken))

    def _one_case(self) -> None:
        answer = self._click("/start/example", {"subject": uuid.uuid4().hex[:8]}, self.started)
        if answer is None:
            return
        page = self._get(answer)
        for task in re.findall(r'href="(/tasks/[^"]+)"', page)[:1]:
            self._click(task, {"sentence": "好", "_outcome": "done"}, self.completed)

    def _sign_in(self) -> None:
        status, headers, _ = self._send("POST", f"/sign-in/{self.person}", {})
        assert status == 302, status
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def _click(self, path: str, form: dict[str, str], acknowledged: list[str]) -> str | None:
        """Sends a form until it is answered; gives where the answer leads."""
        csrf = re.search(r'name="_csrf" value="([^"]+)"', self._get(path))
        if csrf is None:
            return None
        request = uuid.uuid4().hex
        status, headers, body = self._send("POST", path, {**form, "_csrf": csrf[1], "_request": request})
        if status != 302:
            self.failed.append(f"{path} {status} {body[-600:]}")
            return None
        acknowledged.append(request)
        return headers["Location"]

    def _get(self, path: str) -> str:
        return self._send("GET", path, None)[2]

    def _send(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, dict[str, str], str]:
        until = time.monotonic() + 60
        while True:
            try:
                return self._once(method, path, form)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _once(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()
