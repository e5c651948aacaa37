"""Mattes from an ONNX file, with real models built here: small nets that threshold or copy brightness."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gesso.imaging.matting import MEAN, inspect, matte
from gesso.kit.errors import Invalid, Unavailable


def luminance(path: Path, side: int | str = "side", *, gain: float = 40.0, squash: bool = True) -> Path:
    """A net that is sure of bright pixels: the mean of the channels times `gain`, through a sigmoid if
    `squash`."""
    weights = np.full((1, 3, 1, 1), gain / 3, np.float32)
    nodes = [helper.make_node("Conv", ["picture", "weights"], ["level"])]
    if squash:
        nodes.append(helper.make_node("Sigmoid", ["level"], ["alpha"]))
    else:
        nodes.append(helper.make_node("Identity", ["level"], ["alpha"]))
    return saved(path, nodes, [1, 3, side, side], [1, 1, side, side], [numpy_helper.from_array(weights, "weights")])


def saved(
    path: Path,
    nodes: list[onnx.NodeProto],
    source: list[int | str],
    target: list[int | str],
    constants: list[onnx.TensorProto],
) -> Path:
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, source)],
        [helper.make_tensor_value_info("alpha", TensorProto.FLOAT, target)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def half_bright(height: int = 90, width: int = 140) -> NDArray[np.uint8]:
    """Black, and white in its right half."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, width // 2 :] = 255
    return rgb


@pytest.mark.parametrize("side", [64, "side"])
def test_a_model_of_fixed_or_free_size_finds_the_bright_half_at_the_pictures_size(
    tmp_path: Path, side: int | str
) -> None:
    model = luminance(tmp_path / "net.onnx", side)
    alpha = matte(model, half_bright(), size=None if side == 64 else 96)
    assert alpha.shape == (90, 140)
    assert alpha.dtype == np.uint8
    assert (alpha[:, :66] == 0).all()
    assert (alpha[:, 74:] == 255).all()


def test_a_model_of_free_size_is_given_1024_pixels_unless_told(tmp_path: Path) -> None:
    model = luminance(tmp_path / "net.onnx")
    assert inspect(model).size is None
    fine = np.zeros((1024, 1024, 3), np.uint8)
    fine[:, ::2] = 255
    assert matte(model, fine)[5, :6].tolist() == [255, 0, 255, 0, 255, 0]
    assert np.ptp(matte(model, fine, size=256).astype(int)) < 3


def test_the_facts_name_input_output_and_size(tmp_path: Path) -> None:
    facts = inspect(luminance(tmp_path / "net.onnx", 64))
    assert (facts.input, facts.output, facts.size, facts.mean) == ("picture", "alpha", (64, 64), MEAN)


def test_a_sidecar_changes_normalisation_and_size(tmp_path: Path) -> None:
    model = luminance(tmp_path / "net.onnx")
    grey = np.full((50, 60, 3), 110, np.uint8)
    assert (matte(model, grey, size=64) < 128).all()
    (tmp_path / "net.json").write_text(json.dumps({"size": [64, 96], "mean": [0.2, 0.2, 0.2], "std": [1, 1, 1]}))
    assert inspect(model).preferred == (64, 96)
    assert (matte(model, grey) > 250).all()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"mena": [0, 0, 0]}', '{"mean": [0, 0]}', '{"std": [0, 1, 1]}', '{"size": -3}']
)
def test_a_wrong_sidecar_is_invalid(tmp_path: Path, text: str) -> None:
    model = luminance(tmp_path / "net.onnx")
    (tmp_path / "net.json").write_text(text)
    with pytest.raises(Invalid, match=r"net\.json"):
        inspect(model)


def test_an_answer_outside_0_to_1_is_stretched_to_it(tmp_path: Path) -> None:
    alpha = matte(luminance(tmp_path / "net.onnx", 64, gain=7.0, squash=False), half_bright())
    assert (alpha.min(), alpha.max()) == (0, 255)


def test_a_classifier_is_no_matting_model(tmp_path: Path) -> None:
    nodes = [helper.make_node("GlobalAveragePool", ["picture"], ["alpha"])]
    model = saved(tmp_path / "net.onnx", nodes, [1, 3, 32, 32], [1, 3, 1, 1], [])
    with pytest.raises(Invalid, match="no matting model"):
        inspect(model)


def test_a_model_of_grey_pictures_is_no_matting_model(tmp_path: Path) -> None:
    nodes = [helper.make_node("Sigmoid", ["picture"], ["alpha"])]
    model = saved(tmp_path / "net.onnx", nodes, [1, 1, 32, 32], [1, 1, 32, 32], [])
    with pytest.raises(Invalid, match="1 x 3 x height x width"):
        matte(model, half_bright())


def test_a_corrupt_file_a_missing_file_and_an_empty_file_are_invalid(tmp_path: Path) -> None:
    corrupt = luminance(tmp_path / "net.onnx")
    corrupt.write_bytes(corrupt.read_bytes()[:40] + b"\xff" * 60)
    empty = tmp_path / "empty.onnx"
    empty.write_bytes(b"")
    for path in (corrupt, empty, tmp_path / "missing.onnx"):
        with pytest.raises(Invalid, match="onnx"):
            inspect(path)


def test_a_size_that_a_fixed_model_does_not_take_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="64 x 64"):
        matte(luminance(tmp_path / "net.onnx", 64), half_bright(), size=128)


def test_an_array_that_is_no_rgb_picture_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="RGB"):
        matte(luminance(tmp_path / "net.onnx"), np.zeros((4, 4), np.uint8))


def test_without_onnxruntime_the_error_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = luminance(tmp_path / "net.onnx")
    # What Python does for a package that is not installed.
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(Unavailable, match=r"pip install 'gesso\[onnx\]'"):
        matte(model, half_bright())
