"""One fact of the vocabulary in a terminal, whole: its name, type, bounds, question, choices and what is presumed."""

from __future__ import annotations

from rich.text import Text

from recourse import wordbook
from recourse.bilingual import Words, language
from recourse.facts import Fact
from recourse.terminal import console
from recourse.wordbook import Labels

ASKED = Words("Asked", "问题")
PRESUMED = Words("While not known", "尚不知道时")
YES, NO, NOTHING = Words("yes", "是"), Words("no", "否"), Words("nothing", "无")
KNOWN_BY = {
    "learner": Words("the learner knows it", "学员知道"),
    "institution": Words("the institution knows it", "机构知道"),
    "record": Words("it stands in the contract or the record", "写在合同或记录中"),
}


def one(fact: Fact, labels: Labels, lang: str) -> None:
    """Print the fact."""
    console.print(Text(fact.id, style="bold").append(f"  {fact.name.of(lang)}", style="default"))
    known = f" · {KNOWN_BY[fact.known_by].of(lang)}" if fact.known_by in KNOWN_BY else ""
    console.print(Text(wordbook.kind(fact).of(lang) + known, style="dim"))
    console.print(fact.meaning.of(lang))
    colon = "：" if language(lang) == "zh" else ": "
    console.print(Text(f"{ASKED.of(lang)}{colon}{fact.ask.of(lang)}", style="italic"))
    words = wordbook.choices(fact, labels)
    widest = max((len(choice.word) for choice in words), default=0)
    for choice in words:
        means = f"{colon}{choice.means.of(lang)}" if choice.means else ""
        console.print(f"  {choice.word:<{widest}}  {choice.name.of(lang)}{means}")
    if fact.presumed is not None and fact.presumed_because:
        console.print(f"{PRESUMED.of(lang)}{colon}{_presumed(fact, lang)}. {fact.presumed_because.of(lang)}")


def _presumed(fact: Fact, lang: str) -> str:
    if fact.type == "yesno":
        return (YES if fact.presumed else NO).of(lang)
    if fact.type == "money" and fact.presumed == 0:
        return NOTHING.of(lang)
    return str(fact.presumed)
