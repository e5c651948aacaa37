"""Models held in memory, and the one thread of each device that draws with them.

What is to be drawn is a ticket that waits in line. The thread takes the first, and with it all that wait and are equal
but for their words, seeds and pictures: they are drawn together, as many at once as memory takes. Models are loaded
once, and the one that was used longest ago goes where another needs the room.

torch and diffusers are imported when the first ticket comes: a studio without them starts as well.
"""

import gc
import inspect
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import psutil
import structlog
from PIL import Image

from gesso.imaging import picture
from gesso.kit.errors import Failed, GessoError, Refused
from gesso.ops import Size
from gesso.providers.diffusers.folder import Folder, plain

Way = Literal["text", "image", "inpaint", "control", "upscale"]
UPSCALERS: Final = {"StableDiffusionUpscalePipeline": 4, "StableDiffusionLatentUpscalePipeline": 2}
"""Pipelines that enlarge, and how many times."""
SHARE: Final = 0.85
"""Of the memory that is free, what models may take; the rest is to work in."""
PER_MEGAPIXEL: Final = 3 << 30
"""Bytes that drawing one megapixel takes beside the weights, at most, in half precision: the widest layers of SDXL."""
TOGETHER: Final = 8

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ask:
    """What equal tickets have in common. `scales` go with `controls`, and so do `spans`, the parts 0..1 of the drawing
    in which each steers. `memory` is in bytes, 0 for what is free; `most` pictures are drawn at once, 0 for as many as
    memory takes."""

    way: Way
    model: Folder
    size: Size
    steps: int
    guidance: float | None = None
    strength: float | None = None
    controls: tuple[Folder, ...] = ()
    scales: tuple[float, ...] = ()
    spans: tuple[tuple[float, float], ...] = ()
    memory: int = 0
    most: int = 0


@dataclass(frozen=True)
class Cell:
    """One picture of a ticket. `guides` go with the controls."""

    prompt: str
    seed: int
    negative: str = ""
    image: bytes | None = None
    mask: bytes | None = None
    guides: tuple[bytes, ...] = ()


@dataclass(eq=False)
class Ticket:
    """`made` fills with PNGs in the order of `cells`; then, or at an `error`, it is over. Whoever waits for it may set
    `stopped` at any time."""

    ask: Ask
    cells: Sequence[Cell]
    made: list[bytes] = field(default_factory=list)
    fraction: float = 0.0
    drawing: bool = False
    error: GessoError | None = None
    stopped: bool = False


@dataclass
class Loaded:
    model: Any
    bytes: int


class Stopped(Exception):
    """Nobody waits for this picture any more."""


class Engine:
    """One device. `loads` and `calls` count how often something was loaded, and how many pictures each call drew."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.loaded: OrderedDict[Path, Loaded] = OrderedDict()
        self.loads: list[str] = []
        self.calls: list[int] = []
        self._waiting: list[Ticket] = []
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"diffusers {device}")

    def take(self, ticket: Ticket) -> None:
        with self._lock:
            self._waiting.append(ticket)
        self._thread.submit(self._work)

    # -- in the device's own thread

    def _work(self) -> None:
        tickets = self._gathered()
        if not tickets:
            return
        try:
            self._carry_out(tickets)
        except GessoError as error:
            said = error
        except Exception as error:
            where = traceback.format_tb(error.__traceback__)[-1].strip()
            log.warning("a pipeline failed", model=tickets[0].ask.model.name, error=repr(error), where=where)
            said = Failed(f"The model {tickets[0].ask.model.name} could not draw this: {plain(error)}")
        else:
            return
        for ticket in tickets:
            # Said anew: the first one's traceback holds all that was in memory.
            ticket.error = type(said)(str(said), **said.facts)

    def _gathered(self) -> list[Ticket]:
        """The first that waits, and its equals."""
        with self._lock:
            live = [ticket for ticket in self._waiting if not ticket.stopped]
            taken = [ticket for ticket in live if ticket.ask == live[0].ask]
            self._waiting = [ticket for ticket in live if ticket.ask != live[0].ask]
        return taken

    def _carry_out(self, tickets: list[Ticket]) -> None:
        ask = tickets[0].ask
        pending = [(ticket, cell) for ticket in tickets for cell in ticket.cells]
        pipe = self._pipe(ask)
        most, freed = self._most(ask), False
        while pending := [each for each in pending if not each[0].stopped]:
            now = pending[:most]
            try:
                drawn = self._drawn(pipe, ask, now)
            except Stopped:
                continue
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                drawn = None
            if drawn is None:
                # Out of the `except`, whose traceback holds what is to be freed.
                if freed:
                    raise Failed(
                        f"There is not enough memory on {self.device} for {ask.size[0]} x {ask.size[1]} pixels with "
                        f"{ask.model.name}. Ask for a smaller picture, or give a smaller model."
                    )
                self._free(0, -1, keep=self._needed(ask))
                most, freed = 1, True
                continue
            for (ticket, _), made in zip(now, drawn, strict=True):
                if made is not None:
                    ticket.made.append(made)
                elif not ticket.stopped:
                    ticket.error = Refused(
                        "The model's own safety checker hid a picture. Change the prompt or the seed."
                    )
                    ticket.stopped = True
            pending = pending[len(now) :]

    def _drawn(self, pipe: Any, ask: Ask, now: list[tuple[Ticket, Cell]]) -> list[bytes | None]:
        """One call; None for what the model itself will not show. Looks after each step whether anybody still waits."""
        tickets = {id(ticket): ticket for ticket, _ in now}.values()
        here = {id(ticket): sum(other is ticket for other, _ in now) for ticket in tickets}

        def step(done: int) -> None:
            if all(ticket.stopped for ticket in tickets):
                raise Stopped
            share = done / max(done, getattr(pipe, "num_timesteps", None) or ask.steps)
            for ticket in tickets:
                ticket.fraction = (len(ticket.made) + share * here[id(ticket)]) / len(ticket.cells)

        for ticket in tickets:
            ticket.drawing = True
        self.calls.append(len(now))
        result = pipe(**told(pipe, ask, [cell for _, cell in now], step))
        hidden = getattr(result, "nsfw_content_detected", None) or [False] * len(now)
        pixels = np.rint(np.nan_to_num(np.asarray(result.images, np.float32)).clip(0, 1) * 255).astype(np.uint8)
        return [
            None if hides else picture.png(np.ascontiguousarray(one)) for one, hides in zip(pixels, hidden, strict=True)
        ]

    def _most(self, ask: Ask) -> int:
        """How many pictures are drawn at once. One on a CPU, where more gain nothing, and where each picture is then
        the same to the last bit, however many are asked for."""
        if ask.way == "upscale" or len(ask.controls) > 1:
            return 1
        if ask.most:
            return ask.most
        if self.device == "cpu":
            return 1
        need = PER_MEGAPIXEL * ask.size[0] * ask.size[1] / 1e6
        return max(1, min(TOGETHER, int(self._room() / need)))

    # -- models

    def _pipe(self, ask: Ask) -> Any:
        """The pipeline for this way of drawing; all ways with a model share its weights."""
        quiet()
        import diffusers

        keep = self._needed(ask)
        base = self._model(ask.model, ask.memory, keep, partial(_pipeline, ask.model))
        controls = [self._model(control, ask.memory, keep, partial(_control, control)) for control in ask.controls]
        autos = {
            "image": diffusers.AutoPipelineForImage2Image,
            "inpaint": diffusers.AutoPipelineForInpainting,
            "control": diffusers.AutoPipelineForText2Image,
        }
        if ask.way not in autos:
            return base
        more = {"controlnet": controls if len(controls) > 1 else controls[0]} if controls else {}
        try:
            pipe = autos[ask.way].from_pipe(base, **more)
        except (ValueError, AttributeError, TypeError) as error:
            ways = {"image": "start from a picture", "inpaint": "fill in", "control": "be steered in this way"}
            raise Refused(f"The model {ask.model.name} cannot {ways[ask.way]}: {plain(error)}") from error
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _needed(self, ask: Ask) -> set[Path]:
        return {ask.model.path, *(control.path for control in ask.controls)}

    def _model(self, folder: Folder, memory: int, keep: set[Path], load: Callable[[Any], Any]) -> Any:
        held = self.loaded.get(folder.path)
        if held is not None:
            self.loaded.move_to_end(folder.path)
            return held.model
        import torch

        dtype = self._dtype(folder)
        need = folder.numbers() * dtype.itemsize
        self._make_room(folder, need, memory, keep)
        self.loads.append(folder.name)
        try:
            model = load(dtype).to(self.device)
        except GessoError:
            raise
        except Exception as error:
            if isinstance(error, torch.OutOfMemoryError) or out_of_memory(error):
                raise Failed(f"There is not enough memory on {self.device} to load {folder.name}.") from error
            raise Refused(f"The model {folder.name} cannot be loaded: {plain(error)}") from error
        self.loaded[folder.path] = Loaded(model, weight(model))
        return model

    def _dtype(self, folder: Folder) -> Any:
        import torch

        if self.device == "cpu":
            return torch.float32
        if folder.wide and self.device.startswith("cuda") and torch.cuda.is_bf16_supported():
            return torch.bfloat16
        return torch.float16

    def _make_room(self, folder: Folder, need: int, memory: int, keep: set[Path]) -> None:
        """Lets go of what was used longest ago, until the model has room; Refused where it never has."""
        may = memory or int(SHARE * (self._room() + self._held()))
        self._free(need, may, keep)
        if self._held() + need > may:
            raise Refused(
                f"The model {folder.name} needs {need / 1e9:.2g} GB of memory on {self.device}, beside "
                f"{self._held() / 1e9:.2g} GB that this work holds already; it may take {may / 1e9:.2g} GB in all."
            )

    def _free(self, need: int, may: int, keep: set[Path]) -> None:
        for path in [path for path in self.loaded if path not in keep]:
            if self._held() + need <= may:
                return
            del self.loaded[path]
            self._swept()
        if may < 0:
            self._swept()

    def _swept(self) -> None:
        import torch

        gc.collect()
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
        elif self.device == "mps":
            torch.mps.empty_cache()

    def _held(self) -> int:
        return sum(held.bytes for held in self.loaded.values())

    def _room(self) -> int:
        """Bytes that are free on the device now."""
        import torch

        if self.device.startswith("cuda"):
            kept = torch.cuda.memory_reserved(self.device) - torch.cuda.memory_allocated(self.device)
            return int(torch.cuda.mem_get_info(self.device)[0] + kept)
        return int(psutil.virtual_memory().available)


@cache
def engine_of(device: str) -> Engine:
    """The one of this device, in this process."""
    return Engine(device)


def device(told: str) -> str:
    """The device that is meant; "auto" is the fastest there is. Refused where this machine has none such."""
    import torch

    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if told == "auto":
        return next(name for name, there in has.items() if there)
    kind, _, number = told.partition(":")
    if not has[kind] or (number and int(number) >= torch.cuda.device_count()):
        raise Refused(f"PyTorch finds no {told} on this machine. Take “auto”, or install the PyTorch that is for it.")
    return told


def told(pipe: Any, ask: Ask, cells: Sequence[Cell], step: Callable[[int], None]) -> dict[str, Any]:
    """What the pipeline is called with. Each picture has a chance of its own, drawn on the CPU: it is the same on every
    device, and in whatever company it is drawn."""
    import torch

    takes = inspect.signature(pipe.__call__).parameters
    said: dict[str, Any] = {
        "prompt": [cell.prompt for cell in cells],
        "generator": [torch.Generator("cpu").manual_seed(cell.seed) for cell in cells],
        "num_inference_steps": ask.steps,
        "output_type": "np",
    }
    if any(cell.negative for cell in cells) and "negative_prompt" in takes:
        said["negative_prompt"] = [cell.negative for cell in cells]
    if ask.guidance is not None and "guidance_scale" in takes:
        said["guidance_scale"] = ask.guidance
    if ask.way != "upscale":
        said |= {name: side for name, side in zip(("width", "height"), ask.size, strict=True) if name in takes}
    images = [seen(cell.image) for cell in cells if cell.image is not None]
    if ask.way == "control":
        guides = [[seen(guide) for guide in cell.guides] for cell in cells]
        several = len(ask.controls) > 1
        said["control_image" if "control_image" in takes else "image"] = (
            guides[0] if several else [each[0] for each in guides]
        )
        said["controlnet_conditioning_scale"] = list(ask.scales) if several else ask.scales[0]
        for name, ends in zip(
            ("control_guidance_start", "control_guidance_end"), zip(*ask.spans, strict=True), strict=False
        ):
            if name in takes:
                said[name] = list(ends) if several else ends[0]
    elif images:
        said["image"] = images
    if ask.way == "inpaint":
        said["mask_image"] = [seen(cell.mask).convert("L") for cell in cells if cell.mask is not None]
    if ask.strength is not None and "strength" in takes:
        # The least that is one step.
        said["strength"] = max(ask.strength, 1.001 / ask.steps)
    return said | _watched(takes, step)


def _watched(takes: Any, step: Callable[[int], None]) -> dict[str, Any]:
    """After each step: how many are done. Older pipelines have another way of telling it."""

    def after(pipe: Any, index: int, time: Any, state: dict[str, Any]) -> dict[str, Any]:
        step(index + 1)
        return state

    if "callback_on_step_end" in takes:
        return {"callback_on_step_end": after}
    if "callback" in takes:
        return {"callback": lambda index, time, latents: step(index + 1), "callback_steps": 1}
    return {}


def seen(data: bytes) -> Image.Image:
    """One that the studio made itself, so it is of a size and kind that is no danger."""
    return Image.open(BytesIO(data)).convert("RGB")


def out_of_memory(error: BaseException) -> bool:
    import torch

    # The CPU's allocator has no error of its own.
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def weight(model: Any) -> int:
    """Bytes of all parameters and buffers, each counted once."""
    parts = model.components.values() if hasattr(model, "components") else [model]
    tensors = {
        id(tensor): tensor.numel() * tensor.element_size()
        for part in parts
        if hasattr(part, "parameters")
        for tensor in (*part.parameters(), *part.buffers())
    }
    return sum(tensors.values())


def quiet() -> None:
    """No bars and no chatter between the lines of a server's log."""
    import diffusers
    import transformers

    for each in (diffusers, transformers):
        each.utils.logging.set_verbosity_error()
        each.utils.logging.disable_progress_bar()


def _pipeline(folder: Folder, dtype: Any) -> Any:
    import diffusers

    auto = getattr(diffusers, folder.kind) if folder.kind in UPSCALERS else diffusers.AutoPipelineForText2Image
    pipe = auto.from_pretrained(
        folder.path, use_safetensors=True, local_files_only=True, variant=folder.variant, dtype=dtype
    )
    pipe.set_progress_bar_config(disable=True)
    # Pictures that are drawn together are decoded one by one, which needs less room.
    if hasattr(pipe.vae, "enable_slicing"):
        pipe.vae.enable_slicing()
    if folder.kind in UPSCALERS and hasattr(pipe.vae, "enable_tiling"):
        pipe.vae.enable_tiling()
    return pipe


def _control(folder: Folder, dtype: Any) -> Any:
    import diffusers

    return getattr(diffusers, folder.network).from_pretrained(
        folder.path, use_safetensors=True, local_files_only=True, variant=folder.variant, dtype=dtype
    )
