"""Unsplash's and Pexels's searches, as strict as their own: headers, page sizes, and who was told of a download.

Written from their documents of 2026, apart from the client. What is shown lies at their own addresses, the file that is
taken lies here.
"""

import io
from abc import abstractmethod
from typing import Any
from urllib.parse import parse_qs

from PIL import Image

from gesso.dev.fakes.server import Answered, Asked, Fake

TOTAL = 60


def picture(number: int) -> bytes:
    """A photograph, another for each number."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((300 + number, 200)).save(out, "JPEG")
    return out.getvalue()


class Window(Fake):
    """What both have in common. `told` counts the downloads that it was told of."""

    searches: str
    photos: str
    most: int
    shapes: frozenset[str]

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.told: list[str] = []

    def costs(self, asked: Asked) -> bool:
        return False

    @abstractmethod
    def authorized(self, asked: Asked) -> bool:
        """Whether the key is there as this one wants it."""

    @abstractmethod
    def photo(self, number: int) -> dict[str, Any]:
        """One photograph as this one tells of it."""

    @abstractmethod
    def page(self, numbers: list[int], page: int, size: int) -> dict[str, Any]:
        """A page of what was found."""

    @abstractmethod
    def unauthorized(self) -> Answered:
        """What a wrong key is told."""

    def answer(self, asked: Asked, way: str) -> Answered:
        if asked.path.startswith("/files/"):
            if "authorization" in asked.headers:
                self.wrong.append("a key was sent to where files lie")
            number = int(asked.path.removeprefix("/files/").removesuffix(".jpeg"))
            return Answered(200, picture(number), {"content-type": "image/jpeg"})
        if asked.method != "GET":
            return Answered(405)
        if not self.authorized(asked):
            return self.unauthorized()
        if way == "limit":
            return self.limited()
        if way == "500":
            return Answered(500, b"oops")
        if asked.path == self.searches:
            return self._search({name: values[-1] for name, values in parse_qs(asked.query).items()})
        return self.other(asked)

    def other(self, asked: Asked) -> Answered:
        id = asked.path.removeprefix(self.photos)
        number = self.number(id)
        return Answered.of(200, self.photo(number)) if number is not None else Answered.of(404, {"errors": ["none"]})

    @abstractmethod
    def number(self, id: str) -> int | None:
        """Which photograph an id stands for; None for none."""

    def limited(self) -> Answered:
        return Answered.of(429, {"error": "Too Many Requests"}, x_ratelimit_remaining="0")

    def _search(self, asked: dict[str, str]) -> Answered:
        self.wrong += [f"{name}: unknown" for name in asked if name not in ("query", "page", "per_page", "orientation")]
        size, page = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
        if not asked.get("query"):
            return Answered.of(400, {"errors": ["query is missing"]})
        if not 1 <= size <= self.most or page < 1:
            self.wrong.append("per_page: too many")
        if (shape := asked.get("orientation")) is not None and shape not in self.shapes:
            self.wrong.append(f"orientation: {shape} is none")
            return Answered.of(400, {"errors": [f"{shape} is not a valid orientation"]})
        numbers = [] if asked["query"] == "nothing" else list(range((page - 1) * size, min(page * size, TOTAL)))
        self.orders.append(asked)
        return Answered.of(200, self.page(numbers, page, size), x_ratelimit_remaining="40", x_ratelimit_limit="50")


class Unsplash(Window):
    searches = "/search/photos"
    photos = "/photos/"
    most = 30
    shapes = frozenset(("landscape", "portrait", "squarish"))

    def authorized(self, asked: Asked) -> bool:
        if asked.headers.get("accept-version") != "v1":
            self.wrong.append("Accept-Version: v1 is missing")
        return asked.headers.get("authorization") == f"Client-ID {self.key}"

    def unauthorized(self) -> Answered:
        return Answered.of(401, {"errors": ["OAuth error: The access token is invalid"]})

    def limited(self) -> Answered:
        return Answered(403, b"Rate Limit Exceeded", {"x-ratelimit-remaining": "0"})

    def number(self, id: str) -> int | None:
        return int(id[3:]) if id.startswith("un-") and id[3:].isdigit() else None

    def other(self, asked: Asked) -> Answered:
        if asked.path.startswith("/photos/") and asked.path.endswith("/download"):
            id = asked.path.removeprefix("/photos/").removesuffix("/download")
            if parse_qs(asked.query).get("ixid") != [f"track-{id}"]:
                self.wrong.append("download_location was not asked as it was told")
            self.told.append(id)
            return Answered.of(200, {"url": f"{self.url}/files/{self.number(id)}.jpeg"})
        return super().other(asked)

    def photo(self, number: int) -> dict[str, Any]:
        id, place = f"un-{number}", f"https://images.unsplash.com/photo-{number}?ixid=x"
        return {
            "id": id,
            "slug": f"a-photo-{id}",
            "width": 300 + number,
            "height": 200,
            "color": "#8c7a5b",
            "blur_hash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "description": None,
            "alt_description": f"grey hills number {number}",
            "urls": {name: f"{place}&w={width}" for name, width in (
                ("raw", 9000), ("full", 8000), ("regular", 1080), ("small", 400), ("thumb", 200))},
            "links": {
                "self": f"{self.url}/photos/{id}",
                "html": f"https://unsplash.com/photos/a-photo-{id}",
                "download": f"https://unsplash.com/photos/{id}/download",
                "download_location": f"{self.url}/photos/{id}/download?ixid=track-{id}",
            },
            "user": {
                "id": "u1",
                "username": "ansel",
                "name": "Ansel <i>Adams",
                "links": {"html": "https://unsplash.com/@ansel", "self": f"{self.url}/users/ansel"},
            },
        }  # fmt: skip

    def page(self, numbers: list[int], page: int, size: int) -> dict[str, Any]:
        total = TOTAL if numbers else 0
        return {"total": total, "total_pages": -(-total // size), "results": [self.photo(each) for each in numbers]}


class Pexels(Window):
    searches = "/v1/search"
    photos = "/v1/photos/"
    most = 80
    shapes = frozenset(("landscape", "portrait", "square"))

    def authorized(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == self.key

    def unauthorized(self) -> Answered:
        return Answered.of(401, {"error": "Invalid API key"})

    def number(self, id: str) -> int | None:
        return int(id) - 1000 if id.isdigit() and int(id) >= 1000 else None

    def photo(self, number: int) -> dict[str, Any]:
        id = 1000 + number
        place = f"https://images.pexels.com/photos/{id}/pexels-photo-{id}.jpeg"
        sizes = ("large2x", "large", "medium", "small", "portrait", "landscape", "tiny")
        return {
            "id": id,
            "width": 300 + number,
            "height": 200,
            "url": f"https://www.pexels.com/photo/hills-{id}/",
            "photographer": "Dorothea Lange",
            "photographer_url": "https://www.pexels.com/@dorothea",
            "photographer_id": 680589,
            "avg_color": "#978E82",
            "src": {"original": f"{self.url}/files/{number}.jpeg"} | {size: f"{place}?{size}" for size in sizes},
            "liked": False,
            "alt": f"Grey hills {number}",
        }

    def page(self, numbers: list[int], page: int, size: int) -> dict[str, Any]:
        total = TOTAL if numbers else 0
        photos = [self.photo(each) for each in numbers]
        told = {"page": page, "per_page": size, "photos": photos, "total_results": total}
        return told | ({"next_page": f"{self.url}/v1/search?page={page + 1}"} if page * size < total else {})
