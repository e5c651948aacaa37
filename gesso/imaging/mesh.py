"""3D models: binary glTF in and out, and a picture of one.

glTF 2.0 (Khronos, 2021). What is written is one mesh with positions, normals, texture coordinates and a JPEG texture,
in metres, y up, facing +z. What is read is checked for being such a file, and its triangles are found for a thumbnail.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import picture
from gesso.imaging.picture import Pixels
from gesso.kit.errors import BadMedia

Floats = NDArray[np.float32]

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_FLOAT, _UINT = 5126, 5125
_INDICES: dict[int, Any] = {5121: np.dtype("u1"), 5123: np.dtype("<u2"), 5125: np.dtype("<u4")}


@dataclass(frozen=True)
class Mesh:
    """`points` (N, 3), `normals` (N, 3) of length 1, `places` (N, 2) on the texture 0..1 from its top left, `faces`
    (M, 3) counter-clockwise from outside. `texture` is a picture, None for plain grey."""

    points: Floats
    normals: Floats
    places: Floats
    faces: NDArray[np.uint32]
    texture: Pixels | None


def glb(mesh: Mesh, name: str = "relief") -> bytes:
    """The mesh as a .glb file. The same mesh gives the same bytes."""
    texture = picture.jpeg(mesh.texture, quality=88) if mesh.texture is not None else b""
    parts = [
        mesh.faces.astype("<u4").tobytes(),
        mesh.points.astype("<f4").tobytes(),
        mesh.normals.astype("<f4").tobytes(),
        mesh.places.astype("<f4").tobytes(),
        texture,
    ]
    views: list[dict[str, int]] = []
    binary = bytearray()
    for part in parts:
        binary += b"\0" * (-len(binary) % 4)
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(part)})
        binary += part
    binary += b"\0" * (-len(binary) % 4)
    for view, target in zip(views[:4], (34963, 34962, 34962, 34962), strict=True):
        view["target"] = target
    count = len(mesh.points)
    material: dict[str, Any] = {"pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.9}}
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "Gesso"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [
            {
                "name": name,
                "primitives": [
                    {"attributes": {"POSITION": 1, "NORMAL": 2, "TEXCOORD_0": 3}, "indices": 0, "material": 0}
                ],
            }
        ],
        "materials": [material],
        "accessors": [
            {"bufferView": 0, "componentType": _UINT, "count": mesh.faces.size, "type": "SCALAR"},
            {
                "bufferView": 1,
                "componentType": _FLOAT,
                "count": count,
                "type": "VEC3",
                "min": [float(low) for low in mesh.points.min(0)],
                "max": [float(high) for high in mesh.points.max(0)],
            },
            {"bufferView": 2, "componentType": _FLOAT, "count": count, "type": "VEC3"},
            {"bufferView": 3, "componentType": _FLOAT, "count": count, "type": "VEC2"},
        ],
        "bufferViews": views if texture else views[:4],
        "buffers": [{"byteLength": len(binary)}],
    }
    if texture:
        material["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 0}
        document["images"] = [{"bufferView": 4, "mimeType": "image/jpeg"}]
        document["samplers"] = [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}]
        document["textures"] = [{"source": 0, "sampler": 0}]
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    length = 12 + 8 + len(text) + 8 + len(binary)
    return b"".join(
        (
            struct.pack("<III", _MAGIC, 2, length),
            struct.pack("<II", len(text), _JSON),
            text,
            struct.pack("<II", len(binary), _BIN),
            bytes(binary),
        )
    )


@dataclass(frozen=True)
class Part:
    """What of a model has one surface: its `colour` 0..1 is multiplied with the texture."""

    mesh: Mesh
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


def read(data: bytes) -> Mesh:
    """The triangles of a whole .glb file as one mesh, with its first texture. BadMedia where it is damaged or has
    none."""
    return joined(parts(data))


def joined(some: Sequence[Part]) -> Mesh:
    """The parts as one mesh, with the first of their textures."""
    starts = np.cumsum([0, *(len(part.mesh.points) for part in some)])
    return Mesh(
        np.concatenate([part.mesh.points for part in some]),
        np.concatenate([part.mesh.normals for part in some]),
        np.concatenate([part.mesh.places for part in some]),
        np.concatenate([part.mesh.faces + start for part, start in zip(some, starts, strict=False)]).astype(np.uint32),
        next((part.mesh.texture for part in some if part.mesh.texture is not None), None),
    )


def parts(data: bytes, inside: int = 1024) -> list[Part]:
    """The triangles of a .glb file, where its nodes put them; textures of at most `inside` pixels a side. BadMedia
    where it is damaged or has none."""
    try:
        magic, version, length = struct.unpack_from("<III", data)
        size, kind = struct.unpack_from("<II", data, 12)
        if (magic, version, kind) != (_MAGIC, 2, _JSON) or length > len(data):
            raise ValueError("no glTF 2.0")
        document = json.loads(data[20 : 20 + size])
        binary = data[28 + size :] if len(data) >= 28 + size else b""
        if packed := _PACKED & set(document.get("extensionsRequired", ())):
            raise BadMedia(f"This 3D model is packed by {min(packed)}, which is not read here. Export it without that.")
        looks: dict[int, Pixels] = {}
        found = [
            _part(document, binary, primitive, matrix, looks, inside)
            for number, matrix in _placed(document)
            for primitive in document["meshes"][number]["primitives"]
            if primitive.get("mode", 4) == 4
        ]
        found = [part for part in found if len(part.mesh.faces)]
        if not found:
            raise BadMedia("This 3D model holds no triangles that can be shown.")
        if not all(np.isfinite(part.mesh.points).all() for part in found):
            raise ValueError("points that are no numbers")
        return found
    except BadMedia:
        raise
    except (
        struct.error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:
        raise BadMedia("This 3D model is damaged, or not a binary glTF 2.0 file (.glb).") from error


_PACKED: Final = frozenset({"KHR_draco_mesh_compression", "EXT_meshopt_compression"})
_MOST_PLACED: Final = 10_000
"""Nodes: so many that no model needs them, and so few that a file of loops ends."""


def _placed(document: Any) -> list[tuple[int, Floats]]:
    """Each mesh by its number, with the matrix (4, 4) of each node that shows it; all of them where no node does."""
    nodes = document.get("nodes", [])
    scenes = document.get("scenes", [])
    scene = scenes[document.get("scene", 0)] if scenes else {}
    waiting = [(number, np.eye(4)) for number in scene.get("nodes", range(len(nodes)) if not scenes else ())]
    found: list[tuple[int, Floats]] = []
    seen = 0
    while waiting:
        number, above = waiting.pop()
        seen += 1
        if seen > _MOST_PLACED:
            raise ValueError("too many nodes")
        node = nodes[number]
        matrix = above @ _matrix(node)
        if "mesh" in node:
            found.append((node["mesh"], np.asarray(matrix, np.float32)))
        waiting += [(child, matrix) for child in node.get("children", ())]
    return found or [(number, np.eye(4, dtype=np.float32)) for number in range(len(document.get("meshes", ())))]


def _matrix(node: Any) -> NDArray[np.float64]:
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    made = np.eye(4)
    made[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)), np.float64)
    made[:3, 3] = node.get("translation", (0, 0, 0))
    return made


def _part(document: Any, binary: bytes, primitive: Any, matrix: Floats, looks: dict[int, Pixels], inside: int) -> Part:
    points = _floats(document, binary, primitive["attributes"]["POSITION"], 3)
    index = primitive.get("indices")
    order = _order(document, binary, index) if index is not None else np.arange(len(points), dtype=np.uint32)
    if len(order) % 3 or (len(order) and order.max() >= len(points)):
        raise ValueError("indices out of range")
    faces = order.reshape(-1, 3)
    normal, place = (primitive["attributes"].get(name) for name in ("NORMAL", "TEXCOORD_0"))
    normals = _floats(document, binary, normal, 3) if normal is not None else np.zeros_like(points)
    places = _floats(document, binary, place, 2) if place is not None else np.zeros((len(points), 2), np.float32)
    if not len(points) == len(normals) == len(places):
        raise ValueError("not one of each for each point")
    if not np.array_equal(matrix, np.eye(4)):
        points = points @ matrix[:3, :3].T + matrix[:3, 3]
        normals = np.asarray(normals @ np.linalg.pinv(matrix[:3, :3]), np.float32)
        normals = np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12), np.float32)
        if np.linalg.det(matrix[:3, :3]) < 0:
            # Mirrored: what went round one way goes round the other.
            faces = faces[:, ::-1]
    number = primitive.get("material")
    material = document["materials"][number] if number is not None else {}
    surface = material.get("pbrMetallicRoughness", {})
    texture = surface.get("baseColorTexture")
    look = _texture(document, binary, texture["index"], looks, inside) if texture and place is not None else None
    red, green, blue = (float(each) for each in surface.get("baseColorFactor", (1, 1, 1, 1))[:3])
    mesh = Mesh(
        np.asarray(points, np.float32), np.asarray(normals, np.float32), places, np.ascontiguousarray(faces), look
    )
    return Part(mesh, (red, green, blue))


def _texture(document: Any, binary: bytes, number: int, looks: dict[int, Pixels], inside: int) -> Pixels | None:
    source = document["textures"][number].get("source")
    if source is None:
        return None
    if source not in looks:
        view = document["bufferViews"][document["images"][source]["bufferView"]]
        start = view.get("byteOffset", 0)
        looks[source] = picture.load(bytes(binary[start : start + view["byteLength"]]), alpha=False, inside=inside)
    return looks[source]


_WHOLE: Final[dict[int, float]] = {5121: 255.0, 5123: 65535.0}
"""What stands for 1 where shares are written as whole numbers."""


def _floats(document: Any, binary: bytes, number: int, wide: int) -> Floats:
    accessor = document["accessors"][number]
    kind = accessor["componentType"]
    whole = _WHOLE.get(kind, 1.0) if accessor.get("normalized") else 1.0
    if accessor["type"] != f"VEC{wide}" or not (kind == _FLOAT or (wide == 2 and kind in _WHOLE and whole != 1.0)):
        raise ValueError("of another type")
    one = 4 if kind == _FLOAT else _INDICES[kind].itemsize
    view = document["bufferViews"][accessor["bufferView"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    step, count = view.get("byteStride", one * wide), accessor["count"]
    if not 0 <= count <= 20_000_000 or start < 0 or start + (count - 1) * step + one * wide > len(binary):
        raise ValueError("beyond the end")
    rows = np.lib.stride_tricks.as_strided(
        np.frombuffer(binary, np.uint8, offset=start), (count, one * wide), (step, 1)
    )
    read = np.ascontiguousarray(rows).view("<f4" if kind == _FLOAT else _INDICES[kind])
    return np.asarray(read.astype(np.float32) / np.float32(whole), np.float32)


def _order(document: Any, binary: bytes, number: int) -> NDArray[np.uint32]:
    accessor = document["accessors"][number]
    view = document["bufferViews"][accessor["bufferView"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    kind = _INDICES[accessor["componentType"]]
    return np.asarray(np.frombuffer(binary, kind, accessor["count"], start), np.uint32)


def render(
    mesh: Mesh, width: int, height: int, *, turn: float = 25.0, tilt: float = 12.0, ground: int = 238, fine: int = 2
) -> Pixels:
    """A picture (height, width, 3) of the mesh, turned by `turn` and tilted by `tilt` degrees, softly lit from the
    upper left on a light ground. Drawn `fine` times as large and averaged."""
    middle = (mesh.points.min(0) + mesh.points.max(0)) / 2
    # The sphere around it fits at any turn.
    reach = max(float(np.linalg.norm(mesh.points - middle, axis=1).max()), 1e-6)
    a, b = np.deg2rad(turn), np.deg2rad(tilt)
    about = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    over = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    spin = (over @ about).astype(np.float32)
    points = (mesh.points - middle) @ spin.T
    wide, high = width * fine, height * fine
    # A long lens, 4.5 radii away.
    away = 4.5 * reach
    scale = 0.5 * min(wide, high) / reach * 0.95
    grow = away / (away - points[:, 2])
    x, y = wide / 2 + points[:, 0] * grow * scale, high / 2 - points[:, 1] * grow * scale
    z = points[:, 2]
    corners = mesh.faces.astype(np.int64)
    ax, bx, cx = (x[corners[:, i]] for i in range(3))
    ay, by, cy = (y[corners[:, i]] for i in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    # Screen y runs down, so that what faces us goes the other way round.
    front = area < -1e-9
    corners, area = corners[front], area[front]
    depth = np.full(high * wide, -np.inf, np.float32)
    who = np.full(high * wide, -1, np.int64)
    _covered(corners, x, y, z, wide, high, depth, who)
    seen = np.flatnonzero(who >= 0)
    image = np.full((high * wide, 3), ground, np.float32)
    light = np.array([-0.45, 0.65, 0.62], np.float32)
    light /= np.linalg.norm(light)
    if len(seen):
        triangle = corners[who[seen]]
        px, py = (seen % wide + 0.5).astype(np.float32), (seen // wide + 0.5).astype(np.float32)
        one, two, three = _shares(triangle, x, y, px, py)
        normals = mesh.normals if np.abs(mesh.normals).sum() else _own_normals(mesh)
        turned = normals @ spin.T
        normal = turned[triangle[:, 0]] * one + turned[triangle[:, 1]] * two + turned[triangle[:, 2]] * three
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        shade = 0.5 + 0.6 * np.clip(normal @ light, 0, 1)
        colour = np.full((len(seen), 3), 205, np.float32)
        if mesh.texture is not None:
            place = (
                mesh.places[triangle[:, 0]] * one
                + mesh.places[triangle[:, 1]] * two
                + mesh.places[triangle[:, 2]] * three
            )
            tall, broad = mesh.texture.shape[:2]
            u = np.clip(place[:, 0] * broad - 0.5, 0, broad - 1).astype(np.float32)
            v = np.clip(place[:, 1] * tall - 0.5, 0, tall - 1).astype(np.float32)
            # cv2.remap takes no more than 32,767 places a side.
            rows = -(-len(u) // 4096)
            pad = rows * 4096 - len(u)
            u, v = (np.pad(each, (0, pad)).reshape(rows, 4096) for each in (u, v))
            taken = cv2.remap(mesh.texture[..., :3], u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            colour = taken.reshape(-1, 3)[: len(seen)].astype(np.float32)
        image[seen] = np.clip(colour * shade[:, None], 0, 255)
    made = image.reshape(high, wide, 3)
    return np.asarray(np.rint(cv2.resize(made, (width, height), interpolation=cv2.INTER_AREA)), np.uint8)


def _covered(
    corners: NDArray[np.int64],
    x: Floats,
    y: Floats,
    z: Floats,
    wide: int,
    high: int,
    depth: Floats,
    who: NDArray[np.int64],
) -> None:
    """Finds for each pixel the nearest triangle: small ones all at once, by the size of their boxes."""
    px, py = x[corners], y[corners]
    left = np.clip(np.floor(px.min(1)), 0, wide - 1).astype(np.int64)
    top = np.clip(np.floor(py.min(1)), 0, high - 1).astype(np.int64)
    right = np.clip(np.ceil(px.max(1)), 0, wide).astype(np.int64)
    bottom = np.clip(np.ceil(py.max(1)), 0, high).astype(np.int64)
    across, down = np.maximum(right - left, 0), np.maximum(bottom - top, 0)
    size = np.maximum(across, down)
    for low, limit in ((0, 2), (2, 4), (4, 8), (8, 16), (16, 64), (64, 1 << 30)):
        group = np.flatnonzero((size > low) & (size <= limit))
        if not len(group):
            continue
        side = int(size[group].max())
        # So many at a time that a batch stays within some hundred megabytes.
        batch = max(1, 2_000_000 // (side * side))
        offset_y, offset_x = (grid.reshape(-1) for grid in np.mgrid[0:side, 0:side])
        for start in range(0, len(group), batch):
            some = group[start : start + batch]
            column = left[some, None] + offset_x
            row = top[some, None] + offset_y
            there = (offset_x < across[some, None]) & (offset_y < down[some, None])
            triangle = np.broadcast_to(some[:, None], there.shape)[there]
            column, row = column[there], row[there]
            which = corners[triangle]
            one, two, three = _shares(which, x, y, column + 0.5, row + 0.5)
            inside = (one[:, 0] >= -1e-5) & (two[:, 0] >= -1e-5) & (three[:, 0] >= -1e-5)
            which, triangle = which[inside], triangle[inside]
            near = (z[which] * np.hstack([one, two, three])[inside]).sum(1).astype(np.float32)
            pixel = (row * wide + column)[inside]
            order = np.argsort(near, kind="stable")
            pixel, near, triangle = pixel[order], near[order], triangle[order]
            closer = near > depth[pixel]
            depth[pixel[closer]], who[pixel[closer]] = near[closer], triangle[closer]


def _shares(
    corners: NDArray[np.int64], x: Floats, y: Floats, px: NDArray[np.floating], py: NDArray[np.floating]
) -> tuple[Floats, Floats, Floats]:
    """How near each point is to the triangle's three corners, (N, 1) each, in sum 1."""
    ax, bx, cx = (x[corners[:, i]] for i in range(3))
    ay, by, cy = (y[corners[:, i]] for i in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    one = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area
    two = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area
    one, two = one.astype(np.float32)[:, None], two.astype(np.float32)[:, None]
    return one, two, 1 - one - two


def _own_normals(mesh: Mesh) -> Floats:
    a, b, c = (mesh.points[mesh.faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    total = np.zeros_like(mesh.points)
    for i in range(3):
        np.add.at(total, mesh.faces[:, i], across)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9), np.float32)
