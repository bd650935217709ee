"""Why a file is not taken, or not read: problems that say it to the person who handed it in."""

from recourse.problems import Problem


class Refused(Problem):
    """This file is not taken; the message says why and the hint what would be taken."""


class Unreadable(Refused):
    """The file is not what it claims, is damaged or is locked: there is nothing to show or to read."""


class TooMuch(Refused):
    """Reading the file would cost more time, memory or room than one file may."""
