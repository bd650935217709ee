import re
from pathlib import Path

import pytest
from paid import planned

pytestmark = pytest.mark.usefixtures("everything")


def test_shot(decided, client_of, moved, world, pay):
    made = decided(limit=0)
    slug, staff = made.institution.slug, made.institution.staff
    f = client_of(staff["approver"], second=True)
    css = Path("src/recourse/web/static/web/recourse.css").read_text()

    def save(name, path):
        html = f.get(path).content.decode()
        html = re.sub(r'<link rel="stylesheet"[^>]*>', f"<style>{css}</style>", html)
        Path(f"/tmp/h-money/{name}.html").write_text(html)

    save("case", f"/desk/{slug}/cases/{made.reference}/money/?lang=en")
    row = planned(made, staff["finance"], moved)[0]
    save("release", f"/desk/{slug}/money/{row.pk}/release/?lang=en")
    save("payout", f"/desk/{slug}/money/{row.pk}/?lang=zh")
    row = pay(decided(made.institution) if False else None) if False else row
    save("report", f"/desk/{slug}/money/?lang=en")
    save("accounts", f"/desk/{slug}/money/accounts/?lang=zh")
