"""A letter as plain text, for an e-mail or a platform's form."""

from __future__ import annotations

from recourse.letters.letter import Block, Letter

RULE = "-" * 40
_COLONS = {"fr": " : ", "zh": "：", "ja": "："}


def plain(letter: Letter) -> str:
    """The letter line by line. What is attached to the PDF is not named: a text carries nothing."""
    parts = [_lines(letter.sender), _lines(letter.recipient), letter.day, letter.subject]
    parts += [
        _rows(letter.about, letter.lang),
        letter.greeting,
        *(_block(block, letter.lang) for block in letter.blocks),
    ]
    parts += [f"{letter.closing}\n{letter.signature}"]
    if letter.enclosures[1]:
        parts.append(f"{letter.enclosures[0]}:\n" + _listed(letter.enclosures[1]))
    text = "\n\n".join(part for part in parts if part) + "\n"
    if letter.beside is not None:
        text += f"\n{RULE}\n{letter.notice}\n\n{plain(letter.beside)}"
    return text


def _block(block: Block, lang: str) -> str:
    match block.form:
        case "rows" | "form":
            return _rows(block.rows, lang)
        case "items":
            return _listed(block.items)
        case "typed" | "quote":
            return _lines(tuple(f"> {one}" for one in block.items or (block.text,)))
    return block.text


def _rows(rows: tuple[tuple[str, str], ...], lang: str) -> str:
    colon = _COLONS.get(lang, ": ")
    return _lines(tuple(f"{label.rstrip(' :：。')}{colon}{text}" for label, text in rows if text))


def _listed(items: tuple[str, ...]) -> str:
    return _lines(tuple(f"- {one}" for one in items))


def _lines(texts: tuple[str, ...]) -> str:
    return "\n".join(texts)
