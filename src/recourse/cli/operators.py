"""`recourse operator`: who runs this installation, and so sees its work and confirms organisations of advisers."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.cli.installation import installation
from recourse.problems import Problem

SAID = {
    "nobody": Words("Nobody is an operator here.", "这里还没有运营者。"),
    "now": Words("Operators: {who}", "运营者：{who}"),
    "how": Words(
        "They sign in with a code by mail, set up a second factor, and find their pages under their account.",
        "运营者用邮件验证码登录，设置第二重验证后，可在账户页面找到相关页面。",
    ),
}


@app.command("operator")
def operator_(
    email: Annotated[str, typer.Argument(help="Whose address; without one, only say who it is.")] = "",
    end: Annotated[bool, typer.Option("--end", help="No longer.")] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Make somebody an operator of this installation, end that, or list them. Operators see no cases.

    Examples:

    - `recourse operator olga@example.org`
    - `recourse operator olga@example.org --end`
    """
    with installation(lang):
        from recourse.desk.models import Person

        address = email.strip().lower()
        person = Person.objects.filter(email=address).first() if address else None
        if address and person is None:
            if end or "@" not in address:
                raise Problem(Words(f"{email} has no account here", f"{email} 在这里没有账户"))
            person = Person.objects.create_user(address, language="zh-hans" if lang == "zh" else "en")
        if person is not None:
            Person.objects.filter(pk=person.pk).update(is_operator=not end)
        found = list(Person.objects.filter(is_operator=True, is_active=True).order_by("email"))
        who = [one.email for one in found]
    if as_json:
        print(json.dumps({"operators": who}, ensure_ascii=False, indent=2))
        return
    print(SAID["now"].of(lang).format(who=", ".join(who)) if who else SAID["nobody"].of(lang))
    if person is not None and not end:
        print(SAID["how"].of(lang))
