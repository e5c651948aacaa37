"""3D models for other programs: Wavefront OBJ, STL and PLY, and what can be told of a body.

glTF is in metres with y up. OBJ stays so, as most programs expect it. STL and PLY go to printers and scanners, which
count in millimetres and have z up.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gesso.imaging import mesh, picture
from gesso.imaging.mesh import Mesh, Part
from gesso.kit.media import Media

Kind = Literal["glb", "obj", "stl", "ply"]
Floats = NDArray[np.float32]
TYPES: Final = {"obj": "application/zip", "stl": "model/stl", "ply": "model/ply"}
WHEN: Final = (1980, 1, 1, 0, 0, 0)
"""Of the files in a ZIP, so that the same model gives the same bytes."""


@dataclass(frozen=True)
class Facts:
    """`size` is width, height and depth in metres; a `closed` body has no hole, and could be printed."""

    vertices: int
    triangles: int
    size: tuple[float, float, float]
    closed: bool


def facts(body: Mesh) -> Facts:
    across, up, deep = (round(float(side), 5) for side in np.ptp(body.points, axis=0))
    return Facts(len(body.points), len(body.faces), (across, up, deep), closed(body))


def closed(body: Mesh) -> bool:
    """Whether each edge has just two faces, which run it in opposite ways. Points at one place are one: models are cut
    open where their texture is."""
    _, number = np.unique(np.round(body.points.astype(np.float64), 7), axis=0, return_inverse=True)
    faces = number.reshape(-1)[body.faces.astype(np.int64)]
    # A face without area, of two points, has no sides.
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    size = len(body.points)
    ways = np.sort(pairs[:, 0] * size + pairs[:, 1])
    back = np.sort(pairs[:, 1] * size + pairs[:, 0])
    return bool(len(ways) and (ways == back).all() and (ways[1:] != ways[:-1]).all())


def cast(data: bytes, kind: Kind, name: str, long: float | None = None) -> Media:
    """A .glb file as another kind, `long` millimetres at its longest where that is told. An OBJ comes as a ZIP, with
    its surfaces and textures. BadMedia for what is no such file."""
    if kind == "glb":
        return Media(data, "model/gltf-binary")
    some = mesh.parts(data, inside=4096)
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")[:60] or "model"
    reach = max(float(np.ptp(np.concatenate([part.mesh.points for part in some]), axis=0).max()), 1e-9)
    scale = 1.0 if long is None else long / 1000 / reach
    if kind == "obj":
        return Media(_obj(some, stem, scale), TYPES[kind])
    if kind == "stl":
        return Media(_stl(mesh.joined(some), scale), TYPES[kind])
    return Media(_ply(some, scale), TYPES[kind])


def _upwards(points: Floats, scale: float) -> Floats:
    """In millimetres, z up and the front towards -y."""
    return np.asarray(np.stack([points[:, 0], -points[:, 2], points[:, 1]], 1) * np.float32(1000 * scale), "<f4")


def _obj(some: Sequence[Part], stem: str, scale: float) -> bytes:
    out, looks = io.BytesIO(), io.StringIO()
    lines = io.StringIO()
    lines.write(f"# metres, y up\nmtllib {stem}.mtl\no {stem}\n")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        start = 1
        for number, part in enumerate(some, 1):
            surface = f"surface_{number}"
            looks.write(f"newmtl {surface}\nKd {' '.join(f'{each:.6g}' for each in part.colour)}\nNs 10\nillum 2\n")
            if part.mesh.texture is not None:
                looks.write(f"map_Kd {stem}_{number}.jpg\n")
                _into(file, f"{stem}_{number}.jpg", picture.jpeg(part.mesh.texture, quality=92))
            body = part.mesh
            _rows(lines, "v %.7g %.7g %.7g", body.points * np.float32(scale))
            # The first row of a texture is at its top in glTF, and at its foot here.
            _rows(lines, "vt %.6g %.6g", np.stack([body.places[:, 0], 1 - body.places[:, 1]], 1))
            bent = bool(np.abs(body.normals).sum())
            if bent:
                _rows(lines, "vn %.5g %.5g %.5g", body.normals)
            lines.write(f"usemtl {surface}\n")
            corners = body.faces.astype(np.int64) + start
            form = "f %d/%d/%d %d/%d/%d %d/%d/%d" if bent else "f %d/%d %d/%d %d/%d"
            _rows(lines, form, np.repeat(corners, 3 if bent else 2, axis=1))
            start += len(body.points)
        _into(file, f"{stem}.obj", lines.getvalue().encode())
        _into(file, f"{stem}.mtl", looks.getvalue().encode())
    return out.getvalue()


def _into(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    file.writestr(zipfile.ZipInfo(name, WHEN), data, zipfile.ZIP_DEFLATED)


def _rows(lines: io.StringIO, form: str, rows: NDArray[np.generic]) -> None:
    lines.write("".join(f"{form % tuple(row)}\n" for row in rows.tolist()))


def _stl(body: Mesh, scale: float) -> bytes:
    points = _upwards(body.points, scale)
    corners = points[body.faces.astype(np.int64)]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-20)
    rows = np.zeros(len(corners), np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")]))
    rows["normal"], rows["corners"] = across, corners
    return b"Gesso: binary STL, millimetres, z up".ljust(80) + np.uint32(len(rows)).tobytes() + rows.tobytes()


def _ply(some: Sequence[Part], scale: float) -> bytes:
    whole = mesh.joined(some)
    kind = np.dtype([("place", "<f4", 3), ("normal", "<f4", 3), ("colour", "u1", 3)])
    points = np.zeros(len(whole.points), kind)
    points["place"] = _upwards(whole.points, scale)
    points["normal"] = _upwards(whole.normals, 0.001)
    points["colour"] = np.concatenate([_colours(part) for part in some])
    faces = np.zeros(len(whole.faces), np.dtype([("count", "u1"), ("corners", "<i4", 3)]))
    faces["count"], faces["corners"] = 3, whole.faces
    names = [f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz")]
    names += [f"property uchar {name}" for name in ("red", "green", "blue")]
    head = [
        *("ply", "format binary_little_endian 1.0", "comment millimetres, z up"),
        *(f"element vertex {len(points)}", *names),
        *(f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"),
    ]
    return "\n".join([*head, ""]).encode() + points.tobytes() + faces.tobytes()


def _colours(part: Part) -> NDArray[np.uint8]:
    """Of each point, from the texture where it lies on it."""
    tint = np.clip(np.array(part.colour), 0, 1)
    look = part.mesh.texture
    if look is None:
        return np.broadcast_to(np.rint(tint * 255), (len(part.mesh.points), 3)).astype(np.uint8)
    tall, broad = look.shape[:2]
    places = part.mesh.places - np.floor(part.mesh.places) * (np.abs(part.mesh.places - 0.5) > 0.5)
    x = np.clip((places[:, 0] * broad).astype(np.int64), 0, broad - 1)
    y = np.clip((places[:, 1] * tall).astype(np.int64), 0, tall - 1)
    return np.asarray(np.rint(look[y, x, :3] * tint), np.uint8)
