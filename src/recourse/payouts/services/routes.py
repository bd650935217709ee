"""Which provider an account means, made ready to be asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from recourse.bilingual import Words
from recourse.desk.models import Institution
from recourse.payouts.models import Account, Payout, Route
from recourse.payouts.providers.contract import Provider
from recourse.payouts.providers.manual import Manual
from recourse.payouts.providers.sandbox import Sandbox
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.providers.sepa import Sepa
from recourse.payouts.providers.sepa_file import Debtor
from recourse.payouts.services import keeping, sealing
from recourse.payouts.services.records import seconds
from recourse.problems import Problem
from recourse.work import clock

# What each route must be told, and whether it is a secret that is never shown again.
NEEDS: dict[str, dict[str, bool]] = {
    Route.MANUAL: {},
    Route.SANDBOX: {},
    Route.SEPA: {"name": False, "iban": False, "bic": False},
    Route.STRIPE: {"secret_key": True, "webhook_secret": True},
}


def open_at(institution: Institution) -> set[str]:
    """The routes that an institution may take: by hand always, in the example world the trial."""
    rows = Account.objects.filter(institution=institution, open=True).values_list("route", flat=True)
    always = {Route.MANUAL.value, *([Route.SANDBOX.value] if institution.example else [])}
    return always | set(rows)


def account(institution: Institution, route: str) -> Account:
    """The institution's account for a route, made where it needs no keys. Raises `Problem`."""
    found = Account.objects.filter(institution=institution, route=route, open=True).first()
    if found is None and route in open_at(institution):
        found, _ = Account.objects.get_or_create(institution=institution, route=route)
    if found is None:
        raise Problem(Words(f"there is no open account for {route}", f"没有可用的 {route} 账户"), field="route")
    return found


def now() -> int:
    """This second."""
    return seconds(clock.now())


def provider(account: Account) -> Provider:
    """The provider of an account. Raises `Problem` where what it needs is not there."""
    values = sealing.unseal(bytes(account.sealed))
    lacking = [name for name in NEEDS[account.route] if name not in values and name != "bic"]
    if lacking:
        raise Problem(
            Words(f"the account lacks: {', '.join(lacking)}", f"账户缺少：{', '.join(lacking)}"), field=lacking[0]
        )
    return _MAKE[Route(account.route)](account, values)


def _manual(account: Account, _: dict[str, str]) -> Provider:
    return Manual(keeping.Register(account))


def _sandbox(_: Account, __: dict[str, str]) -> Provider:
    return Sandbox(world(), [settings.SECRET_KEY], now)


def _sepa(account: Account, values: dict[str, str]) -> Provider:
    debtor = Debtor(values["name"], values["iban"], values.get("bic", ""))
    return Sepa(debtor, keeping.Postbox(account), lambda: clock.now().date())


def _stripe(_: Account, values: dict[str, str]) -> Provider:
    from recourse.payouts.providers import stripe  # noqa: PLC0415

    return stripe.Stripe(stripe.client(values["secret_key"]), values["webhook_secret"].split(), now)


_MAKE: dict[Route, Callable[[Account, dict[str, str]], Provider]] = {
    Route.MANUAL: _manual,
    Route.SANDBOX: _sandbox,
    Route.SEPA: _sepa,
    Route.STRIPE: _stripe,
}


def world() -> World:
    """The sandbox's world: one file of the installation, or the one that the settings name."""
    return _world(Path(getattr(settings, "SANDBOX", settings.VAR / "sandbox.sqlite3")))


def try_out(row: Payout, fault: str) -> None:
    """In a trial: what goes wrong with the next call for this payout."""
    if row.route == Route.SANDBOX and fault:
        world().plan(str(row.pk), Fault[fault])


@lru_cache(maxsize=4)
def _world(path: Path) -> World:
    return World(now, path)
