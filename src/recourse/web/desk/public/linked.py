"""A course for other programs: schema.org Course with its offer and return policy, as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from recourse import money
from recourse.desk.services.publishing import Published

_SAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}  # nothing in it can end the element it is in
Json = dict[str, Any]


def course(request: HttpRequest, published: Published) -> Json:
    """The course as data. The price is what everybody pays, with every fee in it."""
    one = published.course
    address = request.build_absolute_uri(reverse("web:course", args=[published.institution.slug, one.slug]))
    return _filled({
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": address,
        "url": address,
        "name": one.title,
        "description": one.objectives,
        "syllabusSections": one.contents,
        "inLanguage": one.language,
        "provider": {
            "@type": "Organization", "name": published.institution.name, "url": published.institution.website,
            "email": published.institution.contact,
            "address": {"@type": "PostalAddress", "addressCountry": published.institution.place.partition("-")[0]},
        },
        "hasCourseInstance": {
            "@type": "CourseInstance", "courseMode": "Online", "description": one.arrangement,
            "startDate": one.starts_on and one.starts_on.isoformat(),
            "endDate": one.ends_on and one.ends_on.isoformat(),
            "courseWorkload": f"PT{one.hours.normalize():f}H" if one.hours and one.hours == int(one.hours) else "",
        },
        "offers": _offer(published, address),
    })  # fmt: skip


def script(data: Json) -> SafeString:
    """The data as text that may stand inside a page."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SAFE))  # noqa: S308  every sign that ends it is gone


def _offer(published: Published, address: str) -> Json | None:
    now = published.offer
    if now is None:
        return None
    policy = published.policy
    return {
        "@type": "Offer",
        "url": address,
        "price": money.show(now.price_minor, now.currency).partition(" ")[0],
        "priceCurrency": now.currency,
        "validFrom": now.begins_at.isoformat(),
        "validThrough": now.ends_at.isoformat() if now.ends_at is not None else None,
        "category": "Free" if now.price_minor == 0 else "Paid",
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy", "merchantReturnLink": f"{address}#policy",
            "applicableCountry": sorted({str(place).partition("-")[0] for place in policy.places}),
        } if policy is not None else None,
    }  # fmt: skip


def _filled(data: Json) -> Json:
    """Without what is empty, all the way down."""
    found = {key: _filled(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in found.items() if value not in (None, "", [], {})}
