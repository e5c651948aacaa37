"""How good models are, and what they charge: every name that is graded is one that is offered."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from gesso import catalog

SHELF = catalog.load({}, Path("no models"))
GRADES: dict[str, dict[str, Any]] = tomllib.loads(files("gesso.catalog").joinpath("grades.toml").read_text("utf-8"))


def test_what_is_graded_is_offered_and_every_house_says_by_what() -> None:
    offered = {provider.name: {offer.model for offer in SHELF.listed(provider)} for provider in SHELF.providers}
    for provider, told in GRADES.items():
        assert len(told["source"]) > 20, provider
        assert set(told["models"]) - offered[provider] == set(), provider
        assert {told["usual"], *told["models"].values()} <= {1, 2, 3, 4, 5}, provider
    hosted = {name for name, models in offered.items() if models and name != "local"}
    assert hosted <= GRADES.keys()


def test_grades_part_what_a_house_sells_and_no_key_is_no_match_for_one() -> None:
    every = [offer for provider in SHELF.providers for offer in SHELF.listed(provider)]
    for provider in ("wavespeed", "fal", "replicate", "stability", "openai", "google"):
        assert len({offer.quality for offer in every if offer.provider == provider}) >= 3, provider
    grade = {offer.id: offer.quality for offer in every}
    assert grade["wavespeed/flux-schnell"] < grade["wavespeed/flux-dev"] < grade["wavespeed/flux-1.1-pro"]
    assert grade["wavespeed/flux-1.1-pro"] < grade["wavespeed/flux-1.1-pro-ultra"] == 5
    assert grade["local/sketchbook"] == 1
    films = [offer for offer in every if offer.request.op == "video.from_text"]
    assert min(films, key=lambda offer: offer.quality).provider == "local"
