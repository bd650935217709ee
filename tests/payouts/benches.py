"""One bench per provider: the provider before it, its far side behind it, and the same few levers for all of them."""

from __future__ import annotations

import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID, uuid5

import stripe_fake

from recourse.money import Money
from recourse.payouts.planning import Payment
from recourse.payouts.providers import sandbox_world, stripe, stripe_money
from recourse.payouts.providers.contract import Notice, Order, Payee, Provider
from recourse.payouts.providers.manual import Manual
from recourse.payouts.providers.sandbox import Sandbox
from recourse.payouts.providers.sandbox_world import Fault, World

START = int(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC).timestamp())  # a Monday
HOUR, DAY = 3600, 86400
PRICE = Money(20000, "EUR")
SPACE = UUID("7b1f7c1e-7c1c-4c52-9d2c-0f6a3a1f4c11")
IBAN = "DE89370400440532013000"
Message = tuple[dict[str, str], bytes]
# What can be asked of the next call of every provider.
FAULTS = ("lost-before", "lost-after", "unavailable", "pending", "deny", "late", "strange", "other-amount")


class Bench(ABC):
    """A provider and the levers of its far side."""

    provider: Provider
    signs = False  # whether its notices are signed
    currencies: tuple[str, ...] = ("EUR", "JPY", "KWD")

    def __init__(self) -> None:
        self.time = START
        self.made = 0
        self.orders: list[Order] = []
        self.start()

    def now(self) -> int:
        return self.time

    def payment(self, money: Money = PRICE) -> Payment:
        """A payment that the far side knows."""
        self.made += 1
        return Payment(uuid5(SPACE, f"payment {self.made}"), self.provider.name, self.register(self.made, money), money)

    def order(self, minor: int = 13333, currency: str = "EUR", payment: Payment | None = None) -> Order:
        """An order for a part of a payment, unless one is given: only a part can be paid twice."""
        paid = payment or self.payment(Money(3 * minor, currency))
        self.made += 1
        key = uuid5(SPACE, f"order {self.made}")
        order = Order(
            key, paid.reference, Money(minor, currency), "Refund of a course", self.time, Payee("Zoë Müller", IBAN)
        )
        self.orders.append(order)
        return order

    def later(self) -> None:
        """So much later that whoever waited is served."""
        self.time += HOUR
        self.deliver()

    def much_later(self) -> None:
        """So much later that what fails late has failed."""
        self.time += 4 * DAY
        self.deliver()

    def deliver(self) -> None:  # noqa: B027 - some far sides send nothing that must be kept
        """What the far side has sent of itself arrives, and is kept."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def again(self) -> Provider:
        """The provider made anew, as after a restart of our side."""

    @abstractmethod
    def register(self, number: int, money: Money) -> str: ...

    @abstractmethod
    def next(self, *faults: str) -> None:
        """What goes wrong with the next calls."""

    @abstractmethod
    def moved(self, order: Order) -> int:
        """How often the far side moved money for this order, or will."""

    @abstractmethod
    def messages(self) -> list[Message]:
        """Everything that it ever sent, as it came in."""

    @abstractmethod
    @contextmanager
    def unreachable(self) -> Iterator[None]: ...

    def notices(self) -> list[Notice]:
        return [notice for headers, body in self.messages() for notice in self.provider.parse(headers, body)]

    def close(self) -> None:  # noqa: B027
        pass


class SandboxBench(Bench):
    signs = True
    names: ClassVar = {
        "lost-before": Fault.TIMEOUT_BEFORE, "lost-after": Fault.TIMEOUT_AFTER, "unavailable": Fault.UNAVAILABLE,
        "pending": Fault.WAITS, "deny": Fault.REFUSES, "late": Fault.FAILS_LATE, "strange": Fault.STRANGE_WORD,
        "other-amount": Fault.OTHER_AMOUNT,
    }  # fmt: skip

    def start(self) -> None:
        self.script: list[frozenset[Fault]] = []
        self.world = World(self.now)
        self.provider = self.again()

    def again(self) -> Provider:
        return Sandbox(self.world, ["not a secret"], self.now)

    def register(self, number: int, money: Money) -> str:
        self.world.capture(f"pay{number}", money)
        return f"pay{number}"

    def next(self, *faults: str) -> None:
        done = self.world.calls()
        script = list(self.world._script[:done]) + [frozenset()] * (done - len(self.world._script))
        self.world._script = tuple(script + [frozenset({self.names[fault]}) for fault in faults])

    def moved(self, order: Order) -> int:
        return sum(one.word not in {"failed", "cancelled"} for one in self.world.find(str(order.key)))

    def messages(self) -> list[Message]:
        assert isinstance(self.provider, Sandbox)
        return self.provider.messages()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self.world.down = True
        yield
        self.world.down = False

    def close(self) -> None:
        self.world.close()


class StripeBench(Bench):
    signs = True

    def start(self) -> None:
        self.fake = stripe_fake.Fake(self.now, "whsec_test")
        self.provider = self.again()

    def again(self) -> Provider:
        return stripe.Stripe(
            stripe.client("sk_test_1", stripe_fake.Hook(self.fake)), ["whsec_old", "whsec_test"], self.now
        )

    def register(self, number: int, money: Money) -> str:
        self.fake.captured[f"ch_{number}"] = (stripe_money.to_stripe(money), money.currency.lower())
        return f"{'pi' if number % 4 else 'ch'}_{number}"

    def next(self, *faults: str) -> None:
        self.fake.faults = list(faults)

    def moved(self, order: Order) -> int:
        ours = [one for one in self.fake.refunds if one.metadata.get("recourse_payout") == str(order.key)]
        return sum(not self.fake.gone(one) for one in ours)

    def messages(self) -> list[Message]:
        return self.fake.messages()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self.fake.down = True
        yield
        self.fake.down = False


class MemoryRegister:
    """The desk's list for staff, in memory."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.list: list[UUID] = []
        self.kept: list[tuple[UUID, bytes]] = []
        self.planned: dict[UUID, str] = {}
        self.down = False

    def ask(self, order: Order) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if self.down or fault in {"lost-before", "unavailable"}:
            raise TimeoutError("database is locked")
        if order.key not in self.list:
            self.list.append(order.key)
            self.planned[order.key] = fault
        if fault == "lost-after":
            raise TimeoutError("database is locked")

    def asked(self, key: UUID) -> bool:
        if self.down:
            raise ConnectionError("no database")
        return key in self.list

    def said(self, key: UUID) -> Sequence[bytes]:
        return [body for about, body in self.kept if about == key]


class ManualBench(Bench):
    first_words: ClassVar = {"pending": "seen", "strange": "maybe", "other-amount": "paid", "deny": "not-paid"}

    def start(self) -> None:
        self.register_ = MemoryRegister([])
        self.sent: list[Message] = []
        self.provider = self.again()

    def again(self) -> Provider:
        return Manual(self.register_)

    def register(self, number: int, money: Money) -> str:
        return f"receipt {number}"

    def next(self, *faults: str) -> None:
        self.register_.faults[:] = faults

    def moved(self, order: Order) -> int:
        statements = [json.loads(body)["word"] for body in self.register_.said(order.key)]
        return self.register_.list.count(order.key) * (not {"not-paid", "came-back"} & set(statements))

    def messages(self) -> list[Message]:
        return self.sent

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self.register_.down = True
        yield
        self.register_.down = False

    def say(self, order: Order, word: str, **other: Any) -> None:
        """A statement of staff, with its proof."""
        said = {"id": f"s{len(self.sent)}", "key": str(order.key), "word": word, "amount": order.money.minor,
                "currency": order.money.currency, "evidence": "sha256:9f86", "by": "mara", "at": self.time} | other  # fmt: skip
        body = json.dumps(said).encode()
        assert self.provider.parse({}, body)
        self.sent.append(({}, body))
        self.register_.kept.append((order.key, body))

    def deliver(self) -> None:
        for order in self.orders:
            fault = self.register_.planned.get(order.key, "")
            if order.key in self.register_.list and not self.register_.said(order.key):
                wrong = {"amount": order.money.minor - 1} if fault == "other-amount" else {}
                self.say(order, self.first_words.get(fault, "paid"), **wrong)

    def later(self) -> None:
        self.deliver()
        self.time += HOUR
        for order in self.orders:
            if self.register_.planned.get(order.key) in {"pending", "strange"}:
                self.say(order, "paid")

    def much_later(self) -> None:
        self.time += 4 * DAY
        for order in self.orders:
            if self.register_.planned.get(order.key) == "late":
                self.say(order, "came-back")


assert set(SandboxBench.names) == set(FAULTS) and sandbox_world.SETTLES_AFTER <= HOUR
