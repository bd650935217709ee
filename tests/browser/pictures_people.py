"""Run inside an installation: a session for each address, with a second factor where they are staff, as JSON.

Signing in has walks of its own; whoever looks at every page need not wait for mails and for the next code eight times.
"""

from __future__ import annotations

import json
import sys
import time

import django

OPERATOR = "operator@example.org"


def main(addresses: list[str]) -> None:
    """Print {address: session}. The operator is made, because no command makes one."""
    from django.conf import settings  # noqa: PLC0415 - Django has to be ready
    from django.test import Client  # noqa: PLC0415

    from recourse.desk.models import Person  # noqa: PLC0415

    if OPERATOR in addresses and not Person.objects.filter(email=OPERATOR).exists():
        Person.objects.create_user(OPERATOR, name="Olga Petersen", is_operator=True)
    found = {}
    now = time.time() + 3600  # a factor is fresh for ten minutes, and looking at everything takes longer
    for address in addresses:
        client = Client()
        client.force_login(Person.objects.get(email=address), "allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        methods = [{"method": "code", "email": address, "at": now}]
        if not address.endswith("@people.example"):
            methods.append({"method": "mfa", "type": "totp", "at": now, "reauthenticated": True})
        session["account_authentication_methods"] = methods
        session["account_authentication_methods_user"] = session["_auth_user_id"]  # whose they are
        session.save()
        found[address] = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "sessions": found}))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1:])
