"""A comparison as plain data, in the words of one language: what the command line, the page and tables read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recourse import days, money, places
from recourse.compare.between import Change
from recourse.compare.figures import EXACT, Figures
from recourse.compare.itself import Inside
from recourse.compare.plausible import GIVEN, IN_ORDER
from recourse.compare.sides import Outcome
from recourse.compare.verdict import Domain, Question, Region, Verdict, headline
from recourse.compare.witness import Teller, Witness, texts
from recourse.library import Library
from recourse.present import said, source
from recourse.rules.reading import rule_words
from recourse.rules.tree import Version
from recourse.values import show_share

SCHEMA = "recourse.compare/1"
Json = dict[str, Any]


class Report:
    """Puts verdicts into words; what a row says is worked out once.

    `figures` is how sentences write amounts and days; what is no sentence stays exact, to be read by programs.
    """

    def __init__(self, library: Library, lang: str, figures: Figures = EXACT) -> None:
        self.library, self.teller, self.figures = library, Teller(library, lang, figures), figures
        self.lang, self.t = self.teller.lang, self.teller.t
        self.lines: dict[int, Mapping[str, str]] = {}

    def place(self, question: Question, verdicts: list[Verdict]) -> Json:
        """A policy against the law of a place."""
        worst = headline(verdicts)
        ordinary = [v for v in verdicts if v.group == "ordinary"]
        if worst is not None:
            found = self.amounts(worst.witness)
            says = self.t["verdict short"].format(amount=found["short"], share=found["share"])
        else:
            says = self.t["verdict never" if ordinary else "verdict nothing"]
        return {
            "schema": SCHEMA,
            "platform": question.platform,
            "title": self.t["title"].format(
                policy=said(self.library.platform(question.platform).name, self.lang),
                place=places.name(question.place, self.lang), day=self.figures.day(question.bought_on),
            ),
            "place": question.place,
            "bought_on": days.show(question.bought_on),
            "falls_short": worst is not None,
            "says": says,
            "worst": self.region(worst) if worst is not None else None,
            "rules": [self.verdict(v) for v in verdicts],
        }  # fmt: skip

    def verdict(self, verdict: Verdict) -> Json:
        worst = verdict.worst(verdict.group) if verdict.group else None
        return {
            "rule": verdict.rule.id,
            "title": said(verdict.rule.title, self.lang),
            "kind": verdict.rule.kind,
            "answer": verdict.answer,
            "says": self.t[verdict.answer],
            "group": verdict.group,
            "group_says": self.t[verdict.group] if verdict.group else "",
            "certainty": verdict.certainty if verdict.answer != "currency" else "",
            "certainty_says": self.t[verdict.certainty] if verdict.answer != "currency" else "",
            "worst": self.region(worst) if worst is not None else None,
            "regions": [self.region(r) for r in verdict.regions],
            "runs": verdict.runs,
            "domain": self.domain(verdict.domain) if verdict.domain is not None else None,
        }

    def region(self, region: Region) -> Json:
        witness = region.witness
        facts = texts(witness.facts, self.library.vocabulary, witness.currency)
        found = self.amounts(witness)
        pays = "policy pays" if witness.less.how == "money" else "policy gives"
        return {
            "group": region.group,
            "how": region.how,
            "short": region.short,
            "shortfall": found["amount"],
            "share": found["share"],
            "story": self.story(witness),
            "says": self.t[pays].format(policy=found["policy"], law=found["law"]),
            "law": self.side(witness.more, witness.currency),
            "policy": self.side(witness.less, witness.currency),
            "facts": facts,
        }

    def amounts(self, witness: Witness) -> dict[str, str]:
        return {
            "amount": money.show(max(0, witness.gap), witness.currency),
            "short": self.figures.money(max(0, witness.gap), witness.currency),
            "share": show_share(max(0 * witness.share, witness.share)),
            "policy": self.teller.how(witness.less, witness.currency),
            "law": self.teller.how(witness.more, witness.currency),
        }

    def side(self, outcome: Outcome, currency: str) -> Json:
        row, version = outcome.row, outcome.version
        cite = row.cite.filled_from(version.cite) if row is not None and version is not None else None
        return {
            "rule": outcome.rule.id if outcome.rule is not None else None,
            "row": row.id if row is not None else None,
            "gives": self.teller.how(outcome, currency),
            "says": self.line(version, row.id) if row is not None and version is not None else "",
            "source": source(cite) if cite is not None else None,
        }

    def line(self, version: Version, row: str) -> str:
        """What the row says, in a sentence made from the rule."""
        if id(version) not in self.lines:
            sections = rule_words(self.library, version, self.lang)
            self.lines[id(version)] = {line["id"]: line["text"] for s in sections for line in s["lines"] if line["id"]}
        return self.lines[id(version)].get(row, "")

    def story(self, witness: Witness) -> str:
        """The purchase in a line, without what goes without saying."""
        plain = {
            name: value
            for name, value in witness.facts.items()
            if not (name in GIVEN and GIVEN[name] == value)
            and not (name in IN_ORDER and IN_ORDER[name][0] == value)
            and (name, value) != ("seller_kind", "general-trader")
        }
        return self.teller.story(Witness(plain, witness.more, witness.less, witness.price, witness.currency))

    def domain(self, domain: Domain) -> Json:
        t = self.t
        labels = self.library.labels.get("choices", {}).get("kind", {})
        listed = self.t["listed"].join
        kinds = listed(labels.get(k, {}).get(self.lang, k) for k in domain.kinds)
        lines = [
            t["looked at"].format(
                prices=listed(self.figures.money(p, domain.currency) for p in domain.prices),
                lessons=listed(map(str, domain.lessons)), days=listed(map(self.figures.day, domain.bought_on)),
                kinds=t["kinds"].format(kinds=kinds) if kinds else "",
            )
        ]  # fmt: skip
        if domain.scales:
            lines.append(t["scales"])
        if domain.untried:
            names = [self.teller.name(n) if n in self.library.vocabulary.facts else n for n in domain.untried]
            lines.append(t["untried"].format(facts=listed(names)))
        return {
            "currency": domain.currency,
            "prices": [money.show(p, domain.currency) for p in domain.prices],
            "lessons": list(domain.lessons),
            "bought_on": [days.show(d) for d in domain.bought_on],
            "kinds": list(domain.kinds),
            "untried": list(domain.untried),
            "scales": domain.scales,
            "says": lines,
        }

    def change(self, change: Change) -> Json:
        """Two versions of one policy."""
        return {
            "schema": SCHEMA,
            "falls_short": bool(change.losses),
            "loses": [self.changed(r, swapped=False) for r in change.losses],
            "gains": [self.changed(r, swapped=True) for r in change.gains],
            "certainty": change.certainty,
            "certainty_says": self.t[change.certainty],
            "runs": change.runs,
            "complete": not change.cut,
            "untried": list(change.untried),
        }

    def changed(self, region: Region, *, swapped: bool) -> Json:
        found = self.region(region)
        old, new = (found.pop("policy"), found.pop("law")) if swapped else (found.pop("law"), found.pop("policy"))
        return {**found, "old": old, "new": new, "says": self.t["old pays"].format(old=old["gives"], new=new["gives"])}

    def inside(self, inside: Inside) -> Json:
        """A policy against itself."""
        return {
            "schema": SCHEMA,
            "clean": inside.clean,
            "gaps": [
                {"story": self.story(w), "gives": self.teller.how(w.more, w.currency), "clause": w.more.key[0] or None}
                for w in inside.gaps
            ],
            "overlaps": [
                {
                    "first": o.key[0], "second": o.key[1], "story": self.story(o.witness),
                    "says": self.t["over"].format(
                        first=o.key[0], a=self.teller.how(o.witness.more, o.witness.currency),
                        second=o.key[1], b=self.teller.how(o.witness.less, o.witness.currency),
                    ),
                }
                for o in inside.overlaps
            ],
            "findings": [f.to_json() for f in inside.findings],
            "complete": not inside.cut,
        }  # fmt: skip
