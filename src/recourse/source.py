"""Reads YAML (and so JSON) into a tree that knows where everything stands.

No scalar is resolved: `no`, `1/3`, `2026-03-01` and `0.10` stay the text that was written. What a rule file does not
need and a hostile input would use is refused: anchors, aliases, tags, merge keys, deep nesting, huge texts.
"""

import json
from collections.abc import Iterator
from typing import Any

from recourse.bilingual import Words
from recourse.problems import Place, Problem, refuse

LONGEST = 4_000_000  # characters in one text; the largest of ours has 200,000
DEEPEST = 60  # values inside one another; the deepest of ours has 12

WRITE_OUT = Words("Write it out.", "请把内容直接写出来。")
QUOTE_IT = Words("Put quotes around a text that begins with an exclamation mark.", "以感叹号开头的文本请加引号。")
_NO_KEYS: dict[str, Any] = {}  # shared by all that are no mapping
ONE_DOCUMENT = Words("Put one document into a file.", "一个文件只放一个文档。")


class Node:
    """One value of a text: its `value` is a text, a mapping in the order written, or a list, of nodes again.

    `quoted` tells `""` from nothing and "no" from no; `keys` holds the node of each key of a mapping.
    """

    __slots__ = ("column", "file", "keys", "line", "quoted", "spread", "value")

    value: "str | dict[str, Node] | list[Node]"

    def __init__(
        self,
        value: "str | dict[str, Node] | list[Node]",
        file: str = "",
        line: int = 1,
        column: int = 1,
        *,
        quoted: bool = False,
        spread: bool = False,
    ) -> None:
        self.value = value
        self.file = file
        self.line = line
        self.column = column
        self.quoted = quoted
        self.spread = spread  # the text stands on several lines
        self.keys: dict[str, Node] = {} if isinstance(value, dict) else _NO_KEYS

    @property
    def where(self) -> Place:
        """Where the value begins."""
        return Place(self.file, self.line, self.column)

    @property
    def is_null(self) -> bool:
        """Whether nothing was written: an empty value, `~` or `null` without quotes."""
        return not self.quoted and self.value in ("", "~", "null")

    def key_at(self, key: str) -> Place:
        """Where a key of this mapping stands."""
        return self.keys.get(key, self).where

    def text(self, field: str | None = None) -> str:
        """The text of a scalar; raises `Problem` for a mapping or a list."""
        if isinstance(self.value, str):
            return self.value
        raise self.problem(_wanted("a text", "文本", self), field)

    def mapping(self, field: str | None = None) -> "dict[str, Node]":
        """The entries of a mapping; raises `Problem` for anything else."""
        if isinstance(self.value, dict):
            return self.value
        raise self.problem(_wanted("a mapping", "映射", self), field)

    def sequence(self, field: str | None = None) -> "list[Node]":
        """The entries of a list; raises `Problem` for anything else."""
        if isinstance(self.value, list):
            return self.value
        raise self.problem(_wanted("a list", "列表", self), field)

    def problem(self, message: str | Words, field: str | None = None, hint: str | Words | None = None) -> Problem:
        """A problem with this value, at its place."""
        return Problem(message, self.where, field, hint)

    def __repr__(self) -> str:
        return f"Node({plain(self)!r}, {self.where})"


def read(text: str, file: str) -> Node:
    """The one document of a text; `file` only names it in messages. Raises `Problem` with all that is wrong."""
    documents = read_all(text, file)
    if not documents:
        raise Problem(Words("nothing is written here", "内容为空"), Place(file, 1, 1))
    if len(documents) > 1:
        raise documents[1].problem(Words("a second document begins", "出现了第二个文档"), hint=ONE_DOCUMENT)
    return documents[0]


def read_all(text: str, file: str) -> list[Node]:
    """Every document of a text, divided by `---`."""
    import yaml  # noqa: PLC0415  20 ms, which a program that finds everything in the cache does not pay

    if len(text) > LONGEST:
        en = f"the text has {len(text):,} characters, more than the {LONGEST:,} that are read"
        raise Problem(Words(en, f"文本有 {len(text):,} 个字符，超过上限 {LONGEST:,}"), Place(file, 1, 1))
    try:
        return _Builder(file).build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        problem = _broken(error, text, file)
    except UnicodeEncodeError as error:  # half of a surrogate pair, which no text can hold
        words = Words("a character that no text can hold", "含有无法编码的字符")
        problem = Problem(words, _place(text, error.start, file))
    if text.lstrip()[:1] in ("{", "["):  # YAML takes nearly all JSON: not tabs everywhere, not "\ud83d\ude00"
        try:
            return [_from_json(text, file)]
        except (ValueError, RecursionError):
            pass
    raise problem


def plain(node: Node) -> Any:
    """The same tree as dicts, lists and texts, without places."""
    value = node.value
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return {key: plain(entry) for key, entry in value.items()}


class _Builder:
    """Makes the tree from the parser's events: no recursion, so depth costs nothing but the check."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.documents: list[Node] = []
        self.open: list[Node] = []  # the mappings and lists around the current value, the outermost first
        self.keys: list[Node | None] = []  # for each of them the key that waits for its value

    def build(self, events: Iterator[Any]) -> list[Node]:
        import yaml  # noqa: PLC0415

        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                mark = event.start_mark
                if event.anchor or event.tag:
                    self.refuse_extras(event)
                spread = event.end_mark.line > mark.line
                place = (self.file, mark.line + 1, mark.column + 1)
                self.add(Node(event.value, *place, quoted=bool(event.style), spread=spread))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self.refuse_extras(event)
                if len(self.open) >= DEEPEST:
                    self.note(event, Words(f"nested more than {DEEPEST} deep", f"嵌套超过 {DEEPEST} 层"))
                    break
                self.open.append(self.node(event, {} if kind is yaml.MappingStartEvent else []))
                self.keys.append(None)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.keys.pop()
                self.add(self.open.pop())
            elif kind is yaml.AliasEvent:
                self.note(event, Words("an alias (*name) is not read here", "不支持别名（*name）"), WRITE_OUT)
                self.add(self.node(event, ""))
        refuse(self.problems)
        return self.documents

    def add(self, node: Node) -> None:
        """Put a finished value where it belongs."""
        if not self.open:
            self.documents.append(node)
            return
        around = self.open[-1].value
        if isinstance(around, list):
            around.append(node)
        elif isinstance(around, dict):
            key = self.keys[-1]
            if key is None:
                self.keys[-1] = self.key(node)
            else:
                self.enter(around, key, node)
                self.keys[-1] = None

    def key(self, node: Node) -> Node:
        if not isinstance(node.value, str):
            self.problems.append(node.problem(Words("a key must be one text", "键必须是单个文本")))
            return Node("", self.file, node.line, node.column)
        if node.value == "<<" and not node.quoted:
            words = Words("a merge key (<<) is not read here", "不支持合并键（<<）")
            self.problems.append(node.problem(words, hint=WRITE_OUT))
        return node

    def enter(self, mapping: dict[str, Node], key: Node, node: Node) -> None:
        name, keys = key.text(), self.open[-1].keys
        if name in mapping:
            line = keys[name].line
            words = Words(f"stands twice, first in line {line}", f"重复出现，第一次在第 {line} 行")
            self.problems.append(key.problem(words, name))
            return
        mapping[name] = node
        keys[name] = key

    def node(self, event: Any, value: str | dict[str, Node] | list[Node]) -> Node:
        return Node(value, self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.note(event, Words(f"an anchor (&{event.anchor}) is not read here", "不支持锚点（&）"), WRITE_OUT)
        if event.tag is not None:
            self.note(event, Words(f"a tag ({event.tag}) is not read here", f"不支持标签（{event.tag}）"), QUOTE_IT)

    def note(self, event: Any, message: Words, hint: Words | None = None) -> None:
        self.problems.append(self.node(event, "").problem(message, hint=hint))


def _wanted(en: str, zh: str, got: Node) -> Words:
    kinds = {str: ("a text", "文本"), dict: ("a mapping", "映射"), list: ("a list", "列表")}
    got_en, got_zh = kinds[type(got.value)]
    return Words(f"{en} belongs here, not {got_en}", f"此处应为{zh}，而不是{got_zh}")


def _broken(error: Any, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        said = ", ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
        where = Place(file, mark.line + 1, mark.column + 1)
    else:  # a reader's error knows only how far it came
        said = str(getattr(error, "reason", error))
        where = _place(text, int(getattr(error, "position", 0) or 0), file)
    return Problem(Words(f"not readable as YAML: {said}", f"不是有效的 YAML：{said}"), where)


def _place(text: str, offset: int, file: str) -> Place:
    before = text[:offset]
    return Place(file, before.count("\n") + 1, offset - before.rfind("\n"))


class _Written(str):
    """A number of a JSON text, as it stood there."""

    __slots__ = ()


def _from_json(text: str, file: str) -> Node:
    """JSON that YAML cannot read. It has no places, so every problem of it is reported at the top."""

    def entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            raise ValueError("a key stands twice")
        return mapping

    def node(value: Any, depth: int) -> Node:
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(value, dict):
            return Node({key: node(entry, depth + 1) for key, entry in value.items()}, file)
        if isinstance(value, list):
            return Node([node(entry, depth + 1) for entry in value], file)
        if value is None or isinstance(value, bool):
            return Node(json.dumps(value), file)
        return Node(str(value), file, quoted=not isinstance(value, _Written))

    numbers: dict[str, Any] = {"parse_int": _Written, "parse_float": _Written, "parse_constant": _Written}
    return node(json.loads(text, object_pairs_hook=entries, **numbers), 1)
