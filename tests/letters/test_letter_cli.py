"""`recourse letter`: the language of whoever is written to, both kinds of file, and errors that name the place."""

import re
from pathlib import Path

import pypdfium2
import pytest

from recourse.cli import main

PURCHASE = """\
asked_on: 2026-09-11
platform: hotmart
facts:
  learner_place: AT
  seller_place: ES
  buyer_is_consumer: true
  kind: recorded-course
  legal_class: digital-content
  sales_channel: online
  price: 200.00 EUR
  paid: 200.00 EUR
  concluded_on: 2026-09-01
  paid_on: 2026-09-01
  supply_begun: false
  withdrawal_information_given: true
  withdrawal_function_announced: true
  requested_on: 2026-09-11
  request_received_on: 2026-09-11
"""
LETTER = """\
letter:
  learner: {name: Anna Müller, address: [Hauptstraße 5, 1010 Wien]}
  order: HM-2026-00017
  received_at: 2026-09-11T14:03+02:00
"""


@pytest.fixture
def purchase(tmp_path: Path) -> Path:
    file = tmp_path / "purchase.yaml"
    file.write_text(PURCHASE + LETTER, encoding="utf-8")
    return file


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr("sys.argv", ["recourse", "letter", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("request", "Solicitud de reembolso"), ("withdrawal", "Modelo de formulario de desistimiento"), ("receipt", "Eingangsbestätigung"),
     ("decision", "Wir zahlen € 200,00 zurück.")],
)  # fmt: skip
def test_the_letter_is_in_the_language_of_whom_it_goes_to(
    purchase: Path, kind: str, subject: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, purchase, "--kind", kind) == 0
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert subject in text and "Hotmart" in text and "HM-2026-00017" in text


def test_what_was_paid_back_stands_in_the_letter(
    purchase: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    back = "  paid_back: [{amount: 5.00 EUR, day: 2026-09-08}, {amount: 7.00 EUR, day: 2026-09-09}]\n"
    purchase.write_text(purchase.read_text(encoding="utf-8").rstrip() + "\n" + back, encoding="utf-8")
    assert run(monkeypatch, purchase, "--lang", "en") == 0
    text = capsys.readouterr().out
    assert all(f"was paid back on {day} September 2026" in text for day in (8, 9))
    assert "188.00" in text.replace(",", ".").split("is still owed.")[0]


def test_a_file_of_each_kind_is_written(
    purchase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for out in (first, second):
        assert run(monkeypatch, purchase, "--beside", "de", "--made-at", "2026-09-11T12:00Z", "--out", out) == 0
    assert first.read_bytes() == second.read_bytes()
    assert len(pypdfium2.PdfDocument(first)) == 2
    assert run(monkeypatch, purchase, "--lang", "fr", "--out", tmp_path / "a.txt") == 0
    assert "Madame, Monsieur," in (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert "Demande de remboursement (fr)" in capsys.readouterr().out


def test_a_body_is_chosen_among_those_that_fit(
    purchase: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, purchase, "--kind", "complaint-to", "--to", "eu-ecc-net", "--lang", "en") == 0
    assert "European Consumer Centre" in capsys.readouterr().out
    assert run(monkeypatch, purchase, "--kind", "complaint-to", "--to", "eu-ecc") == 2
    assert "“eu-ecc” is no body for these facts. These fit: " in capsys.readouterr().err
    assert run(monkeypatch, purchase, "--to", "eu-ecc-net") == 2
    assert "only a complaint-to goes to a body" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("", "no `letter:` says who writes"),
        ("letter: {order: x}", "learner: the learner is not named"),
        ("letter: {learner: {name: A}}", "order: a letter names what was bought"),
        ("letter: {learner: {name: A}, order: x, colour: red}", "letter has no “colour”"),
        ("letter: {learner: {name: A}, order: x, answer: maybe}", ":20:48  answer: “maybe” is no answer"),
        ("letter: {learner: {name: A, mail: a\u202eb}, order: x}", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("letter: {learner: {name: A}, order: x, dated_on: 11.9.2026}", ":20:50  not a date"),
        ("letter: {learner: {name: A}, order: x, paid_back: [{amount: 5 EUR}]}", "a payment has a day"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    letter: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "purchase.yaml"
    file.write_text(PURCHASE + "\n" + letter + "\n", encoding="utf-8")
    assert run(monkeypatch, file) == 2
    assert said in capsys.readouterr().err


def test_other_endings_are_refused(
    purchase: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, purchase, "--out", "letter.doc") == 2
    assert "neither .pdf nor .txt" in capsys.readouterr().err


def test_the_example_of_the_guide_is_a_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "letters.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(letter:.*?)```", guide, re.DOTALL)
    assert len(shown) == 1
    file = tmp_path / "purchase.yaml"
    file.write_text(PURCHASE + shown[0], encoding="utf-8")
    assert run(monkeypatch, file, "--kind", "complaint", "--lang", "en") == 0
    text = capsys.readouterr().out
    assert "You refused the request on 18 September 2026." in text and "> I could not begin the course." in text
    assert "- Invoice of 1 September 2026" in text
