"""Which language a page speaks: the address first, then the cookie, then what the browser asks for."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from recourse.web import clock

WEB = Path(clock.__file__).parent
CHINESE, ENGLISH = 'lang="zh-Hans"', 'lang="en"'


def html(client: Client, address: str, accept: str = "") -> str:
    text = client.get(address, headers={"accept-language": accept}).content.decode()
    found = re.search(r"<html ([^>]*)>", text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("accept", "tag"),
    [
        ("", ENGLISH),
        ("en-GB", ENGLISH),
        ("zh-CN,zh;q=0.9", CHINESE),
        ("zh", CHINESE),
        ("zh-TW", CHINESE),
        ("de,fr;q=0.5", ENGLISH),
    ],
)
def test_the_browser_is_heard(accept: str, tag: str) -> None:
    assert tag in html(Client(SERVER_NAME="localhost"), "/", accept)


def test_the_address_decides_and_is_remembered() -> None:
    client = Client(SERVER_NAME="localhost")
    assert CHINESE in html(client, "/?lang=zh", "en")
    assert CHINESE in html(client, "/", "en")
    assert ENGLISH in html(client, "/?lang=en", "zh")
    assert ENGLISH in html(client, "/", "zh")


def test_nonsense_in_the_address_is_ignored() -> None:
    client = Client(SERVER_NAME="localhost")
    assert ENGLISH in html(client, "/?lang=xx")
    assert not client.cookies


def test_a_browser_without_cookies_keeps_the_language() -> None:
    client = Client(SERVER_NAME="localhost")
    text = client.get("/ask/?learner_place=DE&lang=zh").content.decode()
    assert '<input type="hidden" name="lang" value="zh">' in text
    ours = re.findall(r'href="(/[^"]*)"', text)
    assert all("lang=" in address for address in ours if "/static/" not in address)
    later = client.get("/ask/?learner_place=DE&lang=zh").content.decode()  # now the cookie has come back
    assert '<input type="hidden" name="lang"' not in later


def test_the_switch_keeps_the_whole_address() -> None:
    text = Client(SERVER_NAME="localhost").get("/ask/?learner_place=DE&ask=paid&paid=5.00+EUR").content.decode()
    assert (
        'href="/ask/?learner_place=DE&amp;ask=paid&amp;paid=5.00+EUR&amp;lang=zh" lang="zh-Hans" hreflang="zh-Hans"'
        in text
    )


def test_answers_say_their_language_and_what_they_vary_by() -> None:
    response = Client(SERVER_NAME="localhost").get("/?lang=zh")
    assert response["Content-Language"] == "zh-Hans"
    assert {"Accept-Language", "Cookie"} <= {one.strip() for one in response["Vary"].split(",")}


def catalogue() -> dict[str, str]:
    with (WEB / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = read_po(file)
    return {
        one.id[0] if isinstance(one.id, tuple) else one.id: (
            one.string[0] if isinstance(one.string, tuple) else one.string
        )
        for one in found
        if one.id
    }


def sources() -> list[Path]:
    return [*WEB.rglob("*.py"), *(WEB / "templates").rglob("*.html"), *(WEB / "templates").rglob("*.txt")]


def said_by(file: Path) -> set[str]:
    """The sentences that a template or a module marks for translation."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
        named = [one for one in calls if isinstance(one.func, ast.Name) and "gettext" in one.func.id]
        return {one.args[0].value for one in named if isinstance(one.args[0], ast.Constant)}
    said = {one or other for one, other in re.findall(r'{% translate (?:"([^"]*)"|\'([^\']*)\')', text)}
    blocks = re.findall(r"{% blocktranslate[^%]*%}(.*?){% (?:plural|endblocktranslate) %}", text, re.DOTALL)
    return said | {re.sub(r"{{ *(\w+) *}}", r"%(\1)s", block) for block in blocks}


def test_every_sentence_is_translated() -> None:
    known = catalogue()
    for file in sources():
        for sentence in said_by(file):
            assert known.get(sentence), f"{file.name}: {sentence!r} has no Chinese"
            assert file.suffix == ".py" or "%" not in re.sub(r"%\(\w+\)s", "", sentence), (
                f"{file.name}: {sentence!r}: a template looks up its per cent sign doubled"
            )


def test_no_translation_is_left_over() -> None:
    everything = "\n".join(
        "\n".join(node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str))
        if file.suffix == ".py"
        else re.sub(r"{{ *(\w+) *}}", r"%(\1)s", text)
        for file in sources()
        for text in [file.read_text(encoding="utf-8")]
    )  # fmt: skip
    for sentence in catalogue():
        assert sentence in everything, sentence


def test_translations_keep_what_is_filled_in() -> None:
    for english, chinese in catalogue().items():
        assert sorted(re.findall(r"%\(\w+\)[sd]", english)) == sorted(re.findall(r"%\(\w+\)[sd]", chinese)), english
        assert sorted(re.findall(r"<[^>]+>", english)) == sorted(re.findall(r"<[^>]+>", chinese)), english


def test_chinese_is_written_with_its_own_marks() -> None:
    for english, chinese in catalogue().items():
        bare = re.sub(r"%\(\w+\)[sd]|<[^>]+>|[\d.]+", "", chinese)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", bare), (english, chinese)
        assert "您" in chinese or "你" not in chinese, chinese
        assert "请" not in chinese or "成功" not in chinese, chinese
