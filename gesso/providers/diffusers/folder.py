"""What a folder of a model says of itself, in its small files: read without loading it.

A name is that of a folder in the studio's folder of models, or else a hub id (`owner/name`), which is fetched once into
the hub's own cache. Weights are safetensors alone: a pickle may do anything to whoever opens it.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod
from pathlib import Path
from typing import Any, Final

from gesso.catalog.finish import stepped
from gesso.catalog.limits import Frame
from gesso.kit.errors import Refused
from gesso.ops import Size

NAME: Final = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)*")
PICKLED: Final = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})
QUICK: Final = re.compile(r"turbo|lightning|schnell|lcm|hyper", re.IGNORECASE)
"""Names of models that were taught to need few steps, and no guidance."""
ROOM: Final = 1.5
"""By how much a picture's area may exceed what a model was trained to draw, before things in it come twice."""
HUB_FILES: Final = ("config.json", "*.safetensors", "*.safetensors.index.json")


@dataclass(frozen=True)
class Folder:
    """A model that lies on this machine, under the name that it was told by."""

    name: str
    path: Path

    @cached_property
    def index(self) -> dict[str, Any]:
        return read(self.path / "model_index.json")

    @property
    def kind(self) -> str:
        return str(self.index.get("_class_name", ""))

    @cached_property
    def network(self) -> str:
        """What kind of ControlNet it is; Refused where it is none."""
        kind = str(read(self.path / "config.json").get("_class_name", "")) if self.single else ""
        if not kind.endswith("ControlNetModel"):
            raise Refused(f"The model {self.name} is no ControlNet.")
        return kind

    def steers(self, model: "Folder") -> bool:
        """Whether this ControlNet was made for models of that kind."""
        family = self.network.removesuffix("ControlNetModel")
        if family:
            return str(model.of("transformer").get("_class_name", "")).startswith(family)
        wide = read(self.path / "config.json").get("cross_attention_dim")
        return wide is not None and wide == model.of("unet").get("cross_attention_dim")

    def of(self, component: str) -> dict[str, Any]:
        file = self.path / component / "config.json"
        return read(file) if file.is_file() else {}

    @property
    def single(self) -> bool:
        """Whether it is one network, as a ControlNet is, and not a pipeline of several."""
        return not (self.path / "model_index.json").is_file()

    @cached_property
    def factor(self) -> int:
        """How many pixels a side a latent one stands for."""
        vae = self.of("vae")
        blocks = vae.get("block_out_channels") or vae.get("encoder_block_out_channels") or [0] * 4
        return int(2 ** (len(blocks) - 1))

    @cached_property
    def frame(self) -> Frame:
        """The pictures that it was trained to draw."""
        told = self.of("unet").get("sample_size") or self.of("transformer").get("sample_size") or 0
        side = max(told) if isinstance(told, list) else int(told)
        native = side * self.factor or 1024
        return Frame(least=max(self.step, native // 2), most=native * 2, area=int(native * native * ROOM))

    @property
    def step(self) -> int:
        """Sides are multiples of this; transformers see latents in pairs."""
        return 2 * self.factor

    def legal(self, width: int, height: int) -> Size:
        """The size to draw in, as near as may be in shape and area."""
        across, down = self.frame.fits(width, height)
        return min(stepped(across, self.step), self.frame.most), min(stepped(down, self.step), self.frame.most)

    @cached_property
    def quick(self) -> bool:
        scheduler = self.path / "scheduler/scheduler_config.json"
        lcm = scheduler.is_file() and read(scheduler).get("_class_name") == "LCMScheduler"
        return lcm or bool(QUICK.search(self.name))

    @cached_property
    def wide(self) -> bool:
        """Whether its numbers are of a range that float16 has no room for, as those of transformers are."""
        return bool(self.of("transformer"))

    @cached_property
    def variant(self) -> str | None:
        """Weights that lie here in half precision alone are asked for by that name."""
        weights = [file.name for file in self.path.rglob("*.safetensors")]
        return "fp16" if weights and all(".fp16." in name for name in weights) else None

    def weights(self) -> list[Path]:
        """The files that loading it opens."""
        parts = [self.path] if self.single else [self.path / name for name in self.parts]
        every = [file for part in parts for file in sorted(part.glob("*.safetensors"))]
        other = [file for file in every if (".fp16." in file.name) == (self.variant == "fp16")]
        return [file for file in other if "non_ema" not in file.name]

    @property
    def parts(self) -> list[str]:
        return [name for name, told in self.index.items() if isinstance(told, list) and told[:1] != [None]]

    def numbers(self) -> int:
        """How many numbers its weights are, by the heads of their files. Refused where one is no such file."""
        total = 0
        for file in self.weights():
            try:
                with file.open("rb") as stream:
                    length = int.from_bytes(stream.read(8), "little")
                    if length > min(100_000_000, file.stat().st_size):
                        raise ValueError
                    head = json.loads(stream.read(length))
                spans = [told["data_offsets"][1] for name, told in head.items() if name != "__metadata__"]
                if file.stat().st_size < 8 + length + max(spans, default=0):
                    raise ValueError
                total += sum(prod(told["shape"]) for name, told in head.items() if name != "__metadata__")
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                where = file.relative_to(self.path)
                raise Refused(f"The model {self.name} is damaged: {where} is no whole safetensors file.") from error
        return total

    def check(self) -> None:
        """Refused where its weights are pickles, or are not there."""
        parts = [self.path] if self.single else [self.path / name for name in self.parts]
        for part in filter(Path.is_dir, parts):
            files = {file.suffix for file in part.iterdir()}
            if files & PICKLED and ".safetensors" not in files:
                where = f" ({part.name})" if part != self.path else ""
                raise Refused(
                    f"The model {self.name} keeps its weights as pickles{where}, which may run any code when they are "
                    "opened. Take one with .safetensors files."
                )
        if not self.weights():
            raise Refused(f"The folder of the model {self.name} has no weights: no .safetensors file.")


def found(models: Path, name: str) -> Folder | None:
    """The folder of this name, where there is one; Refused where it leads out of the folder of models."""
    if not NAME.fullmatch(name):
        raise Refused(f"“{name}” is neither a folder of models nor a hub id.")
    path = (models / name).resolve()
    if not path.is_relative_to(models.resolve()):
        raise Refused(f"The folder {name} leads out of the folder of models.")
    if not path.is_dir():
        return None
    if not any((path / file).is_file() for file in ("model_index.json", "config.json")):
        raise Refused(f"The folder {name} holds no model: it has neither model_index.json nor config.json.")
    return Folder(name, path)


def fetched(models: Path, name: str, *, single: bool = False) -> Folder:
    """The folder, or what the hub has under this name; it takes as long as that takes to download. Refused where
    there is neither."""
    folder = found(models, name)
    if folder is None:
        if name.count("/") != 1:
            raise Refused(f"There is no folder {name} in the folder of models, and it is no hub id (owner/name).")
        folder = Folder(name, Path(_from_hub(name, single)))
    if folder.single and not single:
        raise Refused(f"The folder {name} holds no pipeline: it has no model_index.json.")
    folder.check()
    return folder


@cache
def _from_hub(name: str, single: bool) -> str:
    import huggingface_hub
    from diffusers import DiffusionPipeline

    try:
        if single:
            return str(huggingface_hub.snapshot_download(name, allow_patterns=list(HUB_FILES)))
        try:
            return str(DiffusionPipeline.download(name, use_safetensors=True))
        except (OSError, ValueError):
            # Some have half precision alone.
            return str(DiffusionPipeline.download(name, use_safetensors=True, variant="fp16"))
    except Exception as error:
        raise Refused(
            f"There is no folder {name} in the folder of models, and the hub did not give it: {plain(error)} "
            "Where a model wants an agreement, accept it on its page and sign in with `hf auth login`."
        ) from error


def read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"The model's {file.name} cannot be read.") from error
    if not isinstance(told, dict):
        raise Refused(f"The model's {file.name} is not what it should be.")
    return told


def plain(error: Exception) -> str:
    """The first line of what somebody else's software said, no longer than a sentence."""
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    return said if len(said) <= 300 else said[:299] + "…"
