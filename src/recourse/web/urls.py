"""The addresses of the pages."""

from django.urls import include, path

from recourse.web.views import answers, ask, bodies, compare, home, how, platforms, result, rights, rules, sources

app = [
    path("", home.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("answers/", answers.answers, name="answers"),
    path("result/", result.page, name="result"),
    path("result.json", result.as_json, name="json"),
    path("rules/", rules.index, name="rules"),
    path("rules/of/<slug:name>/", rules.group, name="group"),
    path("rules/<slug:name>/", rules.rule, name="rule"),
    path("rights/", rights.index, name="rights"),
    path("rights/<slug:place>.json", rights.as_json, name="rights_json"),
    path("rights/<slug:place>/", rights.page, name="place_rights"),
    path("bodies/<slug:name>/", bodies.page, name="body"),
    path("platforms/", platforms.index, name="platforms"),
    path("platforms/<slug:name>/", platforms.page, name="platform"),
    path("sources/", sources.page, name="sources"),
    path("sources.json", sources.as_json, name="sources_json"),
    path("compare/", compare.page, name="compare"),
    path("how/", how.how, name="how"),
]
urlpatterns = [path("", include((app, "web")))]

handler400 = "recourse.web.views.errors.bad_request"
handler403 = "recourse.web.views.errors.refused"
handler404 = "recourse.web.views.errors.not_found"
handler500 = "recourse.web.views.errors.broken"
