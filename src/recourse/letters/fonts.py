"""Where the letters' fonts are: Noto Sans comes along; Noto Sans CJK is an extra, or the system's."""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path

import typst

from recourse.bilingual import Words
from recourse.problems import Problem

LATIN = "Noto Sans"
# The shapes of the same character differ by language, so each has its own face; the others fill in.
_CJK = {"zh": "Noto Sans CJK SC", "ja": "Noto Sans CJK JP", "ko": "Noto Sans CJK KR"}
_OWN_FOLDERS = "RECOURSE_FONTS"  # folders of the user's own, divided as the system divides paths
_SYSTEM = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
GET_CJK = Words(
    "Install the extra `cjk` (pip install 'recourse-desk[cjk]'), or the system's Noto Sans CJK (fonts-noto-cjk).",
    "请安装扩展 `cjk`（pip install 'recourse-desk[cjk]'），或系统字体 Noto Sans CJK（fonts-noto-cjk）。",
)


def faces(lang: str) -> list[str]:
    """The families to set a language in, first come first served."""
    first = _CJK.get(lang, _CJK["zh"])
    return [LATIN, first, *(face for face in _CJK.values() if face != first)]


@cache
def loaded() -> typst.Fonts:
    """The fonts that were found, read once for the life of the process. Raises Problem where there are none."""
    folders = [path for name in ("fontpkg_noto_sans", "manimgx_fonts_cjk") for path in _packaged(name)]
    folders += [Path(one) for one in os.environ.get(_OWN_FOLDERS, "").split(os.pathsep) if one]
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in folders])
    if not has_cjk(fonts):
        folders += _system()
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in folders])
    if LATIN not in fonts.families():
        raise Problem(
            Words("the font Noto Sans is missing", "缺少字体 Noto Sans"),
            hint=Words("Install the package fontpkg-noto-sans.", "请安装软件包 fontpkg-noto-sans。"),
        )
    return fonts


def has_cjk(fonts: typst.Fonts) -> bool:
    """Whether Chinese, Japanese and Korean can be set."""
    return set(_CJK.values()) <= set(fonts.families())


def _packaged(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    return [Path(path) for path in spec.submodule_search_locations or ()] if spec is not None else []


def _system() -> list[Path]:
    """The folder of the system's Noto Sans CJK; its whole folder is read, so the fewest are named."""
    for root in _SYSTEM:
        for path in sorted(Path(root).expanduser().rglob("NotoSansCJK*")):
            return [path.parent]
    return []
