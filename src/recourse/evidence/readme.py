"""The page in a bundle that a person reads, without any script or network, ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from recourse.evidence import enclosed
from recourse.evidence.chain import Entry, erased

DEEPEST = 4  # what lies deeper in a body is shown as it was recorded


class About(NamedTuple):
    """What stands at the head of the page. `sealed` is an instant as text."""

    ref: str
    title: str
    institution: str
    sealed: str
    fingerprint: str


def page(
    about: About,
    entries: Sequence[Entry],
    bodies: Mapping[int, bytes],
    exhibits: Sequence[Mapping[str, Any]],
    papers: Sequence[str],
) -> str:
    """The whole page, HTML. Everything that came from people is escaped; nothing is loaded from anywhere."""
    gone = erased(entries)
    rows = "".join(
        f"<tr><td>{one.seq}</td><td>{_when(one.at)}</td><td>{escape(one.actor)}</td><td>{escape(one.kind)}</td>"
        f"<td>{_body(bodies.get(one.seq), gone=one.seq in gone)}</td></tr>\n"
        for one in entries
    )
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(about.ref)} · {escape(about.title)}</title><style>{enclosed.STYLE}</style></head>
<body>
<h1>{escape(about.title)}</h1>
<dl><dt>Case <span lang="zh-Hans">案件</span></dt><dd>{escape(about.ref)}</dd>
<dt>Institution <span lang="zh-Hans">机构</span></dt><dd>{escape(about.institution)}</dd>
<dt>Sealed <span lang="zh-Hans">封存时间</span></dt><dd>{_when(about.sealed)}</dd>
<dt>Key <span lang="zh-Hans">封印密钥</span></dt><dd class="hash">{escape(about.fingerprint)}</dd></dl>
<p class="note">This page is for reading. What it shows is proved only by verifying the bundle:
<a href="../VERIFY.txt">VERIFY.txt</a> says how. Compare the key with the one that the institution publishes.</p>
<p class="note" lang="zh-Hans">本页供阅读。内容须经核验才算得到证明，方法见 <a href="../VERIFY.txt">VERIFY.txt</a>。
请将密钥与机构公布的密钥核对。</p>
<h2>Timeline <span lang="zh-Hans">时间线</span></h2>
<div class="wide" tabindex="0" role="region" aria-label="Timeline 时间线"><table>
<thead><tr>{_heads(("#", ""), ("When", "时间"), ("Who", "经手"), ("What", "事项"), ("In words", "内容"))}</tr></thead>
<tbody>
{rows}</tbody></table></div>
{_exhibits(exhibits)}{_papers(papers)}</body>
</html>
"""


def _heads(*words: tuple[str, str]) -> str:
    return "".join(
        f'<th scope="col">{en}' + (f' <span lang="zh-Hans">{zh}</span>' if zh else "") + "</th>" for en, zh in words
    )


def _when(at: str) -> str:
    return f'<time datetime="{at}">{at[:10]} {at[11:19]} UTC</time>'


def _body(body: bytes | None, *, gone: bool) -> str:
    if gone:
        return '<em>erased <span lang="zh-Hans">已删除</span></em>'
    if body is None:
        return '<em>not shown <span lang="zh-Hans">未出示</span></em>'
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return f"{len(body)} bytes"
    return _value(told)


def _value(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return f'<span dir="auto">{escape(value)}</span>'
    if isinstance(value, list) and depth < DEEPEST:
        return "".join(f"<div>{_value(part, depth + 1)}</div>" for part in value)
    if isinstance(value, dict) and depth < DEEPEST:
        rows = (f"<dt>{escape(key)}</dt><dd>{_value(part, depth + 1)}</dd>" for key, part in value.items())
        return f"<dl>{''.join(rows)}</dl>"
    return f"<code>{escape(json.dumps(value, ensure_ascii=False))}</code>"


def _exhibits(exhibits: Sequence[Mapping[str, Any]]) -> str:
    if not exhibits:
        return ""
    rows = "".join(
        f"<tr><td>{_link(one['file'], one['name'])}{_shown(one)}</td><td>{one['bytes']:,}</td>"
        f'<td>{_yes(one["in_timeline"])}</td><td class="hash">{one["sha256"]}</td></tr>\n'
        for one in exhibits
    )
    heads = _heads(("File", "文件"), ("Bytes", "字节"), ("Named in the timeline", "时间线有记载"), ("SHA-256", ""))
    return f"""<h2>Exhibits <span lang="zh-Hans">证据材料</span></h2>
<p>As they came in. Opening a file from somebody else has its risks; where there is a safe copy, look at that one.
<span lang="zh-Hans">均为原件。打开他人文件有风险；若有安全副本，请看副本。</span></p>
<div class="wide" tabindex="0" role="region" aria-label="Exhibits 证据材料"><table><thead><tr>{heads}</tr></thead>
<tbody>
{rows}</tbody></table></div>
"""


def _papers(papers: Iterable[str]) -> str:
    items = "".join(f"<li>{_link(name, name)}</li>\n" for name in sorted(papers))
    return f'<h2>Papers <span lang="zh-Hans">文书</span></h2>\n<ul>\n{items}</ul>\n' if items else ""


def _link(path: str, words: str) -> str:
    return f'<a href="{quote(path)}" dir="auto">{escape(words)}</a>'


def _shown(one: Mapping[str, Any]) -> str:
    return f' ({_link(one["shown"], "safe copy")} <span lang="zh-Hans">安全副本</span>)' if "shown" in one else ""


def _yes(value: object) -> str:
    return 'yes <span lang="zh-Hans">是</span>' if value else 'no <span lang="zh-Hans">否</span>'
