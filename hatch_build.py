"""Lets `pip install .` compile the translations before they go into the wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from translations import compile_translation  # noqa: E402


class CompileTranslations(BuildHookInterface[Any]):
    """Runs once for each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for po in sorted((ROOT / "src").rglob("*.po")):
            compile_translation(po)
