"""Pipelines as Stable Diffusion is built, of some ten thousand numbers each, drawn by lot."""

import json
import shutil
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers

# At so little work, threads wait for each other longer than they work.
torch.set_num_threads(1)

WIDE = 32
NATIVE = 64
"""Pixels a side that they draw: latents of 16, each of four pixels."""


def shelf(folder: Path) -> Path:
    painter(7).save_pretrained(folder / "painter", safe_serialization=True)
    painter(8).save_pretrained(folder / "own/other", safe_serialization=True)
    for name in ("canny", "depth"):
        controlnet(WIDE).save_pretrained(folder / f"own/{name}", safe_serialization=True)
    controlnet(WIDE * 2).save_pretrained(folder / "canny-of-others", safe_serialization=True)
    enlarger().save_pretrained(folder / "x4", safe_serialization=True)
    doubler().save_pretrained(folder / "latent-x2", safe_serialization=True)
    return folder


def painter(seed: int) -> Any:
    torch.manual_seed(seed)
    scheduler = diffusers.EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
    )
    return diffusers.StableDiffusionPipeline(
        vae=vae(3),
        unet=unet(4),
        scheduler=scheduler,
        **words(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def words(wide: int = WIDE) -> dict[str, Any]:
    told = transformers.CLIPTextConfig(
        hidden_size=wide,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        vocab_size=len(vocabulary()),
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        max_position_embeddings=77,
    )
    return {"text_encoder": transformers.CLIPTextModel(told), "tokenizer": tokenizer()}


def vocabulary() -> dict[str, int]:
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    every = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters), ",</w>"]
    return {token: number for number, token in enumerate(every)}


def tokenizer() -> Any:
    return transformers.CLIPTokenizer(
        vocabulary(), [], unk_token="<|endoftext|>", pad_token="<|endoftext|>", model_max_length=77
    )


def vae(blocks: int, **more: Any) -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=[16] * blocks,
        down_block_types=["DownEncoderBlock2D"] * blocks,
        up_block_types=["UpDecoderBlock2D"] * blocks,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=NATIVE,
        **more,
    )


def unet(channels: int, **more: Any) -> Any:
    return diffusers.UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=NATIVE // 4,
        in_channels=channels,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDE,
        attention_head_dim=8,
        norm_num_groups=8,
        **more,
    )


def controlnet(wide: int) -> Any:
    torch.manual_seed(wide)
    made = diffusers.ControlNetModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        in_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        cross_attention_dim=wide,
        attention_head_dim=8,
        norm_num_groups=8,
        conditioning_embedding_out_channels=(8, 16, 32),
    )
    # They begin at nought, so that an untaught one changes nothing.
    for block in (*made.controlnet_down_blocks, made.controlnet_mid_block, made.controlnet_cond_embedding.conv_out):
        torch.nn.init.normal_(block.weight, std=0.5)
    return made


def enlarger() -> Any:
    torch.manual_seed(9)
    return diffusers.StableDiffusionUpscalePipeline(
        vae=vae(3, scaling_factor=0.08333),
        unet=unet(7, num_class_embeds=1000),
        low_res_scheduler=diffusers.DDPMScheduler(),
        scheduler=diffusers.DDIMScheduler(prediction_type="v_prediction"),
        **words(),
        max_noise_level=350,
    )


def doubler() -> Any:
    torch.manual_seed(10)
    inner = diffusers.UNet2DConditionModel(
        act_fn="gelu",
        attention_head_dim=8,
        norm_num_groups=None,
        block_out_channels=[32, 32, 64, 64],
        time_cond_proj_dim=128 + WIDE,
        conv_in_kernel=1,
        conv_out_kernel=1,
        cross_attention_dim=WIDE,
        down_block_types=("KDownBlock2D", *["KCrossAttnDownBlock2D"] * 3),
        in_channels=8,
        mid_block_type=None,
        only_cross_attention=False,
        out_channels=5,
        resnet_time_scale_shift="scale_shift",
        time_embedding_type="fourier",
        timestep_post_act="gelu",
        up_block_types=(*["KCrossAttnUpBlock2D"] * 3, "KUpBlock2D"),
    )
    scheduler = diffusers.EulerDiscreteScheduler(prediction_type="sample")
    return diffusers.StableDiffusionLatentUpscalePipeline(vae=vae(4), unet=inner, scheduler=scheduler, **words())


def pickled(folder: Path, made: Path) -> None:
    """The same model, with its weights as pickles."""
    shutil.copytree(folder, made)
    for file in made.rglob("*.safetensors"):
        torch.save({"any": torch.zeros(1)}, file.with_suffix(".bin"))
        file.unlink()


def shortened(folder: Path, made: Path) -> None:
    """The same model, with a file of weights that ends halfway."""
    shutil.copytree(folder, made)
    file = made / "unet/diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def of_other_shape(folder: Path, made: Path) -> None:
    """The same model, whose weights are not those that its config speaks of."""
    shutil.copytree(folder, made)
    config = made / "unet/config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"block_out_channels": [64, 64]}))
