"""A ComfyUI server, by its recordings: graphs checked as it does, a queue, a history, pictures by /view.

Written from the facts of its versions 0.3.64 and 0.38.1, apart from the client; `comfyui.json` is its own /object_info.
"""

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from PIL import Image

from gesso.dev.fakes.server import Answered, Asked, Fake

INFO: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class ComfyUI(Fake):
    """A job runs for two looks at the history. `lacks` are classes of nodes that it does not have."""

    def __init__(self, *lacks: str) -> None:
        super().__init__()
        self.info = {name: told for name, told in INFO.items() if name not in lacks}
        self.inputs: dict[str, bytes] = {}
        self.jobs: dict[str, tuple[Any, str]] = {}
        self.looked: Counter[str] = Counter()
        self.stopped: list[str] = []
        self.waits = False

    def costs(self, asked: Asked) -> bool:
        return asked.path == "/prompt"

    def answer(self, asked: Asked, way: str) -> Answered:
        if "origin" in asked.headers:
            return Answered(403)
        path = asked.path
        if way == "500":
            return Answered(500, b"500 Internal Server Error\n\nServer got itself in trouble")
        if path == "/system_stats":
            return Answered.of(200, {"system": {"comfyui_version": "0.38.1"}, "devices": []})
        if named := re.fullmatch(r"/object_info/(\w+)", path):
            return Answered.of(200, {named[1]: self.info[named[1]]} if named[1] in self.info else {})
        if path == "/upload/image":
            return self._uploaded(asked)
        if path == "/prompt" and asked.method == "POST":
            return self._prompted(asked, way)
        if asking_of := re.fullmatch(rf"/history/({UUID})", path):
            return Answered.of(200, self._history(asking_of[1]))
        if path == "/queue" and asked.method == "GET":
            left = [[n, job, {}, {}, ["save"]] for n, job in enumerate(self.jobs) if not self._over(job)]
            return Answered.of(200, {"queue_running": left[:1], "queue_pending": left[1:]})
        if path == "/queue" or path == "/interrupt":
            told = asked.json()
            self.stopped += told.get("delete", []) + ([told["prompt_id"]] if "prompt_id" in told else [])
            return Answered(200)
        if path == "/view":
            asking = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
            job = next((job for job in self.jobs if job.startswith(asking["filename"][:13])), None)
            if job is None or asking["subfolder"] != "gesso" or asking["type"] != "output":
                return Answered(404)
            return Answered(200, self._made(*self.jobs[job]), {"content-type": "image/png"})
        return Answered(404)

    def _uploaded(self, asked: Asked) -> Answered:
        told: dict[str, Any] = {}
        for part in asked.parts():
            told[str(part.get_param("name", header="content-disposition"))] = part
        data = told["image"].get_payload(decode=True)
        name = told["image"].get_filename()
        folder = told["subfolder"].get_payload(decode=True).decode()
        self.inputs[f"{folder}/{name}"] = data
        return Answered.of(200, {"name": name, "subfolder": folder, "type": "input"})

    def _prompted(self, asked: Asked, way: str) -> Answered:
        told = asked.json()
        ticket, graph = told.get("prompt_id", ""), told["prompt"]
        if not re.fullmatch(UUID, ticket):
            return _error("invalid_prompt_id", "prompt_id must be a UUID")
        for number, node in graph.items():
            if node["class_type"] not in self.info:
                facts = {"node_id": number, "class_type": node["class_type"]}
                return _error("missing_node_type", "Node not found", extra_info=facts)
        if faults := {n: found for n, node in graph.items() if (found := self._faults(node, graph))}:
            self.wrong += [str(faults)]
            nodes = {
                number: {"errors": found, "dependent_outputs": ["save"], "class_type": graph[number]["class_type"]}
                for number, found in faults.items()
            }
            return _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", nodes)
        if way == "full":
            return _error("prompt_no_outputs", "Prompt has no outputs")
        if ticket in self.jobs:
            self.wrong.append(f"{ticket} came twice")
        self.orders.append(graph)
        self.jobs[ticket] = (graph, way)
        if way == "500 after":
            return Answered(500, b"trouble")
        return Answered.of(200, {"prompt_id": ticket, "number": len(self.jobs), "node_errors": {}})

    def _faults(self, node: dict[str, Any], graph: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        rules = self.info[node["class_type"]]["input"]
        for name, rule in rules.get("required", {}).items():
            if name not in node["inputs"]:
                found.append({"type": "required_input_missing", "message": "missing", "details": name})
                continue
            value = node["inputs"][name]
            options = rule[1] if len(rule) > 1 else {}
            if isinstance(value, list):
                gives = self.info[graph[value[0]]["class_type"]]["output"][value[1]]
                if gives != rule[0]:
                    found.append({"type": "return_type_mismatch", "message": gives, "details": name})
            elif options.get("image_upload"):
                if value not in self.inputs:
                    found.append({"type": "custom_validation_failed", "message": "no image", "details": value})
            elif isinstance(rule[0], list) or rule[0] == "COMBO":
                if value not in (rule[0] if isinstance(rule[0], list) else options["options"]):
                    found.append({"type": "value_not_in_list", "message": "Value not in list", "details": name})
            elif rule[0] in ("INT", "FLOAT") and not options.get("min", value) <= value <= options.get("max", value):
                found.append({"type": "value_bigger_than_max", "message": "out of range", "details": name})
        return found

    def _over(self, ticket: str) -> bool:
        return self.looked[ticket] > 2 and not self.waits

    def _history(self, ticket: str) -> dict[str, Any]:
        if ticket not in self.jobs:
            return {}
        self.looked[ticket] += 1
        if not self._over(ticket):
            return {}
        _, way = self.jobs[ticket]
        status: dict[str, Any] = {"status_str": "success", "completed": True, "messages": []}
        if way == "failed":
            told = {"node_type": "KSampler", "exception_message": "out of memory"}
            status = {"status_str": "error", "completed": False, "messages": [["execution_error", told]]}
            return {ticket: {"prompt": [], "outputs": {}, "status": status}}
        image = {"filename": f"{ticket[:13]}_00001_.png", "subfolder": "gesso", "type": "output"}
        return {ticket: {"prompt": [], "outputs": {"save": {"images": [image]}}, "status": status}}

    def _made(self, graph: dict[str, Any], way: str) -> bytes:
        if way == "garbage":
            return b"<html>"
        if "lat" in graph:
            size = graph["lat"]["inputs"]["width"], graph["lat"]["inputs"]["height"]
        else:
            size = Image.open(io.BytesIO(self.inputs[graph["img"]["inputs"]["image"]])).size
            if "up" in graph:
                size = size[0] * 4, size[1] * 4
        seed = graph.get("ks", {"inputs": {}})["inputs"].get("seed", 0) % 2**32
        noise = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        out = io.BytesIO()
        Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(out, "PNG")
        return out.getvalue()


def _error(kind: str, message: str, nodes: Any = None, extra_info: Any = None) -> Answered:
    error = {"type": kind, "message": message, "details": "", "extra_info": extra_info or {}}
    return Answered.of(400, {"error": error, "node_errors": nodes or {}})
