"""What the published school of these tests says, and when they play."""

import datetime as dt

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
POLICY = """platform: nordlicht
name: {en: Nordlicht, zh: 北光}
home: DE
kind: language-school
standing: verified-official
sources:
  - {title: Terms, address: "https://nordlicht.example/terms", kind: official, copy_date: null}
clauses:
  - id: nordlicht-all
    title: {en: Seven days, zh: 七天}
    cite: {source: 0, article: "1", checked_on: 2026-11-01, status: verified}
    owed:
      - {id: week, if: requested_on <= 7 days after concluded_on, pay: paid}
      - {id: later, nothing: {en: Nothing after a week., zh: 一周后不退。}}
"""
TERMS = ("1. The price is 480 EUR.\n2. The course lasts 12 weeks.\n3. Refunds within 7 days.",
         "1. The price is 480 EUR.\n2. The course lasts 14 weeks.\n3. Refunds within 7 days.\n4. Complaints: two days.")  # fmt: skip
