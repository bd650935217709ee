"""The installation that a command works on: the one that RECOURSE_HOME and RECOURSE_DATABASE name, as for the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from recourse.bilingual import Words
from recourse.problems import Problem

NONE = Words(
    "the database of this installation is not there or not up to date: start the pages once (`./start`)",
    "本安装的数据库不存在或未更新：请先启动一次网页（`./start`）",
)


@contextmanager
def installation(lang: str) -> Iterator[None]:
    """Everything inside is done in it, as its operator. Raises `Problem` where its database is not to be had."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")
    import django
    from django.db import OperationalError, ProgrammingError

    django.setup()
    from recourse.desk import scope

    with scope.of(scope.EVERYTHING):
        try:
            yield
        except (OperationalError, ProgrammingError) as error:
            raise Problem(f"{NONE.of(lang)}: {type(error).__name__}") from None
