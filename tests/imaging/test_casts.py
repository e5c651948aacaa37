"""3D models for other programs, each read back here as such a program reads it: in its units, and the right way up."""

import io
import json
import struct
import zipfile
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from gesso.imaging import casts, mesh, relief
from gesso.imaging.mesh import Mesh
from gesso.kit.errors import BadMedia
from tests.imaging.photos import photo

Floats = NDArray[np.floating[Any]]


def box() -> Mesh:
    """0.2 m wide, 0.4 high, 0.1 deep: closed, each face with points of its own, red above and blue below."""
    sides = []
    for axis in range(3):
        for way in (-1, 1):
            u, v = ((axis + 1) % 3, (axis + 2) % 3) if way > 0 else ((axis + 2) % 3, (axis + 1) % 3)
            corners = np.zeros((4, 3), np.float32)
            corners[:, axis] = way
            corners[:, u], corners[:, v] = (-1, 1, 1, -1), (-1, -1, 1, 1)
            sides.append((corners, axis, way))
    points = np.concatenate([corners for corners, _, _ in sides]) * np.array([0.1, 0.2, 0.05], np.float32)
    normals = np.concatenate([np.eye(3, dtype=np.float32)[[axis] * 4] * way for _, axis, way in sides])
    quads = np.arange(24, dtype=np.uint32).reshape(6, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    places = np.stack([np.full(24, 0.5), np.where(points[:, 1] > 0, 0.1, 0.9)], 1).astype(np.float32)
    look = np.zeros((32, 32, 3), np.uint8)
    look[:16], look[16:] = (220, 20, 20), (20, 20, 220)
    return Mesh(points, normals, places, faces, look)


def volume(points: Floats, faces: NDArray[np.integer[Any]]) -> float:
    a, b, c = (points[faces[:, k]].astype(np.float64) for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def read_stl(data: bytes) -> tuple[Floats, Floats]:
    (count,) = struct.unpack_from("<I", data, 80)
    assert len(data) == 84 + 50 * count
    rows = np.frombuffer(data, np.dtype([("n", "<f4", 3), ("c", "<f4", (3, 3)), ("a", "<u2")]), offset=84)
    return rows["n"], rows["c"]


def read_ply(data: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    head, _, rest = data.partition(b"end_header\n")
    lines = head.decode().splitlines()
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    points, faces = (int(line.split()[2]) for line in lines if line.startswith("element"))
    names = {"float": "<f4", "uchar": "u1"}
    kind = [
        (line.split()[2], names[line.split()[1]]) for line in lines if line.startswith(("property f", "property u"))
    ]
    vertices = np.frombuffer(rest, np.dtype(kind), points)
    corners = np.frombuffer(rest, np.dtype([("n", "u1"), ("c", "<i4", 3)]), faces, vertices.nbytes)
    assert len(rest) == vertices.nbytes + corners.nbytes
    assert set(corners["n"]) == {3}
    return vertices, corners["c"]


def read_obj(data: bytes) -> tuple[Floats, Floats, NDArray[np.int64], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        files = {name: file.read(name) for name in file.namelist()}
    (name,) = (name for name in files if name.endswith(".obj"))
    rows = [line.split() for line in files[name].decode().splitlines()]
    points = np.array([row[1:] for row in rows if row[0] == "v"], float)
    places = np.array([row[1:] for row in rows if row[0] == "vt"], float)
    corners = [[[int(part) for part in corner.split("/")] for corner in row[1:]] for row in rows if row[0] == "f"]
    faces = np.array(corners)
    assert (faces[..., 0] == faces[..., 1]).all()
    (library,) = (row[1] for row in rows if row[0] == "mtllib")
    assert {row[1] for row in rows if row[0] == "usemtl"} <= set(files[library].decode().split())
    return points, places, faces[..., 0] - 1, files


def test_a_box_is_the_same_box_in_every_format() -> None:
    body = box()
    data = mesh.glb(body)
    facts = casts.facts(mesh.read(data))
    assert (facts.vertices, facts.triangles, facts.closed) == (24, 12, True)
    assert facts.size == pytest.approx((0.2, 0.4, 0.1))

    normals, corners = read_stl(casts.cast(data, "stl", "a box").data)
    # Millimetres, z up, the front towards -y.
    assert np.ptp(corners.reshape(-1, 3), axis=0) == pytest.approx([200, 100, 400], abs=0.01)
    assert volume(corners.reshape(-1, 3), np.arange(36).reshape(12, 3)) == pytest.approx(200 * 100 * 400, rel=1e-5)
    outwards = (normals * (corners.mean(1) - corners.reshape(-1, 3).mean(0))).sum(1)
    assert (outwards > 0).all()

    vertices, faces = read_ply(casts.cast(data, "ply", "a box", 100).data)
    places = np.stack([vertices[axis] for axis in "xyz"], 1)
    assert np.ptp(places, axis=0) == pytest.approx([50, 25, 100], abs=0.01), "100 mm at its longest"
    assert volume(places, faces) > 0
    above = vertices["z"] > 0
    assert (vertices["red"][above] > 180).all()
    assert (vertices["blue"][~above] > 180).all()

    points, flat, corners_of, files = read_obj(casts.cast(data, "obj", "A box / ü").data)
    assert np.ptp(points, axis=0) == pytest.approx([0.2, 0.4, 0.1], abs=1e-5), "metres, y up"
    assert volume(points, corners_of) == pytest.approx(0.2 * 0.4 * 0.1, rel=1e-4)
    (look,) = (file for name, file in files.items() if name.endswith(".jpg"))
    with Image.open(io.BytesIO(look)) as texture:
        for point, place in zip(points, flat, strict=True):
            # OBJ counts the rows of a texture from its foot.
            seen = texture.getpixel((int(place[0] * 31), int((1 - place[1]) * 31)))
            assert isinstance(seen, tuple)
            assert (seen[0] > 150) == (point[1] > 0)
    assert casts.cast(data, "obj", "a").data == casts.cast(data, "obj", "a").data
    assert casts.cast(data, "glb", "a").data == data


def test_a_relief_is_closed_and_one_with_a_hole_is_not() -> None:
    body, _ = relief.relief(photo("coffee"), grid=32, texture=64)
    assert casts.facts(body).closed
    assert not casts.closed(Mesh(body.points, body.normals, body.places, body.faces[1:], None))


def changed(data: bytes, change: dict[str, Any]) -> bytes:
    """The file with another word in its document."""
    (size,) = struct.unpack_from("<I", data, 12)
    document = json.loads(data[20 : 20 + size]) | change
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + size :]
    return struct.pack("<IIIII", 0x46546C67, 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A) + text + rest


def test_nodes_put_their_meshes_where_they_belong() -> None:
    half = float(np.sqrt(0.5))
    nodes = [
        {"children": [1, 2], "scale": [2, 2, 2]},
        {"mesh": 0, "rotation": [0, 0, half, half]},
        {"mesh": 0, "translation": [1, 0, 0], "scale": [-1, 1, 1]},
    ]
    body = mesh.read(changed(mesh.glb(box()), {"nodes": nodes, "scenes": [{"nodes": [0]}]}))
    assert casts.facts(body).triangles == 24
    assert casts.closed(body), "what is mirrored is turned outwards again"
    assert volume(body.points, body.faces) == pytest.approx(2 * 8 * 0.2 * 0.4 * 0.1, rel=1e-4)
    turned = body.points[np.abs(body.points[:, 0]) < 0.6]
    assert np.ptp(turned, axis=0) == pytest.approx([0.8, 0.4, 0.2], abs=1e-4), "a quarter turn about z"
    facing = (body.normals * np.sign(body.points - np.where(body.points[:, :1] > 1, [[2, 0, 0]], [[0, 0, 0]]))).max(1)
    assert facing == pytest.approx(1, abs=1e-4)


def test_what_cannot_be_read_says_so() -> None:
    data = mesh.glb(box())
    with pytest.raises(BadMedia, match="KHR_draco_mesh_compression"):
        mesh.read(changed(data, {"extensionsRequired": ["KHR_draco_mesh_compression"]}))
    for broken in ({"nodes": [{"children": [0]}]}, {"nodes": [{"mesh": 7}]}, {"nodes": [{"mesh": 0, "matrix": [1]}]}):
        with pytest.raises(BadMedia, match="damaged"):
            mesh.read(changed(data, broken))
