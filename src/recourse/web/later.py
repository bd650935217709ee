"""Views that are imported when they are first asked for: a start need not wait for pages that nobody looks at."""

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse


class Later:
    """Stands for a view by its name; called, it is that view, and it has that view's attributes (`who`, exemptions)."""

    def __init__(self, name: str) -> None:
        module, _, view = name.rpartition(".")
        self.__module__, self.__name__, self.__qualname__ = module, view, view

    def __call__(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        """Answers as the view does."""
        return self.view(request, *args, **more)

    @cached_property
    def view(self) -> Callable[..., HttpResponse]:
        """The view itself, imported now if it was not yet."""
        found: Callable[..., HttpResponse] = getattr(import_module(self.__module__), self.__name__)
        return found

    def __getattr__(self, name: str) -> Any:
        if name == "view_class":  # Django asks for it when it makes the list of addresses; ours are plain functions
            raise AttributeError(name)
        return getattr(self.view, name)


def later(name: str) -> Later:
    """The view of that full name: `later("recourse.web.views.home.home")`."""
    return Later(name)
