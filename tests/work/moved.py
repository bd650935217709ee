"""A clock that tests move."""

import datetime as dt

START = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> dt.datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)
