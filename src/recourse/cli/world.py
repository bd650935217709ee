"""`recourse example world`, `remove` and `code`: two invented schools and their cases, to look at and to try things."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.batch import example
from recourse.cli.frame import AsJson, Lang
from recourse.cli.installation import installation
from recourse.problems import Problem

SAID = {
    "making": Words("Making the example world; it takes about ten seconds ...", "正在生成示例数据，约需十秒……"),
    "made": Words(
        "The example world is here: {institutions} schools, {people} people, {cases} cases. All of it is invented.",
        "示例数据已生成：{institutions} 所学校、{people} 个人、{cases} 个案件，均为虚构。",
    ),
    "who": Words(
        "Sign in as one of these; the code is printed where the pages are served:",
        "可用以下邮箱登录，登录码显示在运行网页服务的终端中：",
    ),
    "learner": Words("learner", "学员"),
    "staff": Words(
        "Staff are asked for a second code: recourse example code ADDRESS",
        "员工还需第二个验证码：recourse example code 邮箱",
    ),
    "away": Words("To take it away: recourse example remove", "删除示例数据：recourse example remove"),
    "removed": Words("Removed: {rows} rows of the example world.", "已删除示例数据，共 {rows} 行。"),
    "nothing": Words("There is no example world here.", "这里没有示例数据。"),
}


@example.command()
def world(lang: Lang = "en", as_json: AsJson = False) -> None:
    """Two schools with their people and a dozen cases in all stages, clearly marked. `recourse example remove` ends it.

    Example: `recourse example world`
    """
    with installation(lang):
        from recourse.desk.example import people
        from recourse.desk.example import world as made
        from recourse.payouts import example as money

        if not as_json:
            print(SAID["making"].of(lang), flush=True)
        money.tell(made.make(datetime.now(UTC)))
        counts = made.counts()
        who = [(one.email, one.name, one.school, [role.value for role in one.roles]) for one in people.ALL]
    if as_json:
        told = [{"email": email, "name": name, "school": at, "roles": roles} for email, name, at, roles in who]
        print(json.dumps({**counts, "sign_in_as": told}, ensure_ascii=False, indent=2))
        return
    print(SAID["made"].of(lang).format(**counts))
    print(SAID["who"].of(lang))
    for email, name, at, roles in who:
        print(f"  {email:<26} {name}, {at + ': ' + ', '.join(roles) if roles else SAID['learner'].of(lang)}")
    print(SAID["staff"].of(lang))
    print(SAID["away"].of(lang))


@example.command()
def remove(lang: Lang = "en", as_json: AsJson = False) -> None:
    """Take the example world away: its schools, its people, their cases and files, and nothing else.

    Example: `recourse example remove`
    """
    with installation(lang):
        from recourse.desk.example import removal

        gone = removal.remove()
    if as_json:
        print(json.dumps(gone, indent=2))
    else:
        print(SAID["removed" if gone else "nothing"].of(lang).format(rows=sum(gone.values())))


@example.command()
def code(
    email: Annotated[str, typer.Argument(help="The address of somebody who works at one of the two schools.")],
    lang: Lang = "en",
) -> None:
    """The second code of one of the example staff, as their authenticator would show it now.

    Example: `recourse example code lena@nordlicht.example`
    """
    with installation(lang):
        from recourse.desk.example import people
        from recourse.desk.models import Person

        person = Person.objects.filter(email=email.strip().lower()).first()
        found = people.code(person, time.time()) if person is not None else None
    if found is None:
        raise Problem(
            Words(f"{email} is nobody of the example staff", f"{email} 不是示例学校的员工"),
            hint=Words("recourse example world lists them", "recourse example world 会列出他们"),
        )
    print(found)
