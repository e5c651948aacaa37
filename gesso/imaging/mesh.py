"""3D models: binary glTF in and out, and a picture of one.

glTF 2.0 (Khronos, 2021). What is written is one mesh with positions, normals, texture coordinates and a JPEG texture,
in metres, y up, facing +z. What is read is checked for being such a file, and its triangles are found for a thumbnail.
"""

import json
import struct
from dataclasses import dataclass
from typing import Any

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


def read(data: bytes) -> Mesh:
    """The triangles of all meshes of a .glb file, as they lie in it. BadMedia where it is damaged or has none."""
    try:
        magic, version, length = struct.unpack_from("<III", data)
        size, kind = struct.unpack_from("<II", data, 12)
        if (magic, version, kind) != (_MAGIC, 2, _JSON) or length > len(data):
            raise ValueError("no glTF 2.0")
        document = json.loads(data[20 : 20 + size])
        binary = data[28 + size :] if len(data) >= 28 + size else b""
        points, normals, places, faces, texture = [], [], [], [], None
        total = 0
        for mesh in document.get("meshes", ()):
            for part in mesh["primitives"]:
                if part.get("mode", 4) != 4:
                    continue
                where = _floats(document, binary, part["attributes"]["POSITION"], 3)
                index = part.get("indices")
                order = _order(document, binary, index) if index is not None else np.arange(len(where), dtype=np.uint32)
                if len(order) % 3 or (len(order) and order.max() >= len(where)):
                    raise ValueError("indices out of range")
                points.append(where)
                faces.append(order.reshape(-1, 3) + total)
                total += len(where)
                normal = part["attributes"].get("NORMAL")
                normals.append(_floats(document, binary, normal, 3) if normal is not None else np.zeros_like(where))
                place = part["attributes"].get("TEXCOORD_0")
                flat = np.zeros((len(where), 2), np.float32)
                places.append(_floats(document, binary, place, 2) if place is not None else flat)
        for image in document.get("images", ())[:1]:
            view = document["bufferViews"][image["bufferView"]]
            start = view.get("byteOffset", 0)
            texture = picture.load(bytes(binary[start : start + view["byteLength"]]), alpha=False, inside=1024)
        if not points or not sum(map(len, faces)):
            raise BadMedia("This 3D model holds no triangles that can be shown.")
        every = np.concatenate(points)
        if not np.isfinite(every).all():
            raise ValueError("points that are no numbers")
        return Mesh(every, np.concatenate(normals), np.concatenate(places), np.concatenate(faces), texture)
    except BadMedia:
        raise
    except (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise BadMedia("This 3D model is damaged, or not a binary glTF 2.0 file (.glb).") from error


def _floats(document: Any, binary: bytes, number: int, wide: int) -> Floats:
    accessor = document["accessors"][number]
    if accessor["componentType"] != _FLOAT or accessor["type"] != f"VEC{wide}":
        raise ValueError("of another type")
    view = document["bufferViews"][accessor["bufferView"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    step, count = view.get("byteStride", 4 * wide), accessor["count"]
    if not 0 <= count <= 20_000_000 or start < 0 or start + (count - 1) * step + 4 * wide > len(binary):
        raise ValueError("beyond the end")
    rows = np.lib.stride_tricks.as_strided(np.frombuffer(binary, np.uint8, offset=start), (count, 4 * wide), (step, 1))
    return np.ascontiguousarray(rows).view("<f4").astype(np.float32)


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
