"""The data that come with the package: our own files, and the library of holidays.

Reading them is part of the program's start, like an import: every other input reaches the pure modules as an argument.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent / "data"


def text(name: str) -> str:
    """The text of one of our data files, for example "places.yaml"."""
    return (FOLDER / name).read_text(encoding="utf-8")


def texts(folder: str) -> dict[str, str]:
    """The texts of the YAML files of one of our folders by file name, in the order of their names."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((FOLDER / folder).glob("*.yaml"))}


def holidays() -> ModuleType:
    """The library `holidays`, imported by those who ask for a working day; of its countries only the ones asked for.

    Its package `countries` imports all 250 of them, which takes longer than all the rest of a short run. So a package
    without contents stands in for it, until somebody asks it for anything but one of its modules.
    """
    library = importlib.import_module("holidays")
    name = "holidays.countries"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(Path(library.__path__[0]) / "countries")]

        def whole(attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            del package.__getattr__
            return getattr(importlib.reload(package), attribute)

        package.__getattr__ = whole  # type: ignore[method-assign]
        sys.modules[name] = package
    return library
