"""The purse of a team: reserve before, settle after."""

from gesso.credits.ledger import Balance, balance, grant, limit, open_purse, reserve, settle, spent, unlimit

__all__ = ["Balance", "balance", "grant", "limit", "open_purse", "reserve", "settle", "spent", "unlimit"]
