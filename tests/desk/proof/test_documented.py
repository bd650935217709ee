"""What docs/desk.md draws is the table of stages."""

from pathlib import Path

from recourse.desk import stages

ROOT = Path(__file__).parents[3]


def test_the_diagram_in_the_documents_is_that_of_the_table():
    assert stages.diagram() in (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
