"""Stripe's own minor units: the decimals of a currency as its interface counts them, which are not always the ISO's.

Source: https://docs.stripe.com/currencies (zero-decimal list, three-decimal rule, special cases) and
https://support.stripe.com/questions/deprecation-of-fractional-isk-charges-and-refunds; read 2026-11-22.
"""

from recourse.money import EXPONENTS, Money

# Without decimals in the interface. UGX is on the list too, but the special cases of the same page say two decimals.
_NONE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD JOD KWD OMR TND".split())
_WHOLE_AS_HUNDRED = frozenset({"ISK"})  # no decimals by now, still sent as if it had two: 5 ISK is 500
# What the page says about these contradicts itself, by a factor of 100: such a payment is refunded by another route.
_UNCLEAR = frozenset({"UGX"})


def known(currency: str) -> bool:
    """Whether we are sure in which unit an amount of the currency is sent."""
    if currency in _UNCLEAR or currency not in EXPONENTS:
        return False
    return EXPONENTS[currency] == 2 or currency in _NONE | _THREE | _WHOLE_AS_HUNDRED


def step(currency: str) -> int:
    """The smallest amount in ISO minor units that can be sent: 10 fils of a dinar, 100 iraimbilanja of an ariary."""
    if currency in _THREE:
        return 10
    return 100 if currency in _NONE and EXPONENTS[currency] == 2 else 1


def to_stripe(money: Money) -> int:
    """The number that Stripe takes for an amount. Raises ValueError where it cannot say the amount exactly."""
    if not known(money.currency):
        raise ValueError(f"it is not clear in which unit {money.currency} is sent")
    if money.minor % step(money.currency):
        raise ValueError(f"{money} cannot be sent exactly")
    if money.currency in _WHOLE_AS_HUNDRED:
        return money.minor * 100
    return money.minor // 100 if money.currency in _NONE and EXPONENTS[money.currency] == 2 else money.minor


def from_stripe(number: int, code: str) -> Money | None:
    """The amount that Stripe means by a number and a code in small letters; None where we cannot be sure."""
    currency = code.upper()
    if not known(currency):
        return None
    if currency in _WHOLE_AS_HUNDRED:
        whole, part = divmod(number, 100)
        return None if part else Money(whole, currency)
    return Money(number * (100 if currency in _NONE and EXPONENTS[currency] == 2 else 1), currency)
