"""The desk's work in the background; every job and sweep runs in the scope of everything."""

from recourse.desk import scope
from recourse.work import queue

queue.around(lambda _: scope.of(scope.EVERYTHING))
