"""The forms in which what is owed comes back, as far as it matters that one of them is not money."""

from __future__ import annotations

IN_KIND = ("credits", "wallet", "exchange")  # of `form:`; whoever gets these gets no money
