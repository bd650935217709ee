"""An institution's accounts with providers: opened, changed, closed; secrets are sealed at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Role
from recourse.desk.services import rights
from recourse.payouts.models import Account, Route
from recourse.payouts.providers import accounts
from recourse.payouts.services import routes, sealing
from recourse.problems import Problem


@transaction.atomic
def settle(*, institution: Institution, by: Person, route: Route, values: Mapping[str, Any], open_: bool) -> Account:
    """Open an account or change it; a value that is left empty stays as it was.

    Raises `Problem` for what is missing and for an account number that cannot be right.
    """
    rights.need(by, institution, Role.ADMINISTRATOR)
    row, _ = Account.objects.get_or_create(institution=institution, route=route)
    kept = sealing.unseal(bytes(row.sealed))
    for name in routes.NEEDS[route]:
        text = str(values.get(name) or "").strip()
        if text:
            kept[name] = accounts.iban(text) if name == "iban" else accounts.bic(text) if name == "bic" else text
    lacking = [name for name in routes.NEEDS[route] if name != "bic" and not kept.get(name)]
    if lacking:
        raise Problem(Words("this is needed", "此项必填"), field=lacking[0])
    if route is Route.STRIPE and not kept["secret_key"].startswith(("sk_", "rk_")):
        raise Problem(
            Words("a key of Stripe’s begins with sk_ or rk_", "Stripe 密钥以 sk_ 或 rk_ 开头"), field="secret_key"
        )
    row.sealed, row.open = sealing.seal(kept), open_
    row.save(update_fields=["sealed", "open"])
    return row
