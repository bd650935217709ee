"""Every worked case of the data can be written about: no fact, rule or amount of any place makes a letter fail."""

from itertools import cycle

import pytest
from invented_letters import CASES, assessed, cases_of, papers

from recourse.letters.compose import compose
from recourse.letters.letter import Addressee
from recourse.letters.plain import plain
from recourse.letters.tongues import LANGUAGES
from recourse.problems import Problem

# What a letter may lack: each is a sentence to the person who asked for it, not a failure.
LACKS = ("requested_on", "dated_on", "words", "kind")


@pytest.mark.parametrize("file", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_every_worked_case_can_be_written_about(file: str) -> None:
    langs, written = cycle(LANGUAGES), 0
    for case in cases_of(file):
        lang = next(langs)
        try:
            found = assessed(file, case, lang)
        except Problem:
            continue  # a case that shows an error
        matter = papers(lang, day="2099-12-31", body=Addressee({"en": "Body"}, "conciliation"))
        for kind in ("request", "withdrawal", "reminder", "complaint-to", "decision"):
            try:
                text = plain(compose(found, matter, kind, lang, str(found["facts"].get("learner_place", ""))))
            except Problem as problem:
                assert problem.field in LACKS, (case, kind, str(problem))
                continue
            assert matter.order in text and "{" not in text.replace("{…}", ""), (case, kind)
            written += 1
    assert written
