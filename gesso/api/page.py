"""The web studio: one page and what it loads, as the build left them.

All of it is read at the start. So a name is looked up and never becomes a path, and a build that runs meanwhile does
not leave a page half old and half new.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ENCODINGS: Final = {"br": ".br", "gzip": ".gz", "identity": ""}
"""How a body may be packed, the best first, and what the build calls such a file."""
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
SERVED_ELSEWHERE: Final = frozenset({"api", "v1", "sign-in"})
THEME: Final = "theme.css"
"""The one file that a studio may write itself, to look as it likes."""

POLICY: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: "
        # What Unsplash and Pexels show is shown from there: the rules of the former ask for that.
        "https://images.unsplash.com https://images.pexels.com; media-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(self), accelerometer=(), browsing-topics=(), display-capture=(), encrypted-media=(), "
        "geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(self), midi=(), "
        "payment=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One file of the web. `bodies` are its bytes in each encoding that there is, in the order of `ENCODINGS`."""

    type: str
    cache: str
    bodies: Mapping[str, bytes]
    status: int = 200

    @property
    def headers(self) -> dict[str, str]:
        policy = POLICY if self.type == TYPES[".html"] else {}
        return {"Content-Type": self.type, "Cache-Control": self.cache, "Vary": "Accept-Encoding"} | policy


EMPTY: Final = Leaf(TYPES[".css"], "no-cache", {"identity": b""})
UNBUILT: Final = Leaf(
    TYPES[".html"],
    "no-store",
    {
        "identity": b"<!doctype html><html lang=en><meta charset=utf-8>"
        b"<meta name=viewport content='width=device-width'><title>Gesso</title><h1>The page was not built</h1>"
        b"<p>This studio works, but its page is missing. <code>make run</code> in the checkout builds it.</p>"
        b"<p>The <a href=/api/docs>API</a> and the command line are there meanwhile.</p></html>"
    },
    503,
)

UNBUILT_SHARED: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8" /><meta name="gesso-head" content="" /></head>'
    "<body><h1>The page was not built</h1></body></html>"
)


class Web:
    """What is answered where no route is: a built file by its name, and the page itself for every place in it.
    What is neither goes on to `otherwise`."""

    def __init__(self, folder: Path, otherwise: ASGIApp) -> None:
        self._leaves = dict(_leaves(folder))
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        leaf = self._leaf(scope["path"].removeprefix("/")) if asked else None
        answer = self._otherwise if leaf is None else _answer(leaf, Request(scope))
        await answer(scope, receive, send)

    def _leaf(self, path: str) -> Leaf | None:
        if path.partition("/")[0] in SERVED_ELSEWHERE:
            return None
        if path in self._leaves:
            return self._leaves[path]
        if path == THEME:
            return EMPTY
        return None if "." in path.rpartition("/")[2] else self._leaves.get("index.html", UNBUILT)


def built() -> Path:
    """Where the built web lies: in the package, or in the checkout that the package stands in."""
    package = Path(__file__).parents[1]
    return package / "web" if (package / "web").is_dir() else package.parent / "web" / "dist"


def shared(folder: Path) -> str:
    """The page for whoever comes by a link, in whose head a board says what it is."""
    built = folder / "shared.html"
    return built.read_text() if built.is_file() else UNBUILT_SHARED


def _leaves(folder: Path) -> Iterator[tuple[str, Leaf]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name.startswith(".") or path.suffix in (".br", ".gz"):
            continue
        packed = {encoding: path.with_name(path.name + end) for encoding, end in ENCODINGS.items()}
        yield (
            name,
            Leaf(
                TYPES.get(path.suffix, "application/octet-stream"),
                # The build puts a digest of the content into these names.
                "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache",
                {encoding: file.read_bytes() for encoding, file in packed.items() if file.is_file()},
            ),
        )


def _answer(leaf: Leaf, request: Request) -> Response:
    encoding = _chosen(request.headers.get("accept-encoding", ""), leaf)
    body = leaf.bodies[encoding]
    headers = leaf.headers | {"ETag": f'"{sha256(body).hexdigest()[:32]}"'}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if leaf.status == 200 and known & {headers["ETag"], "*"}:
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, leaf.status, headers)


def _chosen(accepted: str, leaf: Leaf) -> str:
    """Of the encodings that there are, the one that the reader wants most; the better one where it wants two alike."""
    wanted: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        told = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
        wanted[name.strip()] = float(told[1]) if told else float(not weight)
    best = max(leaf.bodies, key=lambda encoding: wanted.get(encoding, wanted.get("*", 0.0)))
    return best if wanted.get(best, wanted.get("*", 0.0)) > 0 else "identity"
