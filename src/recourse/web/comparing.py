"""A policy that somebody is writing, against the law of a place: the verdicts, the curve, the mistakes in the text."""

from dataclasses import dataclass

from recourse import places
from recourse.compare.figures import in_words
from recourse.compare.tell import Report
from recourse.compare.verdict import Question, Region, Verdict, compare_place, headline
from recourse.compare.witness import Disagreement, texts
from recourse.curve import curve
from recourse.facts import Facts, read_facts
from recourse.library import DATA, Library, with_policy
from recourse.problems import Problem, each
from recourse.rules import compiled
from recourse.web import curve as drawn
from recourse.web import engine, wording
from recourse.web.curve import Chart
from recourse.web.engine import Json

LONGEST = 60_000  # characters of a policy
MOST, PATIENCE = 16_000, 500  # of one rule: a page has to answer while somebody types
GROUPS = ("ordinary", "licence", "fault")
NAME = "policy"


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with the text: where it stands (0 where that is not known) and what would be right."""

    line: int
    column: int
    message: str
    excerpt: str


@dataclass(frozen=True)
class Group:
    """The rules that owe for one reason."""

    key: str
    name: str
    rules: list[Json]


@dataclass(frozen=True)
class Compared:
    """What the page shows beside the text."""

    mistakes: list[Mistake]
    report: Json | None = None
    groups: tuple[Group, ...] = ()
    idle: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    chart: Chart | None = None
    story: str = ""


def shipped(platform: str) -> str:
    """The text of a platform's policy as it is shipped; "" for one that nobody knows."""
    if engine.platform(platform) is None:
        return ""
    path = DATA / "platforms" / f"{platform}.yaml"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def compare(text: str, place: str, day: int, *, rows: bool = True) -> Compared:
    """The policy of the text against the law of the place, for a purchase on that day.

    Without `rows` only the worst of each rule is looked for, which is sooner found.
    """
    if len(text) > LONGEST:
        message = Problem(f"the policy is longer than {LONGEST} characters")
        return Compared([_mistake(message, text)])
    library = engine.library()
    try:
        written, platform = with_policy(library, text, NAME)
    except Problem as problem:
        return Compared([_mistake(one, text) for one in each(problem)])
    try:
        return _compared(written, platform, place, day, rows=rows)
    except Problem as problem:  # exceptions that are in conflict show only when a purchase meets both
        return Compared([_mistake(one, text) for one in each(problem)])
    finally:
        compiled.forget(v for c in written.platforms[platform].clauses for v in written.rules[c].versions)


def _compared(library: Library, platform: str, place: str, day: int, *, rows: bool) -> Compared:
    question = Question(platform, place, day, regions=rows, every_group=False, most=MOST, patience=PATIENCE)
    verdicts = compare_place(library, question)
    report = Report(library, wording.lang(), in_words(wording.lang()))
    told = report.place(question, verdicts)
    groups = [Group(key, report.t[key], [_shown(r) for r in told["rules"] if r["group"] == key]) for key in GROUPS]
    idle = tuple(r["rule"] for r in told["rules"] if not r["group"])
    worst = headline(verdicts)
    region = worst or next((r for v in verdicts for r in v.regions if r.group == "ordinary"), None)
    return Compared(
        [],
        told,
        tuple(group for group in groups if group.rules),
        idle,
        tuple(_domain(verdicts, told, report)),
        _chart(library, platform, question, region) if region is not None else None,
        report.story(region.witness) if region is not None else "",
    )


def _shown(rule: Json) -> Json:
    """With the worst of each row of the policy; the other rows of the law are in the command line's table."""
    short = [r for r in rule["regions"] if r["short"] and r["group"] == rule["group"]]
    return {
        **rule,
        "short": list({(r["policy"]["rule"], r["policy"]["row"]): r for r in reversed(short)}.values())[::-1],
    }


def _domain(verdicts: list[Verdict], told: Json, report: Report) -> list[str]:
    looked = [r for r in told["rules"] if r["domain"] and r["group"]]
    if not looked:
        return []
    most = max(looked, key=lambda r: (len(r["domain"]["prices"]), r["runs"]))
    sure = {v.certainty for v in verdicts if v.group}
    return [*most["domain"]["says"], *(report.t[f"means {key}"] for key in ("proved", "searched") if key in sure)]


def _chart(library: Library, platform: str, question: Question, region: Region) -> Chart | None:
    """The curve of the purchase on which the policy falls shortest, as the day of the request runs."""
    witness = region.witness
    known = {**witness.facts, "learner_place": question.place}
    try:
        facts: Facts = read_facts(texts(known, library.vocabulary, witness.currency), library.vocabulary)
        series = curve(library, facts, platform=platform, asked_on=question.bought_on)
    except (Problem, Disagreement):
        return None
    return drawn.chart(series, {"currency": witness.currency}, question.bought_on)


def _mistake(problem: Problem, text: str) -> Mistake:
    where = problem.where
    line, column = (where.line, where.column) if where is not None else (0, 0)
    lines = text.splitlines()
    excerpt = lines[line - 1].strip()[:120] if 0 < line <= len(lines) else ""
    return Mistake(
        line, column, type(problem)(problem.message, None, problem.field, problem.hint).say(wording.lang()), excerpt
    )


def known_place(code: str) -> bool:
    """Whether a place can be compared: a country or a part of one."""
    return places.is_place(code)
