"""What providers charge, and how good their models are: data with its source, in `prices.toml` and `grades.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

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
    told = _data("prices.toml")[provider]
    return Book(told["day"], told["source"], told["models"])


def grade(provider: str, model: str) -> int:
    """How good a model is, from 1 to 5; 3 for one of which nothing is known."""
    told = _data("grades.toml").get(provider, {})
    return int(told.get("models", {}).get(model, told.get("usual", 3)))


@cache
def _data(name: str) -> dict[str, Any]:
    with (Path(__file__).parent / name).open("rb") as file:
        return tomllib.load(file)
