"""When and where the tests of the desk play."""

import datetime as dt

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)  # a Friday
# Ten days after a recorded course was bought in Germany: the law owes all of it.
FACTS = {
    "learner_place": "DE",
    "seller_place": "DE",
    "paid": "84.99 EUR",
    "price": "84.99 EUR",
    "concluded_on": "2026-11-10",
    "kind": "recorded-course",
    "buyer_is_consumer": "true",
    "sales_channel": "online",
    "withdrawal_information_given": "true",
    "supply_begun": "true",
    "requested_on": "2026-11-20",
    "request_received_on": "2026-11-20",
}
