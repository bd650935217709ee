"""Money sent back once: the machine of a payout, the plan over several payments, the postings, the providers."""
