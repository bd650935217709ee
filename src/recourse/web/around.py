"""What a question takes from the other answers: the currency in use, the learner's place, the places to choose from."""

from django.utils.translation import gettext

from recourse.web import engine, wording
from recourse.web.answers import Answers
from recourse.web.fields import Around, Option


def around(answers: Answers, within: str = "") -> Around:
    """The surroundings of a question; the currency is that of the first amount given, as a purchase has only one.

    `within` leaves only the parts of that country to choose from.
    """
    kinds = engine.facts()
    amounts = [text for name, text in answers.known.items() if kinds[name].type in ("money", "list-of-money")]
    currency = amounts[0].rpartition(" ")[2] if amounts else ""
    return Around(currency, answers.get("learner_place") or "", place_options(within))


def place_options(within: str = "") -> tuple[Option, ...]:
    """All places to choose from, or the parts of one country; first those whose law we have read."""
    read, others = gettext("Places whose law we have read"), gettext("All other places")
    start = f"{within}-" if within else ""
    places = [one for one in engine.all_places(wording.lang()) if one[0].startswith(start)]
    found = [Option(code, name, read if covered else others) for code, name, covered in places]
    return tuple(sorted(found, key=lambda one: one.group != read))
