"""Upscaling with detail, and by a model of one's own."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gesso.imaging import quality, superres, upscale
from gesso.kit.errors import Invalid
from tests.imaging.photos import photo

Pixels = NDArray[np.uint8]


def reduced(name: str, factor: int, side: int = 256) -> tuple[Pixels, Pixels]:
    truth = photo(name)[:side, :side]
    return truth, np.asarray(cv2.resize(truth, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA))


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_it_is_truer_and_sharper_than_lanczos_at_every_factor(factor: int) -> None:
    gains = []
    for name in ("astronaut", "chelsea", "coffee"):
        truth, small = reduced(name, factor)
        made = upscale.enlarge(small, factor)
        lanczos = np.asarray(cv2.resize(small, None, fx=factor, fy=factor, interpolation=cv2.INTER_LANCZOS4))
        assert quality.sharpness(made) > 1.05 * quality.sharpness(lanczos)
        assert quality.ssim(made, truth) > quality.ssim(lanczos, truth)
        gains.append(quality.psnr(made, truth) - quality.psnr(lanczos, truth))
    assert np.mean(gains) > 0.2


def test_a_hard_edge_gets_no_halo() -> None:
    edge = np.full((30, 40, 3), 60, np.uint8)
    edge[:, 20:] = 190
    made = upscale.enlarge(edge, 4)
    assert made.min() >= 60 - 8
    assert made.max() <= 190 + 8
    assert quality.ringing(made, edge) < 0.01


def test_creative_is_crisper_and_on_average_still_the_picture() -> None:
    _, small = reduced("chelsea", 4)
    true, rich, again = (upscale.enlarge(small, 4, creativity=amount, seed=3) for amount in (0, 0.8, 0.8))
    assert (rich == again).all()
    assert quality.sharpness(rich) > 1.05 * quality.sharpness(true)
    told = upscale.fidelity(small, rich)
    assert told["psnr"] > 38
    assert upscale.fidelity(small, true)["psnr"] > told["psnr"]


def test_tiles_of_invented_detail_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    small = photo("coffee")[100:190, 100:230]
    whole = upscale.enlarge(small, 4, creativity=0.7, seed=2).astype(int)
    monkeypatch.setattr(upscale, "_tiles", lambda height, width, side: _cut(height, width, 37))
    apart = np.abs(upscale.enlarge(small, 4, creativity=0.7, seed=2).astype(int) - whole)
    assert np.percentile(apart, 99.9) <= 3


def _cut(height: int, width: int, side: int) -> list[tuple[slice, slice]]:
    return [
        (slice(top, min(top + side, height)), slice(left, min(left + side, width)))
        for top in range(0, height, side)
        for left in range(0, width, side)
    ]


def test_quality_agrees_with_those_who_measure_it_too() -> None:
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    truth, small = reduced("astronaut", 4)
    made = np.asarray(cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC))
    assert quality.psnr(made, truth) == pytest.approx(peak_signal_noise_ratio(truth, made), abs=0.01)  # type: ignore[no-untyped-call]
    grey, other = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (made, truth))
    theirs = structural_similarity(grey, other, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)  # type: ignore[no-untyped-call]
    assert quality.ssim(made, truth) == pytest.approx(theirs, abs=0.01)


def doubler(path: Path, side: int | str = "side", scale: int = 2) -> Path:
    """A net that repeats every pixel: 12 channels by convolution, shuffled into place."""
    weights = np.zeros((3 * scale**2, 3, 1, 1), np.float32)
    for channel in range(3 * scale**2):
        weights[channel, channel // scale**2] = 1
    large = side * scale if isinstance(side, int) else "large"
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["picture", "weights"], ["many"]),
            helper.make_node("DepthToSpace", ["many"], ["larger"], blocksize=scale, mode="CRD"),
        ],
        "net",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("larger", TensorProto.FLOAT, [1, 3, large, large])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("side", [64, "side"])
def test_a_model_of_ones_own_enlarges_in_tiles_without_seams(tmp_path: Path, side: int | str) -> None:
    model = doubler(tmp_path / "net.onnx", side)
    assert superres.inspect(model).scale == 2
    pixels = photo("coffee")[:90, :130]
    made = superres.enlarge(model, pixels)
    assert (made == pixels.repeat(2, 0).repeat(2, 1)).all()
    assert superres.to_factor(made, pixels, 4).shape == (360, 520, 3)
    clear = np.dstack([pixels, np.full(pixels.shape[:2], 77, np.uint8)])
    assert superres.enlarge(model, clear)[..., 3].tolist() == [[77] * 260] * 180


def test_what_is_no_such_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"nothing of the kind")
    with pytest.raises(Invalid, match="cannot be read"):
        superres.inspect(tmp_path / "broken.onnx")
