"""What providers charge: dated data with its source, in `prices.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from gesso.kit.money import Credits, credits


@dataclass(frozen=True)
class Book:
    """The prices of one provider, as its `source` told them on that `day`. 1 credit is US$0.01."""

    day: date
    source: str
    models: Mapping[str, float]

    def of(self, model: str, count: int = 1) -> Credits:
        return Credits(credits(self.models[model]) * count)


@cache
def book(provider: str) -> Book:
    """KeyError for a provider that charges nothing that we know of."""
    with (Path(__file__).parent / "prices.toml").open("rb") as file:
        told = tomllib.load(file)[provider]
    return Book(told["day"], told["source"], told["models"])
