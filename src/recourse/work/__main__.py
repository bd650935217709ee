"""`python -m recourse.work`: the worker that `./start` keeps beside the server, until the server ends."""

import os
import signal
import time

HEAD_START = 1.0  # seconds: the pages come first


def main() -> None:
    """Wait a moment, load the applications, work; the end of the process that started this one is the end of it."""
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C before there is any work: no words about it
    time.sleep(HEAD_START)
    if os.getppid() != parent:
        return
    os.nice(5)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")
    import django  # noqa: PLC0415

    django.setup()
    from recourse.work import crew, queue  # noqa: PLC0415 - the table is known only now

    queue.tasks()
    crew.run(1, parent)


if __name__ == "__main__":
    main()
