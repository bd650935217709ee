"""Why: numbered steps from the numbers that the engine used, each with its citation, in a person's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from recourse.rules.tree import Cite, Expr, Row, Version
from recourse.rules.types import fact_type
from recourse.rules.words import Speech, capital
from recourse.sentences import sentences

if TYPE_CHECKING:
    from recourse.assess import Assessment
from recourse.entitlement import Entitlement


class Story:
    """The steps of one entitlement, one after another."""

    def __init__(
        self, e: Entitlement, assessment: Assessment, lang: str, speech: Callable[..., Speech] = Speech
    ) -> None:
        self.e, self.assessment = e, assessment
        library = assessment.library
        self.speech = speech(
            lang, library.vocabulary, library.labels, library.setting, e.version, e.working,
            assessment.facts.currency or (e.version.currency if e.version else ""),
        )  # fmt: skip
        self.banded: set[int] = set()  # tables of which the row has been told
        self.said = sentences(library.labels, "explain", self.speech.lang)
        self.found: list[dict[str, Any]] = []
        self.told: set[str] = set()

    def step(self, key: str, cite: Cite | None = None, **values: Any) -> None:
        text = capital(self.said[key].format(**values).replace("..", "."))
        article = cite.article if cite is not None else ""
        self.found.append(
            {
                "n": len(self.found) + 1,
                "text": text,
                "cite": article or (self.e.version.cite.article if self.e.version else "") or None,
            }
        )

    def tell(self) -> list[dict[str, Any]]:
        e = self.e
        if e.displaced_by:
            self.step("displaced", rule=e.displaced_by)
        if e.version is None and e.answer == "depends" and not e.why:
            self.step("may cover", facts=self.listed(e.depends_on))
            return self.found
        if e.version is None or (e.answer == "does-not-apply" and (e.working is None or e.working.out_of_scope)):
            self.step("outside", why=self.outside().rstrip("。."))
            return self.found
        self.which_version(e.version)
        if e.working is None:
            self.open()
            return self.found
        self.scope(e.version)
        self.assumptions()
        if e.row is not None:
            self.rows(e.version)
            self.outcome(e.row)
        self.days_and_figures(e.version)
        if e.version.note:
            self.step("note", note=self.speech.said(e.version.note))
        return self.found

    def outside(self) -> str:
        """Why the rule does not cover this: the part of its scope that was not met, with what was found instead."""
        working = self.e.working
        failed = working.failed_scope() if working is not None and working.out_of_scope else None
        return self.speech.clause(failed, holds=False) if failed is not None else self.speech.said(self.e.why)

    def which_version(self, version: Version) -> None:
        chosen = self.e.selected
        if chosen is None or len(self.e.rule.versions) < 2 or version.starts is None:
            return
        fact = self.speech.fact_name(chosen[0]) if chosen[0] != "asked_on" else self.speech.label("answers", "asked_on")
        values: dict[str, Any] = {
            "start": self.speech.day(version.starts),
            "fact": fact,
            "day": self.speech.day(chosen[1]),
        }
        if version.ends is not None:
            self.step("version until", end=self.speech.day(version.ends), **values)
        else:
            self.step("version", **values)

    def scope(self, version: Version) -> None:
        if version.applies is None or version.applies.op == "lit":
            self.step("always")
            return
        joiner = "; " if self.speech.lang == "en" else "；"
        self.step("scope", clauses=joiner.join(self.speech.clause(one) for one in self.met(version.applies)))

    def met(self, expr: Expr) -> list[Expr]:
        """The parts of a condition that made it hold."""
        if expr.op == "and":
            return [*self.met(expr.args[0]), *self.met(expr.args[1])]
        if expr.op == "or" and self.e.working is not None:
            return self.met(next((a for a in expr.args if self.e.working.truth(a)), expr.args[0]))
        return [expr]

    def unmet(self, expr: Expr) -> Expr:
        """The part of a condition that made it fail."""
        if expr.op == "and" and self.e.working is not None:
            for arg in expr.args:
                if self.e.working.truth(arg) is False:
                    return self.unmet(arg)
        return expr

    def because(self, why: str) -> str:
        return self.said["because"].format(why=why.rstrip("。.")) if why else ""

    def assumptions(self) -> None:
        vocabulary = self.assessment.library.vocabulary
        for name, value, because in self.e.presumed:
            kind = vocabulary.facts[name].type
            if kind in ("money", "count") and value == 0:
                continue  # silence means that there was nothing: no news in a working
            shown = self.speech.show(Expr("fact", (), name, None, fact_type(vocabulary, name)), value)
            self.step(
                "presumed",
                name=capital(self.speech.fact_name(name)),
                value=shown,
                because=self.because(self.speech.said(because)),
            )
        for fact, rule in self.e.taken:
            self.step("taken", name=capital(self.speech.fact_name(fact)), rule=rule)
        for one, other in self.e.readings:
            gives = (
                self.said["other"].format(amount=self.speech.money(other))
                if other is not None and other != self.e.refund
                else ""
            )
            self.step(
                "reading of a policy" if self.e.rule.policy else "reading",
                one.cite,
                asks=self.speech.said(one.asks).rstrip(),
                taken=self.speech.yes(one.taken),
                because=self.because(self.speech.said(one.because)),
                gives=gives,
            )

    def deep(self, expr: Expr, seen: frozenset[str] = frozenset()) -> list[Expr]:
        """An expression's nodes and those of the names it uses."""
        found = []
        for node in expr.walk():
            found.append(node)
            if node.op == "let" and node.value in self.speech.named and node.value not in seen:
                found += self.deep(self.speech.named[node.value], seen | {node.value})
        return found

    def rows(self, version: Version) -> None:
        """The rows tried, the last of them the one that decided."""
        working, row = self.e.working, self.e.row
        assert working is not None
        assert row is not None
        exceptions = len(version.exceptions)
        for number, tried in enumerate((*version.exceptions, *version.owed)):
            if tried.when is None:
                if number > exceptions:
                    self.step("otherwise", tried.cite)
                break
            self.days_in(tried.when, tried.cite)
            if number == working.chosen:
                clauses = (", " if self.speech.lang == "en" else "，").join(
                    self.speech.clause(c) for c in self.met(tried.when)
                )
                self.step("exception" if number < exceptions else "so", tried.cite, clause=clauses)
                break
            if number >= exceptions:
                self.step("not so", tried.cite, clause=self.speech.clause(self.unmet(tried.when), holds=False))
        if row.says:
            self.step("why", row.cite, why=self.speech.said(row.says).rstrip("。."))

    def days_in(self, expr: Expr, cite: Cite) -> None:
        """The days that a condition speaks of, worked out before it is used."""
        for node in self.deep(expr):
            if node.op == "let" and node.type.kind == "date" and node.value not in self.told:
                self.a_day(str(node.value), cite)

    def a_day(self, name: str, cite: Cite | None = None) -> None:
        working, version = self.e.working, self.e.version
        assert working is not None
        assert version is not None
        self.told.add(name)
        value = working.at(("let", name))
        expr = self.speech.named.get(name)
        if value is None or expr is None or name not in dict(version.dates):
            return
        chosen = self.chosen(expr)
        label = capital(self.speech.label("answers", name))
        if chosen.op == "workday":
            first = working.at(chosen.args[0])
            if first is not None and first != value:
                self.step(
                    "moved",
                    cite,
                    name=label,
                    how=self.speech.noun(chosen.args[0]),
                    first=self.speech.day(first),
                    why=self.speech.rest(first),
                    day=self.speech.day(value),
                )
                return
            chosen = chosen.args[0]
        self.step("day", cite, name=label, how=self.speech.noun(chosen), day=self.speech.day(value))

    def chosen(self, expr: Expr) -> Expr:
        """The row of a date that held, and what its name stands for."""
        while True:
            if expr.op == "case":
                found = self.speech.holding(expr)
                if found is None:
                    return expr
                expr = found
            elif expr.op == "let" and self.speech.named.get(str(expr.value)) is not None:
                expr = self.speech.named[str(expr.value)]
            else:
                return expr

    def outcome(self, row: Row) -> None:
        e, speech = self.e, self.speech
        if row.outcome in ("pay", "credit"):
            assert row.amount is not None
            self.amount("pays" if row.outcome == "pay" else "credit", row.amount, row.cite, self.refund())
        elif row.outcome == "keep":
            self.account(row)
        elif row.outcome == "ask":
            self.step("ask", row.cite, who=speech.label("who", row.word))
        elif row.outcome == "see":
            self.step("see", row.cite, rule=row.word)
        elif row.outcome == "exchange":
            self.step("exchange", row.cite)
        elif row.outcome == "discretion":
            most = e.answers.get("at_most")
            if isinstance(most, int):
                self.step("discretion up to", row.cite, amount=speech.money(most))
            else:
                self.step("discretion", row.cite)
            if row.why:
                self.step("why", row.cite, why=speech.said(row.why).rstrip("。."))
        else:
            if row.outcome == "silent":
                self.step("silent", row.cite)
            self.step("why", row.cite, why=speech.said(row.why).rstrip("。."))
        for name, expr in row.also:
            value = e.answers.get(name)
            if value is not None:
                self.step(
                    "figure",
                    row.cite,
                    name=capital(speech.label("answers", name)),
                    how=speech.noun(expr),
                    value=speech.show(expr, value),
                )

    def refund(self) -> int:
        return 0 if self.e.refund is None else self.e.refund  # the very number, which may know where it came from

    def bands(self, expr: Expr, cite: Cite) -> None:
        """Which row of a table or scale an amount goes by, and why that one."""
        speech = self.speech
        for node in self.deep(expr):
            case = node.args[1] if node.op == "apply" else node
            if case.op != "case" or case.type.kind not in ("number", "money", "count") or id(case) in self.banded:
                continue
            self.banded.add(id(case))
            if node.op == "apply":
                self.banded.add(id(node.args[1]))
                speech.it.append(node.args[0])
            chosen = speech.holding(case)
            if chosen is not None:
                rows = case.args
                number = next((n for n in range(0, len(rows) - 1, 2) if rows[n + 1] is chosen), None)
                if number is not None:
                    clauses = [speech.clause(c) for c in self.met(rows[number])]
                    clause = (", " if speech.lang == "en" else "，").join(clauses)
                    self.step("band", cite, clause=clause, value=speech.noun(chosen))
                else:
                    clause = speech.clause(rows[-3], holds=False) if len(rows) > 2 else ""
                    self.step("band", cite, clause=clause, value=speech.noun(chosen))
            if node.op == "apply":
                speech.it.pop()

    def exact(self, expr: Expr, rounded: int) -> Fraction | int:
        """What an amount was before it was rounded."""
        assert self.e.working is not None
        value = self.e.working.at(expr)
        if value is None:
            value = rounded
        found: Fraction | int = Fraction(*value) if isinstance(value, tuple) else value
        return found

    def amount(self, key: str, expr: Expr, cite: Cite, rounded: int) -> None:
        self.bands(expr, cite)
        exact = self.exact(expr, rounded)
        if expr.op == "fact" and key == "pays":
            self.step("exactly", cite, exact=self.speech.noun(expr))
        else:
            self.step(key, cite, how=self.speech.noun(expr), exact=self.speech.money(exact))
        self.rounding(exact, rounded, cite)

    def rounding(self, exact: Fraction | int, rounded: int, cite: Cite) -> None:
        if exact == rounded:
            return
        version = self.e.version
        assert version is not None
        rule = version.rounding
        step = self.speech.money(rule.step) if rule.currency or rule.step != 1 else self.speech.text("minor")
        self.step(
            "rounded",
            cite,
            way=self.said[rule.direction],
            step=step,
            ours=self.said["ours"] if rule.ours else "",
            amount=self.speech.money(rounded),
        )

    def account(self, row: Row) -> None:
        """An account: paid, each line kept, what is left."""
        e, speech = self.e, self.speech
        assert e.working is not None
        paid = e.working.fact("paid")
        self.step("paid", row.cite, amount=speech.money(paid))
        if e.working.kept is None:  # what is kept is not known, and makes no difference
            self.step("whatever is kept", row.cite)
            return
        for name, expr in row.lines:
            kept = e.lines[name]
            if not kept and len(row.lines) > 1:
                continue  # nothing kept under this head: no news
            self.bands(expr, row.cite)
            exact = self.exact(expr, kept)
            label = speech.label("lines", name)
            if expr.op in ("fact", "lit"):
                self.step("kept exactly", row.cite, name=label, amount=speech.noun(expr))
            else:
                self.step("kept", row.cite, name=label, how=speech.noun(expr), amount=speech.money(exact))
            self.rounding(exact, kept, row.cite)
        total = e.working.kept
        if total > paid:
            self.step("short", row.cite, kept=speech.money(total), paid=speech.money(paid))
            still = e.answers.get("still_owed_by_learner")
            if still:
                self.step("still", row.cite, amount=speech.money(still))
        else:
            back = speech.money(self.refund())
            self.step("back", row.cite, paid=speech.money(paid), kept=speech.money(total), amount=back)

    def days_and_figures(self, version: Version) -> None:
        for name, _ in version.dates:
            if name in self.e.answers and name not in self.told:
                self.a_day(name)
        for name, expr in version.outputs:
            value = self.e.answers.get(name)
            if value is not None:
                self.step(
                    "figure",
                    name=capital(self.speech.label("answers", name)),
                    how=self.speech.noun(expr),
                    value=self.speech.show(expr, value),
                )
        for name in self.e.provisional:
            self.step("provisional", name=capital(self.speech.label("answers", name)))

    def listed(self, names: Iterable[str]) -> str:
        return (", " if self.speech.lang == "en" else "、").join(f"“{self.speech.fact_name(n)}”" for n in names)

    def open(self) -> None:
        """What it hangs on, and what comes of each way where there are few."""
        e, speech = self.e, self.speech
        if e.why:
            self.step("why", why=speech.said(e.why).rstrip("。."))
            return
        self.step("depends", facts=self.listed(e.depends_on))
        if e.between is not None:
            low, high = (speech.money(v) for v in e.between)
            self.step("between", low=low, high=high)


def steps(e: Entitlement, assessment: Assessment, lang: str) -> list[dict[str, Any]]:
    """The steps of one entitlement: number, text, and the article each stands on."""
    return Story(e, assessment, lang).tell()
