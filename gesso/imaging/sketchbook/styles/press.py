"""Printed and cut: screen print, risograph, Japanese woodblock, paper cut, pixels."""

from itertools import product

import cv2
import numpy as np

from gesso.imaging.sketchbook.styles.fields import (
    blur,
    colour,
    crisp,
    cut,
    far,
    fit,
    flat,
    flow,
    frame,
    grain,
    ink,
    lift,
    luma,
    mix,
    nearest,
    noise,
    plain,
    proxy,
    ramp,
    relief,
    rgb_of,
    saturate,
    screen,
    simplify,
    spread,
    swatches,
    territories,
    toned,
    warp,
)
from gesso.imaging.sketchbook.styles.picture import Picture, Plane

_DARK_INKS = ("20397a", "0f6b6b", "3a2a6e", "2b2d33", "7a2440", "1f5a3c")  # the key: carries the drawing
_WARM_INKS = ("ff4b6e", "f25c2a", "ff48b0", "d9482b", "00a3b4", "6aa84f", "9a5bd0")
_LIGHT_INKS = ("ffd23f", "ffb347", "8fd3d6", "f7a8c4", "bcd979", "a8c8ff")


def screen_print(p: Picture) -> Plane:
    """A handful of flat inks with clean edges, a bare margin, a faint slip between screens."""
    soft = saturate(plain(p, 512, 8, 6), 1.25)
    lab = swatches(soft, 7)
    # A poster has its lightest and darkest ink well apart, whatever the picture had.
    reach = max(float(np.ptp(lab[:, 0])), 1.0)
    lab_out = lab * np.array([1, 1.25, 1.25], np.float32)
    wide = 14 + (lab[:, 0] - lab[:, 0].min()) * (80 / reach)
    lab_out[:, 0] = mix(lab[:, 0], wide, 0.6)
    shares = territories(p, nearest(soft, lab), len(lab), 4.2)
    paper = colour("f7f1e3")
    edge = ramp(36, 37.2, frame(p))
    tints = rgb_of(lab_out)
    # Light inks are printed with trap: under every edge there is ink already, never bare paper.
    under = sum((lift(share) * tint for share, tint in zip(shares, tints, strict=True)), np.zeros_like(p.rgb))
    printed = mix(np.broadcast_to(paper, p.rgb.shape), under, lift(edge))
    drybrush = spread(noise(p, 2.2, 2))
    for share, tint in zip(reversed(shares), reversed(tints), strict=True):
        slip = p.rng.uniform(-1.4, 1.4, 2).astype(np.float32)
        moved = warp(p, share, np.full_like(share, slip[0]), np.full_like(share, slip[1]))
        printed = mix(printed, np.broadcast_to(tint, p.rgb.shape), lift(moved * edge))
    # The key screen: a few drawn lines in the darkest ink hold small forms together.
    source = luma(simplify(p, p.rgb, 4)) + 0.22 * far(p)
    drawn = ink(p, source, flow(p, 7), 2.2, 0.55, 3.0) * edge
    printed = mix(printed, np.broadcast_to(tints[0], p.rgb.shape), lift(0.9 * drawn))
    out: Plane = printed * lift(1 + 0.010 * drybrush) + 0.008 * grain(p, 1.2)
    return out


def risograph(p: Picture) -> Plane:
    """Three spot inks, each through its own dot screen, a little out of register, uneven as soy ink is."""
    rgb = simplify(p, saturate(p.rgb, 1.2), 4)
    rgb = rgb * lift(np.clip(toned(luma(rgb), 1.6, 0.64) / np.maximum(luma(rgb), 0.05), 0.7, 2.2))
    wanted = -np.log(np.clip(rgb, 0.05, 1))
    inks = _inks(p)
    absorb = -np.log(inks)
    cover = _separate(wanted, absorb)
    light = np.zeros_like(p.rgb)
    for k, angle in enumerate((0.78, 0.26, 1.31)):
        slip = p.rng.uniform(-3.2, 3.2, 2).astype(np.float32)
        plate = warp(
            p,
            np.ascontiguousarray(cover[..., k]),
            np.full_like(p.depth, slip[0]),
            np.full_like(p.depth, slip[1]),
        )
        # Dots of full ink on bare paper average as light does, not as absorbance: Murray and Davies 1936.
        strong = float(absorb[k].max())
        area = (1 - np.exp(-strong * np.clip(plate, 0, 1))) / np.float32(1 - np.exp(-strong))
        dots = cut(p, area, screen(p, 7.2, angle), 7.2)
        rough = ramp(-2.9, -0.9, spread(noise(p, 2.2, 2) + 0.9 * noise(p, 70, 3)))
        light += lift(dots * rough * (0.86 + 0.14 * noise(p, 200, 2))) * absorb[k]
    inside = lift(ramp(24, 25, frame(p)))
    paper = colour("f6f0e2") * lift(1 + 0.014 * spread(noise(p, 2.6, 2)))
    out: Plane = paper * np.exp(-light * inside)
    return out


def ukiyo_e(p: Picture) -> Plane:
    """Japanese woodblock: mineral colours, flat or graded, an indigo key line, the grain of the plank."""
    along = flow(p, 7)
    soft = plain(p, 560, 9, 7)
    lab = swatches(soft, 10)
    stock = np.array(
        [
            colour(c)
            for c in (
                "1c355e",
                "2f5d8c",
                "7fa6b8",
                "c9d6c4",
                "efe3c4",
                "e3b565",
                "d2693c",
                "b03a32",
                "6c7f52",
                "3f5148",
                "8c6a5a",
                "d9a48f",
                "5a4a6a",
                "27272f",
            )
        ]
    )
    stock_lab = cv2.cvtColor(stock[None], cv2.COLOR_RGB2LAB)[0]
    # Prints are light: the middle of the range is lifted, the darks stay a little open.
    light = lab.copy()
    light[:, 0] = 14 + 80 * toned(lab[:, :1] / np.float32(100), 1.8, 0.62)[:, 0]
    way = np.square((light[:, None] - stock_lab) * np.array([0.6, 1, 1], np.float32)).sum(-1)
    kin = stock_lab[np.argmin(way, 1)]
    tints = rgb_of(mix(light, kin, np.array([0.5, 0.85, 0.85], np.float32)))
    block = flat(p, nearest(soft, lab), tints, 4.0)
    # Bokashi: the printer wipes the block so that a colour fades across its shape.
    graded = block + (blur(p, p.rgb, 10) - blur(p, block, 10)) * 0.45
    plank = spread(noise(p, 3, 2, stretch=30) + 0.8 * noise(p, 9, 2, stretch=24))
    fibre = spread(noise(p, 2.6, 2))
    graded = graded * lift(1 + 0.017 * plank) + lift(0.014 * ramp(0.3, 1.8, plank))
    source = luma(simplify(p, p.rgb, 5)) + 0.22 * far(p)
    line = ink(p, source, along, 2.3, 1.0, 2.6) * ramp(-2.4, -0.6, fibre + 0.5 * plank)
    printed = mix(graded, np.broadcast_to(colour("1a2440"), block.shape), lift(0.9 * line))
    edge = frame(p)
    paper = colour("f1e7cf") * lift(1 + 0.012 * fibre)
    inside = ramp(33, 34.2, edge)
    rule = ramp(30.5, 31.5, edge) * ramp(35, 34, edge)
    printed = mix(paper, printed * colour("fbf3dd"), lift(inside))
    return mix(printed, np.broadcast_to(colour("1a2440"), block.shape), lift(0.85 * rule))


def paper_cut(p: Picture) -> Plane:
    """Sheets of coloured paper stacked by depth and tone, each with its soft shadow on the ones behind."""
    small = plain(p, 420, 12, 9)
    here = Picture(small, fit(p.depth, small.shape), p.rng, p.palette, min(small.shape[:2]) / 1024)
    away = far(here)
    # Depth counts as a colour of its own, so that two ridges of one colour are two sheets.
    seen = mix(small, np.broadcast_to(lift(away), small.shape), 0.25) if away.any() else small
    lab = swatches(seen, 8)
    shares = [blur(here, (nearest(seen, lab) == k).astype(np.float32), 6.5) for k in range(len(lab))]
    labels = np.argmax(np.stack(shares), axis=0)
    kinds = [k for k in range(len(lab)) if np.mean(labels == k) > 0.004]
    # Nearer sheets lie on top; where depth says nothing, the dark lies on the light.
    tints = np.array([small[labels == k].mean(0) for k in kinds])
    rank = np.array([1.2 * away[labels == k].mean() for k in kinds]) + tints @ np.array([0.15, 0.3, 0.06], np.float32)
    tints = cv2.cvtColor(tints[None], cv2.COLOR_RGB2LAB)[0]
    tints[:, 0] = mix(tints[:, 0], 12 + 84 * toned(tints[:, :1] / 100, 2.0, 0.58)[:, 0], 0.75)
    tints = rgb_of(tints * np.array([1, 1.3, 1.3], np.float32))
    order = np.argsort(-rank)
    sheets = [
        (np.isin(labels, [kinds[j] for j in order[i:]]).astype(np.float32), tints[k]) for i, k in enumerate(order)
    ]
    fibre = spread(noise(p, 3, 3) + 0.5 * noise(p, 14, 2))
    tooth = relief(p, fibre, 0.55)
    rgb = np.broadcast_to(sheets[0][1], p.rgb.shape).copy()
    for shape, tint in sheets[1:]:
        mask = fit(blur(here, shape, 5), p.depth.shape)
        mask = crisp(mask, 0.5)
        drop = warp(p, blur(p, mask, 15), np.full_like(mask, -7), np.full_like(mask, -13))
        near = warp(p, blur(p, mask, 3.5), np.full_like(mask, -2), np.full_like(mask, -3.5))
        rgb *= lift(1 - 0.42 * drop) * lift(1 - 0.22 * near)
        sheet = np.broadcast_to(tint, p.rgb.shape)
        lit = relief(p, blur(p, mask, 1.2), 1.6)
        rgb = mix(rgb, sheet * lift(1 + 0.10 * np.clip(-lit, -0.6, 1)), lift(mask))
    rgb *= lift(1 + 0.035 * tooth + 0.012 * fibre)
    return rgb


def pixel(p: Picture) -> Plane:
    """Sixteen colours on a coarse grid, ordered dithering between neighbours in the palette."""
    height, width = p.depth.shape
    cell = max(1, round(8 * p.scale))
    rows, columns = -(-height // cell), -(-width // cell)
    padded = cv2.copyMakeBorder(p.rgb, 0, rows * cell - height, 0, columns * cell - width, cv2.BORDER_REPLICATE)
    small = cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA)
    sharp = np.clip(small + 0.6 * (small - cv2.GaussianBlur(small, (0, 0), 1.0)), 0, 1)
    sharp = saturate(sharp, 1.22)
    lab = swatches(sharp, 16)
    lab[:, 1:] *= 1.1
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
    bayer = ((order - 7.5) / 16).astype(np.float32)
    pattern = np.tile(bayer, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    # The step a dither must bridge is the usual distance between neighbours in the palette.
    gaps = np.sqrt(np.square(lab[:, None] - lab[None]).sum(-1)) + 1e3 * np.eye(len(lab), dtype=np.float32)
    step = float(np.median(gaps.min(1))) / 100
    chosen = nearest(sharp + pattern[..., None] * np.float32(0.75 * step), lab)
    tiny = rgb_of(lab)[chosen]
    out: Plane = np.repeat(np.repeat(tiny, cell, 0), cell, 1)[:height, :width]
    return out


def _inks(p: Picture) -> Plane:
    """(3, 3) the dark, warm and light spot inks that between them come closest to the picture."""
    sample = proxy(saturate(p.rgb, 1.2), 24).reshape(-1, 3)[:1500]
    wanted = -np.log(np.clip(sample, 0.05, 1))
    weight = 0.1 + np.ptp(sample, axis=-1)
    best, chosen = np.inf, np.zeros((3, 3), np.float32)
    for trio in product(_DARK_INKS, _WARM_INKS, _LIGHT_INKS):
        inks = np.clip(np.array([colour(code) for code in trio]), 0.03, 0.985)
        absorb = -np.log(inks)
        made = np.exp(-_separate(wanted, absorb).clip(0, 1) @ absorb)
        # Hue must be right above all: lightness is mended by the key.
        miss = made - sample
        grey = miss.mean(-1, keepdims=True)
        loss = float((weight * (np.square(miss - grey).sum(-1) + 0.25 * np.square(grey[:, 0]))).mean())
        if loss < best:
            best, chosen = loss, inks
    return chosen


def _separate(wanted: Plane, absorb: Plane) -> Plane:
    """(..., 3) share of each ink whose absorbances add up to `wanted`: non-negative least squares.

    Multiplicative updates (Lee and Seung 2001) keep the shares positive.
    """
    target = wanted @ absorb.T
    gram = absorb @ absorb.T
    share = np.full_like(target, 0.4)
    for _ in range(8):
        share *= (target + 1e-4) / (share @ gram + 1e-4)
    return share
