"""Reads everything that is recorded again: timelines, the rows they tell of, files, the log and its signed heads.

The database may have been changed by somebody who passed its guards; what they changed is found here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from recourse import money
from recourse.bilingual import Words
from recourse.desk.above import above
from recourse.desk.models import Assessment, Case, Decision, DecisionState, Entry, Exhibit, Head, Leaf, Message
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import heads as logged
from recourse.desk.services import sealing
from recourse.evidence import chain, heads, instants, log, notes
from recourse.present import digest
from recourse.problems import Problem

PIECE = 1 << 20


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: at which case or head, and what."""

    where: str
    said: Words


@dataclass
class Report:
    """How much was read, and what does not hold."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def to_json(self, lang: str) -> dict[str, Any]:
        """Plain data for programs."""
        findings = [{"where": one.where, "said": one.said.of(lang)} for one in self.findings]
        return {**self.counts, "holds": not self.findings, "findings": findings}

    def add(self, where: str, en: str, zh: str) -> None:
        """A finding more."""
        self.findings.append(Finding(where, Words(en, zh)))

    def count(self, name: str, more: int = 1) -> None:
        """So many more were read."""
        self.counts[name] = self.counts.get(name, 0) + more


def audit(kept: Iterable[str] = ()) -> Report:
    """Read everything. `kept` are signed heads, as text, that left the house earlier."""
    report = Report(dict.fromkeys(COUNTED, 0))
    with of(EVERYTHING):  # it is the operator's command
        for case in Case.objects.order_by("made_at").iterator():
            _case(case, report)
        _log(report, list(kept))
        _postings(report)
    return report


COUNTED = ("cases", "entries", "erased", "exhibits", "leaves", "waiting", "heads", "postings")


def _case(case: Case, report: Report) -> None:
    report.count("cases")
    rows = list(Entry.objects.filter(case=case).order_by("seq").select_related("opening"))
    try:
        entries = chain.read([bytes(row.line) for row in rows])
    except Problem as problem:
        report.findings.append(Finding(case.reference, Words(problem.message.en, problem.message.zh)))
        return
    report.count("entries", len(entries))
    gone = chain.erased(entries)
    report.count("erased", len(gone))
    bodies: dict[int, dict[str, Any]] = {}
    for row, entry in zip(rows, entries, strict=True):
        columns = (row.seq, row.prev, row.hash, row.kind, str(row.case_id), int(row.at.timestamp()))
        told = (entry.seq, entry.prev, entry.hash, entry.kind, entry.case, instants.parse(entry.at))
        if columns != told:
            report.add(case.reference, f"entry {entry.seq} is not as its line says", f"第 {entry.seq} 条与其原文不符")
        opening = getattr(row, "opening", None)
        if opening is None and entry.seq not in gone:
            report.add(case.reference, f"the body of entry {entry.seq} is missing", f"第 {entry.seq} 条内容缺失")
        if opening is None:
            continue
        opened = chain.Opening(bytes(opening.salt), bytes(opening.body))
        if opened.commitment != entry.commitment:
            said = f"the body of entry {entry.seq} is not what was recorded", f"第 {entry.seq} 条内容与当时记载不符"
            report.add(case.reference, *said)
            continue
        if entry.seq in gone:
            said = f"entry {entry.seq} was erased, but its body is here", f"第 {entry.seq} 条已删除，其内容却仍在"
            report.add(case.reference, *said)
        bodies[entry.seq] = json.loads(opening.body)
    _rows(case, list(bodies.values()), report, whole=not gone)
    if not gone:  # what an erased entry told of cannot be compared any more
        _unrecorded(case, list(bodies.values()), report)


def _rows(case: Case, bodies: list[dict[str, Any]], report: Report, *, whole: bool) -> None:
    """What the timeline tells is compared with the rows that pages show; `whole` where nothing of it was erased."""
    texts = dict(Message.objects.filter(case=case).values_list("pk", "text"))
    kept = {str(pk): text for pk, text in texts.items()}
    for body in bodies:
        name = body.get("message")
        if name is not None and kept.get(name) != body.get("text"):
            report.add(case.reference, f"the message {name} is not what was recorded", f"消息 {name} 与记录不符")
    _assessments(case, {body["digest"] for body in bodies if "digest" in body}, report, whole=whole)
    final = {str(one.pk): one for one in Decision.objects.filter(case=case, state=DecisionState.FINAL)}
    for body in bodies:
        found = final.get(body.get("decision", ""))
        if found is not None and "amount" in body and not _as_told(found, body):
            report.add(case.reference, "a decision is not what was recorded", "决定与记录不符")
    for exhibit in Exhibit.objects.filter(case=case):
        report.count("exhibits")
        _exhibit(case, exhibit, bodies, report)


def _assessments(case: Case, told: set[str], report: Report, *, whole: bool) -> None:
    """Each is as it was recorded, and none went without a word. What money was paid by outlives its entry, emptied."""
    there = set()
    for one in Assessment.objects.filter(case=case):
        there.add(one.digest)
        gone = one.emptied and one.digest not in told
        if not (gone or digest(one.answer) == one.digest) or (whole and one.digest not in told):
            said = f"assessment {one.number} is not what was recorded", f"第 {one.number} 次测算与记录不符"
            report.add(case.reference, *said)
    for _ in told - there:
        report.add(case.reference, "an assessment of the timeline is gone", "时间线所记的某次测算已不存在")


def _as_told(found: Decision, body: Mapping[str, Any]) -> bool:
    amount = money.show(found.minor, found.currency) if found.currency else None
    told = (body["amount"], body.get("kind"), body.get("below_owed"), body.get("reason"))
    return told == (amount, found.kind, found.below_owed, found.reason)


def _exhibit(case: Case, exhibit: Exhibit, bodies: list[dict[str, Any]], report: Report) -> None:
    path = Path(settings.FILES) / exhibit.stored
    if not path.is_file():
        report.add(case.reference, f"the file {exhibit.name} is gone", f"文件 {exhibit.name} 已不存在")
    elif _sum(path) != exhibit.digest:
        report.add(case.reference, f"the file {exhibit.name} was changed", f"文件 {exhibit.name} 已被改动")
    if exhibit.digest not in {body.get("sha256") for body in bodies}:
        report.add(
            case.reference, f"the file {exhibit.name} is not in the timeline", f"时间线中没有文件 {exhibit.name}"
        )


def _unrecorded(case: Case, bodies: list[dict[str, Any]], report: Report) -> None:
    """Rows that pages show and the timeline never told of."""
    decisions = {body.get("decision") for body in bodies}
    for one in Decision.objects.filter(case=case, state=DecisionState.FINAL):
        if str(one.pk) not in decisions:
            report.add(case.reference, "a decision is not in the timeline", "时间线中没有某项决定")
    said = {body.get("message") for body in bodies} | {body.get("text") for body in bodies}
    said |= {body.get("letter") for body in bodies}
    for message in Message.objects.filter(case=case):
        if str(message.pk) not in said and message.text not in said:
            report.add(
                case.reference, f"the message {message.pk} is not in the timeline", f"时间线中没有消息 {message.pk}"
            )


def _log(report: Report, kept: list[str]) -> None:
    size = logged.length()
    report.counts["leaves"] = size
    report.counts["waiting"] = logged.missing().count()
    if Leaf.objects.count() != size:
        report.add("log", "numbers are left out", "编号有缺")
        return
    signed = list(_heads(report, kept))
    try:
        roots = log.roots(logged.hashes(), {one.head.size for _, one in signed})
    except Problem as problem:
        report.findings.append(Finding("log", Words(problem.message.en, problem.message.zh)))
        return
    for where, one in signed:
        root = roots.get(one.head.size)
        if root is None:
            report.add(
                where,
                f"it names {one.head.size} entries, the log has {size}",
                f"其条数为 {one.head.size}，日志仅有 {size} 条",
            )
        elif root != one.head.root:
            report.add(where, "the log is not the one that was signed", "日志与签名时不符")


def _heads(report: Report, kept: list[str]) -> Iterator[tuple[str, heads.SignedHead]]:
    """The heads that can be read, by where they are from. One by an earlier key is compared all the same."""
    key = sealing.key().public
    for head in Head.objects.order_by("size"):
        report.count("heads")
        where = f"head {head.size}"
        try:
            one = notes.read(head.note)
        except Problem:
            report.add(where, "it cannot be read", "无法读取")
            continue
        if (one.head.size, one.head.root.hex()) != (head.size, head.root):
            report.add(where, "it is not what was signed", "与签名内容不符")
        if not heads.holds(one, key) and notes.hint(one.head.origin, key) == notes.hint_of(head.note):
            report.add(where, "its signature does not hold", "签名不成立")
        yield where, one
    for number, text in enumerate(kept, start=1):
        where = f"kept head {number}"
        try:
            one = notes.read(text)
        except Problem:
            report.add(where, "it cannot be read", "无法读取")
            continue
        if not heads.holds(one, key):
            report.add(where, "it was not signed with this installation's key", "并非由本安装的密钥签名")
        yield where, one


def _postings(report: Report) -> None:
    """Each posting takes from one place what it gives to another, so all of them balance if each is sound."""
    postings = above("payouts", "Posting")
    if postings is None:
        return
    report.counts["postings"] = postings.count()
    unsound = postings.filter(Q(minor__lte=0) | Q(debit=F("credit"))).count()
    if unsound:
        report.add("postings", f"{unsound} do not balance", f"{unsound} 笔账目不平")


def _sum(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
