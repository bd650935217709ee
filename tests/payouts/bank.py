"""The bench of SEPA: files and messages in memory, and mock-bank at the other end of a connection on this machine."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from benches import DAY, Bench, Message
from mockbank.server import Config, make_server

from recourse.money import Money
from recourse.payouts.providers.contract import Order, Provider
from recourse.payouts.providers.sepa import Sepa
from recourse.payouts.providers.sepa_file import Debtor, File


class BankPostbox:
    """Files and messages in memory, a bank at the other end of a connection on this machine."""

    def __init__(self, post: Callable[[str, str, bytes | None], tuple[int, bytes]], faults: list[str]) -> None:
        self.post, self.faults = post, faults
        self.files: dict[str, File] = {}
        self.taken: set[str] = set()
        self.stored: list[tuple[frozenset[UUID], bytes]] = []
        self.down = False

    def keep(self, file: File) -> File:
        if file.id in self.files:
            return self.files[file.id]
        if {key for one in self.files.values() for key in one.keys} & set(file.keys):
            raise ValueError("a refund is in another file")
        self.files[file.id] = file
        return file

    def file_of(self, key: UUID) -> File | None:
        if self.down:
            raise ConnectionError("no database")
        return next((file for file in self.files.values() if key in file.keys), None)

    def keys_in(self, file: str) -> Sequence[UUID]:
        return self.files[file].keys if file in self.files else ()

    def hand_in(self, file: File) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if self.down or fault in {"lost-before", "unavailable"}:
            raise TimeoutError("no answer")
        if fault == "deny":
            self.post("PATCH", "/_mock/accounts/ACME", b'{"behaviour": "reject-file"}')
        if fault == "late":
            self.post("PATCH", "/_mock/accounts/ACME", b'{"behaviour": "return-later", "parameters": {"days": 1}}')
        self.planned = fault
        self.post("POST", "/payments", file.body)
        self.post(
            "PATCH", "/_mock/accounts/ACME", b'{"behaviour": "accept", "parameters": {}}'
        ) if fault == "deny" else None
        if fault == "lost-after":
            raise TimeoutError("no answer")
        self.taken.add(file.id)

    def handed_in(self, file: str) -> bool:
        return file in self.taken

    def said(self, key: UUID) -> Sequence[bytes]:
        return [body for keys, body in self.stored if key in keys]


class SepaBench(Bench):
    """SEPA against mock-bank: it takes the file, reports on it, books it a day later, and can send the money back."""

    currencies = ("EUR",)
    clock = "2026-11-23T09:00"

    def start(self) -> None:
        self.server = make_server(Config(port=0, quiet=True, clock=self.clock))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.account = json.loads(self.call("GET", "/_mock/accounts")[1])[0]
        self.postbox = BankPostbox(self.call, [])
        self.sent: list[Message] = []
        self.provider = self.again()

    def again(self) -> Provider:
        debtor = Debtor("Acme Kurse GmbH", self.account["iban"], self.account["bic"])
        return Sepa(debtor, self.postbox, lambda: dt.date(2026, 11, 24))

    def call(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def register(self, number: int, money: Money) -> str:
        return f"pay{number}"

    def next(self, *faults: str) -> None:
        self.postbox.faults[:] = faults

    def moved(self, order: Order) -> int:
        status, body = self.call("GET", f"/_mock/payments/{order.key.hex}?all")
        if status != 200:
            return 0
        return sum(one["status"] == "accepted" for one in json.loads(body))

    def messages(self) -> list[Message]:
        return self.sent

    def deliver(self) -> None:
        _, body = self.call("GET", "/_mock/mailbox?raw")
        for part in body.split(b"<?xml version='1.0' encoding='utf-8'?>")[1:]:
            self.receive(self.bent(part.strip()))

    def receive(self, body: bytes) -> None:
        """A message of the bank comes in and is stored under the refunds that it is about."""
        keys = frozenset(notice.key for notice in self.provider.parse({}, body) if notice.key)
        self.sent.append(({}, body))
        self.postbox.stored.append((keys, body))

    def bent(self, body: bytes) -> bytes:
        """What this bank never does: other words, other amounts."""
        planned = getattr(self.postbox, "planned", "")
        if planned == "strange" and b"pain.002" in body:
            return body.replace(b">ACCP<", b">ZZZZ<")
        if planned == "other-amount" and b"camt.05" in body:
            return body.replace(b"133.33<", b"133.32<")
        return body

    def later(self) -> None:
        self.deliver()
        self.time += DAY
        self.call("POST", "/_mock/advance?days=1")
        self.deliver()

    def much_later(self) -> None:
        self.time += 4 * DAY
        self.call("POST", "/_mock/advance?days=4")
        self.deliver()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self.postbox.down = True
        yield
        self.postbox.down = False

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
