"""What the database itself holds of the API's tables: tenants apart."""

from __future__ import annotations

from recourse.desk.security import Held, among

_OWN = Held(among("institutions", "institution_id"))
TABLES: dict[str, Held] = {"api_key": _OWN, "api_call": _OWN, "api_endpoint": _OWN, "api_delivery": _OWN}
