"""A door between an installation and its PostgreSQL server: counts round trips, shuts, and cuts off mid-sentence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

#: A Flush, after which the driver waits for nothing that it has not asked for before.
_FLUSH = b"H\x00\x00\x00\x04"


class Door:
    """Leads to the server at *url* under an address of its own."""

    def __init__(self, url: str) -> None:
        self._server = sa.make_url(url)
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        query = {name: value for name, value in self._server.query.items() if name != "host"}
        through = self._server.set(host="127.0.0.1", port=self._listener.getsockname()[1], query=query)
        #: The address through the door.
        self.url = through.render_as_string(hide_password=False)
        #: Grows each time when the client asks after an answer, by the first bytes that it sends.
        self.turns: list[bytes] = []
        #: How often somebody was cut off by :meth:`cut_after`.
        self.cuts = 0
        self._shut = False
        self._cut_at: bytes | None = None
        self._through: list[socket.socket] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def shut(self) -> None:
        """Nobody gets through any more, and who is inside is cut off."""
        self._shut = True
        self._cut()

    def open(self) -> None:
        """Leads to the server again."""
        self._shut = False

    def cut_after(self, words: bytes) -> None:
        """Cuts everybody off once, when the client has sent *words* and before it hears the answer."""
        self._cut_at = words

    def close(self) -> None:
        """Takes the door away."""
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        for one in self._through:
            one.close()
        self._through.clear()

    def _let_in(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:  # The door is gone.
                return
            if self._shut:
                inside.close()
                continue
            outside = self._reach()
            self._through += [inside, outside]
            asks, cut = [True], threading.Event()
            for source, target, from_client in ((inside, outside, True), (outside, inside, False)):
                about = (source, target, from_client, asks, cut)
                threading.Thread(target=self._pass, args=about, daemon=True).start()

    def _reach(self) -> socket.socket:
        folder = self._server.query.get("host")
        if isinstance(folder, str) and folder.startswith("/"):
            reached = socket.socket(socket.AF_UNIX)
            reached.connect(f"{folder}/.s.PGSQL.{self._server.port or 5432}")
            return reached
        return socket.create_connection((self._server.host or "127.0.0.1", self._server.port or 5432))

    def _pass(
        self, source: socket.socket, target: socket.socket, from_client: bool, asks: list[bool], cut: threading.Event
    ) -> None:  # fmt: skip
        try:
            while data := source.recv(65536):
                if not from_client:
                    if cut.is_set():  # However fast the server answers, the client must not hear it.
                        return
                    asks[0] = True
                elif asks[0] and data != _FLUSH:
                    asks[0] = False
                    self.turns.append(data[:60])
                if from_client and self._cut_at is not None and self._cut_at in data:
                    self._cut_at = None
                    self.cuts += 1
                    cut.set()
                    target.sendall(data)
                    target.shutdown(socket.SHUT_WR)  # The server hears all of it and then that nobody listens.
                    source.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return


@contextmanager
def door(url: str) -> Iterator[Door]:
    """A door for as long as the block lasts."""
    made = Door(url)
    try:
        yield made
    finally:
        made.close()
