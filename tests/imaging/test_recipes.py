"""Recipes in files, ours and others': real files, in the formats in which the others write them."""

import json
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from gesso.imaging import picture, recipes, tags
from tests.conftest import photo

INFOTEXT = """a red fox in the snow, (sharp:1.2) <lora:winter_v2:0.8>
second line, with: a colon
Negative prompt: blurry, low quality
watermark
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 3141592653, Size: 768x512, Model hash: 6ce0161689, \
Model: sd_xl_base_1.0, Denoising strength: 0.45, Lora hashes: "winter_v2: abc, other: def", \
Civitai resources: [{"type":"checkpoint","modelVersionId":128078,"weights":{"a":1}}], Version: v1.10.1"""

GRAPH: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": ["20", 0],
            "steps": 20,
            "cfg": 7.5,
            "sampler_name": "euler",
            "scheduler": "karras",
            "denoise": 1.0,
            "model": ["10", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 832, "height": 1216, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["21", 0], "clip": ["10", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["10", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["30", 0], "vae": ["4", 2]}},
    "10": {
        "class_type": "LoraLoader",
        "inputs": {"lora_name": "ink.safetensors", "strength_model": 0.6, "model": ["4", 0], "clip": ["4", 1]},
    },
    "20": {"class_type": "PrimitiveInt", "inputs": {"value": 99}},
    "21": {"class_type": "StringConstant", "inputs": {"string": "a tower by the sea"}},
    "30": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 5, "cfg": 2, "denoise": 0.3, "positive": ["6", 0], "latent_image": ["3", 0]},
    },
}

FLUX: dict[str, Any] = {
    "1": {"class_type": "SamplerCustomAdvanced", "inputs": {
        "noise": ["2", 0], "guider": ["3", 0], "sampler": ["4", 0], "sigmas": ["5", 0], "latent_image": ["6", 0]}},
    "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 2**40}},
    "3": {"class_type": "BasicGuider", "inputs": {"model": ["9", 0], "conditioning": ["7", 0]}},
    "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "5": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 8, "denoise": 1}},
    "6": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1024, "height": 768, "batch_size": 1}},
    "7": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["8", 0]}},
    "8": {"class_type": "CLIPTextEncode", "inputs": {"text": "a quiet harbour", "clip": ["11", 0]}},
    "9": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
}  # fmt: skip

WORKFLOW: dict[str, Any] = {
    "nodes": [
        {"id": 1, "type": "KSampler", "widgets_values": [5, "fixed", 12, 4.0, "euler", "normal", 1.0], "inputs": [
            {"name": "model", "link": 1}, {"name": "positive", "link": 2}, {"name": "latent_image", "link": 3}]},
        {"id": 2, "type": "CheckpointLoaderSimple", "widgets_values": ["a.safetensors"]},
        {"id": 3, "type": "CLIPTextEncode", "widgets_values": ["drawn by hand"], "inputs": []},
        {"id": 4, "type": "EmptyLatentImage", "widgets_values": [640, 480, 1]},
    ],
    "links": [[1, 2, 0, 1, 0, "MODEL"], [2, 3, 0, 1, 1, "CONDITIONING"], [3, 4, 0, 1, 3, "LATENT"]],
}  # fmt: skip

INVOKE = {
    "generation_mode": "txt2img",
    "positive_prompt": "a field of poppies",
    "negative_prompt": "people",
    "width": 1024,
    "height": 640,
    "seed": 77,
    "cfg_scale": 5.5,
    "steps": 30,
    "scheduler": "dpmpp_2m_k",
    "model": {"key": "0f", "hash": "blake3:1", "name": "Juggernaut XL v9", "base": "sdxl", "type": "main"},
    "loras": [{"model": {"name": "film grain"}, "weight": 0.5}],
    "app_version": "6.1.0",
}

BEFORE = {
    "model": "stable diffusion",
    "model_weights": "sd-1.5",
    "app_id": "invoke-ai/InvokeAI",
    "app_version": "2.3.0",
    "image": {
        "prompt": [{"prompt": "a mill [rain] at dawn", "weight": 1.0}],
        "steps": 40,
        "cfg_scale": 7.5,
        "width": 512,
        "height": 448,
        "seed": 8,
        "sampler": "k_lms",
        "type": "txt2img",
    },
}

SWARM = {"sui_image_params": {"prompt": "an owl", "seed": 3, "cfgscale": 4.0, "model": "flux-dev", "sampler": "euler"}}


def png(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name.replace("_of_old", "-metadata"), text)
    return photo(pnginfo=info)


def commented(kind: str, text: str, *, order: str = "be", mark: bytes = b"UNICODE\0") -> bytes:
    exif = Image.Exif()
    body = text.encode(f"utf-16-{order}") if mark.startswith(b"UNI") else text.encode()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = mark + body
    return photo(kind=kind, exif=exif.tobytes())


def made_by_comfy(kind: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = f"prompt:{json.dumps(GRAPH)}"
    exif[ExifTags.Base.Make] = f"workflow:{json.dumps(WORKFLOW)}"
    return photo(kind=kind, exif=exif.tobytes())


def found(data: bytes) -> recipes.Recipe:
    recipe = recipes.read(data)
    assert recipe is not None
    assert recipes.Recipe.of(json.loads(json.dumps(recipe.facts()))) == recipe, "it is kept as JSON"
    return recipe


def test_what_automatic1111_wrote_is_read_from_each_of_its_files() -> None:
    same = {
        "prompt": "a red fox in the snow, (sharp:1.2)\nsecond line, with: a colon",
        "negative_prompt": "blurry, low quality\nwatermark",
        "steps": 28,
        "guidance": 6.5,
        "seed": 3141592653,
        "width": 768,
        "height": 512,
        "strength": 0.45,
    }
    packed = PngInfo()
    packed.add_itxt("parameters", INFOTEXT, zip=True)
    for data in (
        png(parameters=INFOTEXT),
        photo(pnginfo=packed),
        commented("JPEG", INFOTEXT),
        commented("JPEG", INFOTEXT, order="le"),
        commented("WEBP", INFOTEXT),
        commented("WEBP", INFOTEXT, mark=b"ASCII\0\0\0"),
    ):
        recipe = found(data)
        assert (recipe.source, recipe.models) == ("automatic1111", ("sd_xl_base_1.0",))
        assert recipe.fields == same
        assert recipe.also == {
            "Sampler": "DPM++ 2M Karras",
            "Model hash": "6ce0161689",
            "Lora hashes": "winter_v2: abc, other: def",
            "Civitai resources": '[{"type":"checkpoint","modelVersionId":128078,"weights":{"a":1}}]',
            "Version": "v1.10.1",
            "LoRA": "winter_v2 (0.8)",
        }
    chinese = found(commented("JPEG", "雪中的狐狸\nSteps: 9, Seed: 4"))
    assert chinese.fields == {"prompt": "雪中的狐狸", "steps": 9, "seed": 4}


def test_a_graph_of_comfyui_tells_the_words_of_its_first_sampler() -> None:
    for data in (png(prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)), made_by_comfy("WEBP")):
        recipe = found(data)
        assert (recipe.source, recipe.models) == ("comfyui", ("dream.safetensors",))
        assert recipe.fields == {
            "prompt": "a tower by the sea",
            "negative_prompt": "fog",
            "seed": 99,
            "steps": 20,
            "guidance": 7.5,
            "width": 832,
            "height": 1216,
        }
        assert recipe.also["LoRA"] == "ink.safetensors (0.6)"
        assert (recipe.also["sampler"], recipe.also["scheduler"]) == ("euler", "karras")
        assert "VAEDecode" in recipe.also["nodes"]
    flux = found(png(prompt=json.dumps(FLUX)))
    assert flux.models == ("flux1-dev.safetensors",)
    wanted = {"prompt": "a quiet harbour", "seed": 2**40, "steps": 8, "guidance": 3.5, "width": 1024, "height": 768}
    assert flux.fields == wanted
    drawn = found(png(workflow=json.dumps(WORKFLOW)))
    assert drawn.models == ("a.safetensors",)
    assert drawn.fields == {"prompt": "drawn by hand", "seed": 5, "steps": 12, "guidance": 4.0} | {
        "width": 640,
        "height": 480,
    }


def test_all_that_invokeai_ever_wrote_is_read() -> None:
    recipe = found(png(invokeai_metadata=json.dumps(INVOKE), Dream='"another" -s 1 -S 1'))
    assert (recipe.source, recipe.models) == ("invokeai", ("Juggernaut XL v9",))
    assert recipe.fields == {
        "prompt": "a field of poppies",
        "negative_prompt": "people",
        "seed": 77,
        "steps": 30,
        "guidance": 5.5,
        "width": 1024,
        "height": 640,
    }
    assert recipe.also["scheduler"] == "dpmpp_2m_k"
    assert recipe.also["LoRA"] == "film grain (0.5)"
    older = found(png(sd_of_old=json.dumps(BEFORE)))
    assert (older.models, older.also["sampler"]) == (("sd-1.5",), "k_lms")
    assert older.fields == {
        "prompt": "a mill  at dawn",
        "negative_prompt": "rain",
        "seed": 8,
        "steps": 40,
        "guidance": 7.5,
        "width": 512,
        "height": 448,
    }
    oldest = found(png(Dream='"a mill [rain]" -s 50 -S 1234 -W 512 -H512 -C 7.5 -A k_lms'))
    assert oldest.also == {"sampler": "k_lms"}
    assert oldest.fields == {
        "prompt": "a mill",
        "negative_prompt": "rain",
        "steps": 50,
        "seed": 1234,
        "width": 512,
        "height": 512,
        "guidance": 7.5,
    }
    swarm = found(png(parameters=json.dumps(SWARM)))
    assert (swarm.source, swarm.models, swarm.also) == ("swarmui", ("flux-dev",), {"sampler": "euler"})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "lossless", "clear", "exif"])
def test_our_own_recipe_is_laid_in_and_no_pixel_changes(kind: str) -> None:
    match kind:
        case "lossless":
            data = photo(97, 63, "WEBP", lossless=True)
        case "clear":
            pixels = np.random.default_rng(1).integers(0, 255, (40, 31, 4), np.uint8)
            data = picture.webp(pixels, lossless=True)
        case "exif":
            data = commented("JPEG", INFOTEXT)
        case _:
            data = photo(97, 63, kind)
    text = recipes.written("a.b", "x/y", {"prompt": 'a <b> & "c" ü 狐', "seed": 7}, version="0.1.0")
    made = tags.inscribed(data, text)
    assert made is not None
    assert (picture.load(made) == picture.load(data)).all()
    assert picture.check(made) == picture.check(data)
    with Image.open(BytesIO(made)) as read:
        read.load()
    recipe = found(made)
    assert (recipe.source, recipe.op, recipe.offer) == ("gesso", "a.b", "x/y")
    assert recipe.fields == {"prompt": 'a <b> & "c" ü 狐', "seed": 7}
    assert recipe.also == {"version": "0.1.0"}
    assert tags.texts(data).get("gesso") is None
    again = tags.inscribed(made, recipes.written("a.c", "x/y", {"seed": 8}))
    assert again is not None
    assert found(again).op == "a.c", "the newest counts, where one was there"


def test_where_a_packet_or_credentials_are_already_they_stay() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description a="1"/></rdf:RDF></x:xmpmeta>'
    for kind in ("JPEG", "WEBP"):
        made = tags.inscribed(photo(kind=kind, xmp=xmp), recipes.written("a.b", "x/y", {"seed": 1}))
        assert made is not None
        assert b'<rdf:Description a="1"/>' in made
        assert found(made).fields == {"seed": 1}
    signed = photo()
    chunk = b"\0\0\0\4caBXjumb" + struct.pack(">I", zlib.crc32(b"caBXjumb"))
    assert tags.inscribed(signed[:33] + chunk + signed[33:], "{}") is None
    jpeg = photo(kind="JPEG")
    segment = b"JP\0\1c2pa and more"
    sealed = jpeg[:2] + b"\xff\xeb" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]
    assert tags.inscribed(sealed, "{}") is None
    assert tags.inscribed(photo(kind="GIF"), "{}") is None
    assert tags.inscribed(jpeg, "x" * 70_000) is None, "a JPEG has no room for that"


def test_hostile_texts_are_read_within_bounds(tmp_path: Path) -> None:
    bomb = PngInfo()
    bomb.add_itxt("parameters", "a" * (tags.LONGEST + 1) + "\nSteps: 1, Seed: 2", zip=True)
    deep = '{"a":' * 100_000
    nested: dict[str, Any] = {"prompt": "x"}
    for _ in range(500):
        nested = {"deeper": nested}
    loop = {
        "1": {"class_type": "KSampler", "inputs": {"positive": ["2", 0], "latent_image": ["1", 0], "seed": ["3", 0]}},
        "2": {"class_type": "Loop", "inputs": {"conditioning": ["2", 0], "text": ["2", 0]}},
        "3": {"class_type": "Loop", "inputs": {"value": ["3", 0]}},
    }
    whole = png(parameters=INFOTEXT)
    broken = bytearray(whole)
    broken[33:37] = b"\xff\xff\xff\xff"
    for data in (
        photo(pnginfo=bomb),
        png(prompt=deep),
        png(
            prompt='{"1": {"class_type": 5, "inputs": []}}', workflow='{"nodes": [1, {"type": "KSampler"}], "links": 7}'
        ),
        png(invokeai_metadata="[1]"),
        png(parameters="Steps:"),
        png(Dream='"open'),
        bytes(broken),
        whole[:60],
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBPVP8 ",
    ):
        recipe = recipes.read(data)
        assert recipe is None or not recipe.fields.get("seed")
    assert recipes.read_text("Steps: 1, " + "A: [" * 50_000) is not None
    kept = recipes.read(png(prompt=json.dumps(loop)))
    assert kept is None or "seed" not in kept.fields
    large = found(png(gesso=recipes.written("a.b", "x", {"prompt": "p" * 50_000, "n": nested, "f": float("nan")})))
    assert len(large.fields["prompt"]) == recipes.LONGEST
    assert large.fields["f"] is None
    assert len(json.dumps(large.facts())) < 40_000
    path = tmp_path / "a.png"
    path.write_bytes(whole)
    assert recipes.read(str(path)) == recipes.read(whole)
    assert recipes.read(photo()) is None
