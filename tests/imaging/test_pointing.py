"""What a click means: by colours and edges, and by Segment Anything, for which small nets are built here."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gesso.imaging import pointing, sam
from gesso.imaging.pointing import Point, region
from gesso.kit.errors import Invalid
from tests.imaging.photos import photo


def iou(found: NDArray[np.uint8], wanted: NDArray[np.bool_]) -> float:
    meant = found > 127
    return float((meant & wanted).sum() / (meant | wanted).sum())


def two_discs() -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """On a shaded ground with grain, a red disc and a blue one."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:300, 0:480]
    rgb = np.dstack([90 + x / 6, 120 + y / 8, 100 + x / 9]).astype(np.float64)
    red, blue = np.hypot(x - 140, y - 150) < 80, np.hypot(x - 340, y - 140) < 70
    rgb[red] = np.dstack([190 - y / 6, 40 + x / 20, 50 + x / 30])[red]
    rgb[blue] = np.dstack([40 + y / 10, 70 + x / 20, 200 - y / 8])[blue]
    return np.clip(rgb + rng.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8), red, blue


def test_a_click_finds_the_thing_under_it_and_another_click_another() -> None:
    rgb, red, blue = two_discs()
    assert iou(region(rgb, [Point(150, 170)]), red) > 0.95
    assert iou(region(rgb, [Point(340, 140)]), blue) > 0.95
    assert iou(region(rgb, [Point(150, 170), Point(340, 140)]), red | blue) > 0.95
    assert iou(region(rgb, [Point(10, 10)]), ~red & ~blue) > 0.95


def test_the_same_is_found_in_a_picture_four_times_as_large() -> None:
    rgb, red, _ = two_discs()
    large = cv2.resize(rgb, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    found = region(np.asarray(large, np.uint8), [Point(600, 680)])
    assert found.shape == (1200, 1920)
    assert iou(found, np.kron(red, np.ones((4, 4), np.bool_))) > 0.95


def test_what_is_not_meant_stays_out_and_nothing_outside_a_box_is_meant() -> None:
    rgb, red, blue = two_discs()
    found = region(rgb, [Point(10, 10), Point(140, 150, keep=False)])
    assert (found[red] > 127).mean() < 0.03
    boxed = region(rgb, [Point(150, 170)], (0, 0, 150, 300))
    assert boxed[:, 152:].max() == 0
    assert iou(region(rgb, [], (260, 60, 160, 160)), blue) > 0.95


def test_in_a_photo_a_click_finds_a_part_of_it() -> None:
    cup = photo("coffee")
    found = region(cup, [Point(300, 180)])
    assert found[180, 300] == 255
    assert 0.01 < (found > 127).mean() < 0.2


def test_a_point_beside_the_picture_is_refused() -> None:
    rgb, _, _ = two_discs()
    for points, box in (([Point(480, 0)], None), ([], None), ([Point(3, 3, keep=False)], None), ([], (480, 0, 5, 5))):
        with pytest.raises(Invalid):
            region(rgb, points, box)


SIDE = 64


def saved(
    path: Path, nodes: list[onnx.NodeProto], asked: dict[str, list[int | str]], told: dict[str, list[int]]
) -> Path:
    """A net whose inputs are floats, but for labels in whole numbers."""
    kind = {"input_labels": TensorProto.INT64}
    constants = {
        "turned": np.array([1, 0]),
        "one": np.array([0]),
        "zeros": np.zeros((1, 1, 2), np.int64),
        "pair": np.array([1, 1, 2]),
        "near": np.array(0.4, np.float32),
        "sure": np.array([[0.9]], np.float32),
    }
    graph = helper.make_graph(
        nodes,
        "net",
        [
            helper.make_tensor_value_info(name, kind.get(name, TensorProto.FLOAT), shape)
            for name, shape in asked.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in told.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def models(folder: Path, way: str) -> tuple[Path, Path]:
    """An encoder that sees how bright each pixel is, and a decoder that takes what is as bright as the first point:
    exported in one way or the other."""
    bright = [helper.make_node("ReduceMean", ["picture"], ["image_embeddings"], axes=[1], keepdims=1)]
    source: list[int | str] = [1, 3, SIDE, SIDE]
    encoder = saved(folder / "tiny.encoder.onnx", bright, {"picture": source}, {"image_embeddings": [1, 1, SIDE, SIDE]})
    own = way == "point_coords"
    points: list[int | str] = [1, "many", 2] if own else [1, 1, "many", 2]
    labels: list[int | str] = [1, "many"] if own else [1, 1, "many"]
    rest: dict[str, list[int | str]] = {
        "mask_input": [1, 1, 256, 256],
        "has_mask_input": [1],
        "orig_im_size": [2],
    }
    nodes = [
        helper.make_node("Gather", [way, "one"], ["first"], axis=1 if own else 2),
        helper.make_node("Reshape", ["first", "pair"], ["flat"]),
        helper.make_node("Cast", ["flat"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Gather", ["whole", "turned"], ["place"], axis=2),
        helper.make_node("Concat", ["zeros", "place"], ["index"], axis=2),
        helper.make_node("GatherND", ["image_embeddings", "index"], ["there"]),
        helper.make_node("Sub", ["image_embeddings", "there"], ["apart"]),
        helper.make_node("Abs", ["apart"], ["far"]),
        helper.make_node("Sub", ["near", "far"], ["masks" if own else "pred_masks"]),
        helper.make_node("Identity", ["sure"], ["iou_predictions" if own else "iou_scores"]),
    ]
    asked: dict[str, list[int | str]] = {
        "image_embeddings": [1, 1, SIDE, SIDE],
        way: points,
        "point_labels" if own else "input_labels": labels,
    }
    decoder = saved(
        folder / "tiny.decoder.onnx",
        nodes,
        asked | (rest if own else {}),
        {"masks" if own else "pred_masks": [1, 1, SIDE, SIDE], "iou_predictions" if own else "iou_scores": [1, 1]},
    )
    return encoder, decoder


@pytest.mark.parametrize("way", ["point_coords", "input_points"])
def test_segment_anything_is_asked_in_the_way_in_which_it_was_exported(tmp_path: Path, way: str) -> None:
    encoder, decoder = models(tmp_path, way)
    assert sam.pairs(tmp_path) == [(encoder, decoder)]
    assert sam.usable(encoder, decoder)
    rgb = np.zeros((100, 160, 3), np.uint8)
    rgb[:, 80:] = 250
    seen = sam.look(encoder, rgb)
    assert (seen.shape, seen.side) == ((40, 64), SIDE)
    right, left = (sam.select(decoder, seen, (160, 100), [Point(x, 50)]) for x in (120, 20))
    assert right.shape == left.shape == (100, 160)
    assert iou(right, rgb[..., 0] > 0) > 0.97
    assert iou(left, rgb[..., 0] == 0) > 0.97


def test_files_that_are_no_such_models_are_passed_over(tmp_path: Path) -> None:
    assert sam.pairs(tmp_path) == []
    (tmp_path / "a.encoder.onnx").write_bytes(b"nothing")
    (tmp_path / "b.decoder.onnx").write_bytes(b"nothing")
    assert sam.pairs(tmp_path) == [(tmp_path / "a.encoder.onnx", tmp_path / "b.decoder.onnx")]
    assert not sam.usable(*sam.pairs(tmp_path)[0])


def test_a_mask_is_written_at_the_size_that_is_asked_for() -> None:
    assert pointing.written(np.full((4, 6), 255, np.uint8), (12, 8))[:4] == b"\x89PNG"
