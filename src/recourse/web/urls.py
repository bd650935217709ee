"""The addresses of the pages."""

from django.urls import include, path, re_path

from recourse.web.desk.account import urls as account
from recourse.web.desk.learner import urls as learner
from recourse.web.desk.money import urls as money
from recourse.web.desk.operator import urls as operator
from recourse.web.desk.public import urls as public
from recourse.web.desk.staff import urls as staff
from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of the pages by its module and name."""
    return later(f"recourse.web.views.{name}")


app = [
    path("", page("home.home"), name="home"),
    path("ask/", page("ask.ask"), name="ask"),
    path("answers/", page("answers.answers"), name="answers"),
    path("result/", page("result.page"), name="result"),
    path("result.json", page("result.as_json"), name="json"),
    path("rules/", page("rules.index"), name="rules"),
    path("rules/of/<slug:name>/", page("rules.group"), name="group"),
    path("rules/<slug:name>/", page("rules.rule"), name="rule"),
    path("rights/", page("rights.index"), name="rights"),
    path("rights/<slug:place>.json", page("rights.as_json"), name="rights_json"),
    path("rights/<slug:place>/", page("rights.page"), name="place_rights"),
    path("bodies/", page("bodies.index"), name="bodies"),
    path("bodies/<slug:name>/", page("bodies.page"), name="body"),
    path("platforms/", page("platforms.index"), name="platforms"),
    path("platforms/<slug:name>/", page("platforms.page"), name="platform"),
    path("sources/", page("sources.page"), name="sources"),
    path("sources.json", page("sources.as_json"), name="sources_json"),
    path("compare/", page("compare.page"), name="compare"),
    path("how/", page("how.how"), name="how"),
    *account.pages,
    *learner.pages,
    *public.pages,
    *staff.pages,
    *money.pages,
    *operator.pages,
    path("api/", later("recourse.api.pages.index"), name="api"),
    path("api/v1/openapi.json", later("recourse.api.pages.openapi"), name="openapi"),
    re_path(r"^api/(?P<rest>[\s\S]+)\Z", later("recourse.api.door.door"), name="api_door"),  # line ends are no way out
]
urlpatterns = [path("", include((app, "web"))), *account.outside]

handler400 = "recourse.web.views.errors.bad_request"
handler403 = "recourse.web.views.errors.refused"
handler404 = "recourse.web.views.errors.not_found"
handler500 = "recourse.web.views.errors.broken"
