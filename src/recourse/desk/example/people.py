"""Everybody of the example world. Their addresses end in .example, which can never be anybody's."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from recourse.desk.models import Person, Role
from recourse.desk.services.cases import NOBODYS


@dataclass(frozen=True)
class Somebody:
    """A person of the world: `roles` at `school`, or a learner."""

    email: str
    name: str
    language: str = "en"
    school: str = ""
    roles: tuple[Role, ...] = ()


NORDLICHT, MINGDE = "nordlicht", "mingde"
LENA = Somebody("lena@nordlicht.example", "Lena Vogt", "en", NORDLICHT, (Role.AGENT,))
TOBIAS = Somebody("tobias@nordlicht.example", "Tobias Brandt", "en", NORDLICHT, (Role.APPROVER, Role.AGENT))
MIRIAM = Somebody("miriam@nordlicht.example", "Miriam Kern", "en", NORDLICHT, (Role.FINANCE,))
JOERG = Somebody("joerg@nordlicht.example", "Jörg Albers", "en", NORDLICHT, (Role.ADMINISTRATOR,))
SABINE = Somebody("sabine@nordlicht.example", "Sabine Roth", "en", NORDLICHT, (Role.AUDITOR,))
LI_NA = Somebody("lina@mingde.example", "李娜", "zh-hans", MINGDE, (Role.AGENT,))
WANG_QIANG = Somebody("wangqiang@mingde.example", "王强", "zh-hans", MINGDE, (Role.APPROVER, Role.FINANCE))
CHEN_JING = Somebody("chenjing@mingde.example", "陈静", "zh-hans", MINGDE, (Role.ADMINISTRATOR,))
STAFF = (LENA, TOBIAS, MIRIAM, JOERG, SABINE, LI_NA, WANG_QIANG, CHEN_JING)

ANNA = Somebody("anna@people.example", "Anna Muster")
JONAS = Somebody("jonas@people.example", "Jonas Weber")
MEI = Somebody("mei@people.example", "Mei Lindqvist")
PAUL = Somebody("paul@people.example", "Paul Okafor")
SOFIA = Somebody("sofia@people.example", "Sofia Brandão Teixeira de Albuquerque")
EMIL = Somebody("emil@people.example", "Emil Sommer")
LIU_YANG = Somebody("liuyang@people.example", "刘洋", "zh-hans")
ZHAO_MIN = Somebody("zhaomin@people.example", "赵敏", "zh-hans")
SUN_LEI = Somebody("sunlei@people.example", "孙磊", "zh-hans")
LEARNERS = (ANNA, JONAS, MEI, PAUL, SOFIA, EMIL, LIU_YANG, ZHAO_MIN, SUN_LEI)
ALL = (*STAFF, *LEARNERS)


def make(who: Somebody) -> Person:
    """The account, with an address that counts as confirmed; staff also get an authenticator."""
    person = Person.objects.create_user(who.email, name=who.name, language=who.language)
    EmailAddress.objects.create(user=person, email=who.email, primary=True, verified=True)
    if who.roles:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: PLC0415 - needs the applications

        TOTP.activate(person, generate_totp_secret())
    return person


def code(person: Person, seconds: float) -> str | None:
    """What the person's authenticator shows at that moment; None where there is none, or none of this world."""
    from allauth.mfa.totp.internal import auth  # noqa: PLC0415

    if not person.email.endswith(NOBODYS):
        return None
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if found is None:
        return None
    secret = get_adapter().decrypt(found.data["secret"])
    counter = int(seconds) // 30
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))
