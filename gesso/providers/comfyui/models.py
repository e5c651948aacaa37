"""The models that a person names, by the folders in which a server keeps them, and what each family of them is."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gesso.catalog.limits import Frame
from gesso.providers.comfyui.graph import Graph

FOLDERS: Final = (
    "checkpoints",
    "diffusion_models",
    "unet",
    "loras",
    "controlnet",
    "upscale_models",
    "style_models",
    "clip_vision",
)
"""What a person may name. Text encoders and VAEs are found by the server's own names of them."""
DRAWING: Final = frozenset({"checkpoints", "diffusion_models", "unet"})
STEPS: Final = {"draft": 12, "standard": 24, "premium": 40}
FEW: Final = {"draft": 2, "standard": 4, "premium": 8}
"""Of models that were taught to need no more."""
QUICK: Final = re.compile("turbo|lightning|lcm|hyper|schnell", re.IGNORECASE)
SMALL: Final = Frame(least=256, most=1024, area=640 * 640)
LARGE: Final = Frame(least=512, most=2048, area=1024 * 1024)
"""What models of the family of SD 1.5, and of SDXL and later ones, were trained to draw."""
FILM: Final = Frame(least=256, most=1280, area=832 * 480)


@dataclass(frozen=True)
class Family:
    """How models of one kind are loaded, told words, and sampled."""

    name: str
    load: str = "checkpoint"
    words: str = "words"
    empty: str = "empty"
    frame: Frame = LARGE
    cfg: float = 7.0
    guidance: float | None = None
    sampler: str = "dpmpp_2m"
    scheduler: str = "karras"
    mask: str = "mask"
    does: frozenset[str] = frozenset({"draw", "fill"})


SD15: Final = Family("sd15", frame=SMALL, does=frozenset({"draw", "fill", "steer", "invent"}))
SDXL: Final = replace(SD15, name="sdxl", frame=LARGE)
SD3: Final = Family("sd3", empty="empty_16", cfg=4.5, sampler="euler", scheduler="sgm_uniform")
FLUX: Final = Family(
    "flux", "load_flux", "words_flux", "empty_16", cfg=1.0, guidance=3.5, sampler="euler", scheduler="simple"
)
FILL: Final = replace(FLUX, name="fill", guidance=30.0, mask="mask_flux", does=frozenset({"fill"}))
KONTEXT: Final = replace(FLUX, name="kontext", words="edit_flux", guidance=2.5, does=frozenset({"edit"}))
QWEN: Final = Family("qwen", "load_qwen", empty="empty_16", cfg=2.5, sampler="euler", scheduler="simple")
QWEN_EDIT: Final = replace(QWEN, name="qwen edit", words="edit_qwen", does=frozenset({"edit"}))
WAN: Final = Family(
    "wan", "load_wan", frame=FILM, cfg=5.0, sampler="uni_pc", scheduler="simple", does=frozenset({"film"})
)
BY_NAME: Final = (
    (re.compile("kontext", re.IGNORECASE), KONTEXT),
    (re.compile(r"flux.*fill|fill.*flux", re.IGNORECASE), FILL),
    (re.compile("flux|schnell", re.IGNORECASE), FLUX),
    (re.compile("qwen.*edit", re.IGNORECASE), QWEN_EDIT),
    (re.compile("qwen", re.IGNORECASE), QWEN),
    (re.compile("wan", re.IGNORECASE), WAN),
)
OF_CHECKPOINTS: Final = (
    *BY_NAME[:3],
    (re.compile(r"sd[_-]?3|stable-diffusion-3", re.IGNORECASE), SD3),
    (re.compile("xl|pony|illustrious|noob", re.IGNORECASE), SDXL),
)


@dataclass(frozen=True)
class Model:
    """A file in a folder of the server's, with the LoRAs (and how strongly) that belong to it."""

    folder: str
    file: str
    loras: tuple[tuple[str, float], ...] = ()
    family: Family = field(default=SD15)

    @property
    def name(self) -> str:
        return "-".join(short(file) for file in (self.file, *(lora for lora, _ in self.loras)))

    @property
    def quick(self) -> bool:
        return any(QUICK.search(file) for file in (self.file, *(lora for lora, _ in self.loras)))

    def loaded(self) -> Graph:
        whole = self.folder == "checkpoints"
        graph = Graph().add("checkpoint" if whole else self.family.load, file=self.file)
        for file, strength in self.loras:
            graph.add("lora", file=file, strength=strength)
        return graph

    def told(
        self, graph: Graph, prompt: str, negative: str = "", *, guidance: float | None = None, **more: Any
    ) -> Graph:
        if self.family.guidance is not None:
            more["guidance"] = self.family.guidance if guidance is None else guidance
        elif self.family.words == "words":
            more["negative"] = negative
        return graph.add(self.family.words, prompt=prompt, **more)

    def sampled(
        self,
        graph: Graph,
        seed: int,
        quality: str = "standard",
        denoise: float = 1.0,
        *,
        steps: int | None = None,
        guidance: float | None = None,
    ) -> Graph:
        # Flux is guided by its words, and drawn with a cfg of 1.
        guided = guidance is not None and self.family.guidance is None
        return graph.add(
            "sample",
            seed=seed,
            steps=steps or (FEW if self.quick else STEPS)[quality],
            cfg=guidance if guided else 1.0 if self.quick else self.family.cfg,
            sampler="euler" if self.quick else self.family.sampler,
            scheduler="simple" if self.quick else self.family.scheduler,
            denoise=denoise,
        )

    @property
    def mask(self) -> str:
        """The piece by which a mask is kept to. Models made for that see what is there no more."""
        made_for_it = self.family in (SD15, SDXL) and "inpaint" in self.file.lower()
        return "mask_inpaint" if made_for_it else self.family.mask

    @property
    def large(self) -> bool:
        return self.family is SDXL


def short(file: str) -> str:
    return file.replace("\\", "/").rpartition(".")[0].replace("/", "-") or file


def read(told: str) -> list[Model]:
    """What was named, in its order. Raises ValueError for what cannot be made sense of."""
    return [_read(each) for each in filter(None, map(str.strip, told.split(",")))]


def _read(told: str) -> Model:
    first, *more = (part.strip() for part in told.split(" + "))
    folder, _, file = first.replace("\\", "/").partition("/")
    if folder not in FOLDERS:
        folder, file = "checkpoints", first.replace("\\", "/")
    if not file:
        raise ValueError(f"“{told}” names a folder and no file")
    if more and folder not in DRAWING:
        raise ValueError(f"“{first}” takes no LoRA")
    return Model(folder, file, tuple(_lora(each) for each in more), _family(folder, file))


def _lora(told: str) -> tuple[str, float]:
    found = re.fullmatch(r"(?:loras/)?(.+?)(?::(-?\d+(?:\.\d+)?))?", told.replace("\\", "/"))
    if found is None:
        raise ValueError("after a + the file of a LoRA is wanted")
    return found[1], float(found[2] or 1)


def _family(folder: str, file: str) -> Family:
    if folder not in DRAWING:
        return SD15
    for said, family in OF_CHECKPOINTS if folder == "checkpoints" else BY_NAME:
        if said.search(file):
            return family
    if folder == "checkpoints":
        return SD15
    raise ValueError(f"“{file}” does not say what it is: its name has neither flux, kontext, fill, qwen nor wan in it")
