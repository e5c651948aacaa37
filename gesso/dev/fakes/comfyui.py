"""A ComfyUI server, by its recordings: graphs checked and carried out as it does, a queue, a history, a WebSocket.

Written from the facts of its versions 0.3.64 and 0.38.1, apart from the client. `comfyui.json` is its own /object_info,
of the nodes that are known here. What a node makes has the real size and type, and noise in the place of a picture.
"""

import base64
import copy
import io
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote

import av
import numpy as np
from PIL import Image
from websockets.frames import Opcode
from websockets.protocol import Protocol, Side

from gesso.dev.fakes.server import Answered, Asked, Fake

INFO: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MODELS: Final[dict[str, list[str]]] = {
    "checkpoints": ["sd15.safetensors", "sd15-inpainting.safetensors", "xl/sdxl.safetensors"],
    "diffusion_models": [
        "flux1-dev.safetensors",
        "flux1-fill-dev.safetensors",
        "flux1-kontext-dev.safetensors",
        "qwen_image.safetensors",
        "qwen_image_edit.safetensors",
        "wan2.2_ti2v.safetensors",
    ],
    "text_encoders": [
        "clip_l.safetensors",
        "t5xxl_fp16.safetensors",
        "qwen_2.5_vl_7b.safetensors",
        "umt5_xxl.safetensors",
    ],
    "vae": ["ae.safetensors", "qwen_image_vae.safetensors", "wan_vae.safetensors"],
    "loras": ["ink.safetensors"],
    "controlnet": ["cn_canny.safetensors", "cn_depth.safetensors", "cn_scribble.safetensors", "union_xl.safetensors"],
    "upscale_models": ["RealESRGAN_x4plus.pth"],
    "style_models": ["flux1-redux-dev.safetensors"],
    "clip_vision": ["clip_vision_g.safetensors", "sigclip_vision_patch14_384.safetensors"],
}
LISTS: Final = {
    "ckpt_name": "checkpoints",
    "unet_name": "diffusion_models",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
    "vae_name": "vae",
    "lora_name": "loras",
    "control_net_name": "controlnet",
    "model_name": "upscale_models",
    "style_model_name": "style_models",
}
STEPS: Final = 3
"""How many steps a sampler really takes here, whatever it is told."""


@dataclass
class Job:
    number: int
    ticket: str
    graph: dict[str, Any]
    client: str
    targets: list[str]
    way: str
    state: str = "pending"
    told: list[Any] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    stopped: bool = False

    def item(self) -> list[Any]:
        return [self.number, self.ticket, self.graph, {"client_id": self.client}, self.targets]

    def history(self) -> dict[str, Any]:
        well = self.state == "success"
        status = {"status_str": "success" if well else "error", "completed": well, "messages": self.told}
        return {"prompt": self.item(), "outputs": self.outputs, "status": status, "meta": {}}


class Interrupted(Exception):
    pass


class Broken(Exception):
    pass


class Line:
    """One WebSocket, from the server's side."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.protocol = Protocol(Side.SERVER)
        self.lock = threading.Lock()
        self.previews_told = False

    def tell(self, event: str, data: dict[str, Any]) -> None:
        self._send(lambda: self.protocol.send_text(json.dumps({"type": event, "data": data}).encode()))

    def show(self, ticket: str, node: str, data: bytes) -> None:
        if self.previews_told:
            names = {"node_id": node, "prompt_id": ticket, "display_node_id": node, "real_node_id": node}
            told = json.dumps({**names, "parent_node_id": None, "image_type": "image/jpeg"}).encode()
            frame = (4).to_bytes(4) + len(told).to_bytes(4) + told + data
        else:
            frame = (1).to_bytes(4) + (1).to_bytes(4) + data
        self._send(lambda: self.protocol.send_binary(frame))

    def _send(self, say: Callable[[], None]) -> None:
        with self.lock, suppress(OSError, Exception):
            say()
            for data in self.protocol.data_to_send():
                self.line.sendall(data)

    def cut(self) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)

    def heard(self) -> Iterator[Any]:
        """What the client says, until it or somebody else closes."""
        while True:
            try:
                data = self.line.recv(65536)
            except OSError:
                return
            with self.lock:
                if data:
                    self.protocol.receive_data(data)
                else:
                    self.protocol.receive_eof()
                events = self.protocol.events_received()
                with suppress(OSError):
                    for sending in self.protocol.data_to_send():
                        if sending:
                            self.line.sendall(sending)
            for event in events:
                if event.opcode is Opcode.TEXT:  # type: ignore[union-attr]
                    yield json.loads(bytes(event.data))  # type: ignore[union-attr]
            if not data or self.protocol.close_expected():
                return


class ComfyUI(Fake):
    """`lacks` are classes of nodes that it does not have. `waits` holds whatever samples; `deaf` has no WebSocket;
    `drops` is how many times the WebSocket dies in the middle of a job."""

    def __init__(self, *lacks: str, version: str = "0.38.1", models: dict[str, list[str]] | None = None) -> None:
        super().__init__()
        self.version = version
        self.models = MODELS | (models or {})
        self.info = {name: self._listed(name, told) for name, told in INFO.items() if name not in lacks}
        self.inputs: dict[str, bytes] = {}
        self.made: dict[tuple[str, str, str], bytes] = {}
        self.jobs: dict[str, Job] = {}
        self.lines: dict[str, Line] = {}
        self.heard: list[Any] = []
        self.connected: list[str] = []
        self.stopped: list[str] = []
        self.freed: list[Any] = []
        self.waits = self.deaf = False
        self.drops = 0
        self.number = 0
        self.turning = threading.Condition(threading.RLock())
        self.closed = False

    @property
    def new(self) -> bool:
        return self.version >= "0.38"

    def _listed(self, name: str, told: dict[str, Any]) -> dict[str, Any]:
        """With the files that lie here."""
        told = copy.deepcopy(told)
        for input, rule in told["input"].get("required", {}).items():
            folder = LISTS.get(input) or {"CLIPLoader": "text_encoders", "CLIPVisionLoader": "clip_vision"}.get(name)
            if (isinstance(rule[0], list) and rule[0] == []) or input in LISTS or input == "clip_name":
                rule[:] = [["pixel_space"] * (name == "VAELoader") + self.models[str(folder)]]
        return told

    @contextmanager
    def running(self, port: int = 0) -> Iterator[Self]:
        worker = threading.Thread(target=self._work, daemon=True)
        with super().running(port):
            worker.start()
            yield self
            with self.turning:
                self.closed = True
                self.turning.notify_all()
            worker.join()
            self.cut()

    def cut(self) -> None:
        for line in list(self.lines.values()):
            line.cut()

    def restart(self) -> None:
        """As after a new start: nothing of its jobs is known any more."""
        with self.turning:
            for job in self.jobs.values():
                job.stopped = True
            self.jobs.clear()
            self.turning.notify_all()
        self.cut()

    def go(self) -> None:
        """What was held goes on."""
        with self.turning:
            self.waits = False
            self.turning.notify_all()

    def costs(self, asked: Asked) -> bool:
        return asked.path == "/prompt" and asked.method == "POST"

    # --- over HTTP

    def answer(self, asked: Asked, way: str) -> Answered:
        if "origin" in asked.headers:
            return Answered(403)
        if way == "500":
            return Answered(500, b"500 Internal Server Error\n\nServer got itself in trouble")
        with self.turning:
            if named := re.fullmatch(r"/api/jobs/([^/]+)(/cancel)?", asked.path):
                return self._job(named[1], bool(named[2])) if self.new else Answered(404)
            return self._answer(asked, asked.path.removeprefix("/api"), way)

    def _answer(self, asked: Asked, path: str, way: str) -> Answered:
        if path == "/system_stats":
            return Answered.of(200, {"system": {"comfyui_version": self.version}, "devices": []})
        if named := re.fullmatch(r"/object_info/(.+)", path):
            kind = unquote(named[1])
            return Answered.of(200, {kind: self.info[kind]} if kind in self.info else {})
        if named := re.fullmatch(r"/models/(.+)", path):
            return Answered.of(200, self.models[named[1]]) if named[1] in self.models else Answered(404)
        if path == "/upload/image":
            return self._uploaded(asked)
        if path == "/prompt":
            if asked.method == "POST":
                return self._prompted(asked, way)
            return Answered.of(200, {"exec_info": {"queue_remaining": len(self._left())}})
        if asking_of := re.fullmatch(r"/history/(.+)", path):
            job = self.jobs.get(asking_of[1])
            over = job is not None and job.state in ("success", "error")
            return Answered.of(200, {job.ticket: job.history()} if job and over else {})
        if path == "/queue" and asked.method == "GET":
            running = [job.item() for job in self._left() if job.state == "running"]
            pending = [job.item() for job in self._left() if job.state == "pending"]
            return Answered.of(200, {"queue_running": running, "queue_pending": pending})
        if path == "/queue":
            for ticket in asked.json().get("delete", []):
                if ticket in self.jobs and self.jobs[ticket].state == "pending":
                    self.stopped.append(ticket)
                    del self.jobs[ticket]
            return Answered(200)
        if path == "/interrupt":
            self._interrupt((asked.json() if asked.body else {}).get("prompt_id"))
            return Answered(200)
        if path == "/free":
            self.freed.append(asked.json())
            return Answered(200)
        if path == "/view":
            asking = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
            if ".." in asking["filename"]:
                return Answered(400)
            key = asking.get("type", "output"), asking.get("subfolder", ""), asking["filename"]
            return Answered(200, self.made[key], {"content-type": "image/png"}) if key in self.made else Answered(404)
        return Answered(404)

    def _job(self, ticket: str, cancel: bool) -> Answered:
        if not re.fullmatch(UUID, ticket):
            return Answered.of(400, {"error": "Invalid job ID"})
        job = self.jobs.get(ticket)
        if not cancel:
            return Answered.of(200, {"id": ticket, "status": job.state}) if job else Answered.of(404, {"error": "no"})
        if job is not None and job.state == "pending":
            self.stopped.append(ticket)
            del self.jobs[ticket]
        elif job is not None:
            self._interrupt(ticket)
        return Answered.of(200, {"cancelled": job is not None})

    def _interrupt(self, ticket: str | None) -> None:
        for job in self.jobs.values():
            if job.state == "running" and ticket in (None, job.ticket):
                self.stopped.append(job.ticket)
                job.stopped = True
                self.turning.notify_all()

    def _left(self) -> list[Job]:
        return sorted((job for job in self.jobs.values() if job.state in ("pending", "running")), key=_number)

    def _uploaded(self, asked: Asked) -> Answered:
        told: dict[str, Any] = {}
        for part in asked.parts():
            told[str(part.get_param("name", header="content-disposition"))] = part
        data = told["image"].get_payload(decode=True)
        name = told["image"].get_filename()
        folder = told["subfolder"].get_payload(decode=True).decode()
        if ".." in folder or not name:
            return Answered(400)
        self.inputs[f"{folder}/{name}".lstrip("/")] = data
        return Answered.of(200, {"name": name, "subfolder": folder, "type": "input"})

    def _prompted(self, asked: Asked, way: str) -> Answered:
        try:
            told = asked.json()
        except ValueError:
            return Answered(500, b"500 Internal Server Error\n\nServer got itself in trouble")
        if "prompt" not in told:
            return _error("no_prompt", "No prompt provided")
        ticket, graph = told.get("prompt_id", ""), told["prompt"]
        if self.new and not re.fullmatch(UUID, ticket):
            return _error("invalid_prompt_id", "prompt_id must be a UUID")
        for number, node in graph.items():
            if "class_type" not in node or node["class_type"] not in self.info:
                facts = {"node_id": number, "class_type": node.get("class_type"), "node_title": None}
                said = f"Cannot execute because node {node.get('class_type')} does not exist."
                if self.new:
                    return _error("missing_node_type", said, extra_info=facts)
                return _error("invalid_prompt", said, details=f"Node ID '#{number}'")
        targets = [number for number, node in graph.items() if self.info[node["class_type"]]["output_node"]]
        if not targets or way == "full":
            return _error("prompt_no_outputs", "Prompt has no outputs")
        faults: dict[str, list[dict[str, Any]]] = {}
        good = [target for target in targets if self._valid(target, graph, faults, set())]
        self.wrong += [str(faults)] if faults else []
        nodes = {
            number: {"errors": found, "dependent_outputs": targets, "class_type": graph[number]["class_type"]}
            for number, found in faults.items()
        }
        if not good:
            return _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", nodes)
        if ticket in self.jobs:
            self.wrong.append(f"{ticket} came twice")
        self.orders.append(graph)
        self.number += 1
        self.jobs[ticket] = Job(self.number, ticket, graph, told.get("client_id", ""), good, way)
        self.turning.notify_all()
        if way == "500 after":
            return Answered(500, b"trouble")
        return Answered.of(200, {"prompt_id": ticket, "number": self.number, "node_errors": nodes})

    # --- as the real one checks graphs

    def _valid(self, number: str, graph: dict[str, Any], faults: dict[str, Any], passed: set[str]) -> bool:
        """Of a node and of all that it is linked to."""
        if number in passed:
            return number not in faults
        passed.add(number)
        node, found, well = graph[number], [], True
        for name, rule, required in self._rules(node["class_type"]):
            if name not in node["inputs"]:
                if required:
                    found.append(_fault("required_input_missing", "Required input is missing", name))
                continue
            value = node["inputs"][name]
            options = rule[1] if len(rule) > 1 else {}
            if isinstance(value, list):
                if len(value) != 2:
                    found.append(_fault("bad_linked_input", "Bad linked input", name))
                    continue
                if value[0] not in graph:
                    found.append(_fault("exception_during_validation", "Exception when validating node", name))
                    continue
                gives = self.info[graph[value[0]]["class_type"]]["output"][value[1]]
                if gives != rule[0]:
                    said = f"{name}, received_type({gives}) mismatch input_type({rule[0]})"
                    found.append(_fault("return_type_mismatch", "Return type mismatch between linked nodes", said))
                    continue
                well = self._valid(value[0], graph, faults, passed) and well
            elif options.get("image_upload"):
                if value not in self.inputs:
                    said = f"{name} - Invalid image file: {value}"
                    found.append(_fault("custom_validation_failed", "Custom validation failed for node", said))
            elif isinstance(rule[0], list) or rule[0] == "COMBO":
                may = rule[0] if isinstance(rule[0], list) else options["options"]
                if value not in may:
                    said = f"{name}: '{value}' not in {may if len(may) <= 20 else f'(list of length {len(may)})'}"
                    found.append(_fault("value_not_in_list", "Value not in list", said))
            elif rule[0] in ("INT", "FLOAT"):
                try:
                    value = (int if rule[0] == "INT" else float)(value)
                except (TypeError, ValueError) as error:
                    said = f"Failed to convert an input value to a {rule[0]} value"
                    found.append(_fault("invalid_input_type", said, f"{name}, {value}, {error}"))
                    continue
                if value < options.get("min", value):
                    said = f"Value {value} smaller than min of {options['min']}"
                    found.append(_fault("value_smaller_than_min", said, name))
                if value > options.get("max", value):
                    said = f"Value {value} bigger than max of {options['max']}"
                    found.append(_fault("value_bigger_than_max", said, name))
            elif rule[0] not in ("STRING", "BOOLEAN"):
                said = f"{name}, {value} is no {rule[0]}"
                found.append(_fault("exception_during_validation", "Exception when validating node", said))
        if found:
            faults[number] = found
        return well and not found

    def _rules(self, kind: str) -> Iterator[tuple[str, Any, bool]]:
        for category in ("required", "optional"):
            for name, rule in self.info[kind]["input"].get(category, {}).items():
                yield name, rule, category == "required"

    # --- as the real one carries them out

    def _work(self) -> None:
        while True:
            with self.turning:
                while not self.closed and not any(job.state == "pending" for job in self.jobs.values()):
                    self.turning.wait()
                if self.closed:
                    return
                job = next(job for job in self._left() if job.state == "pending")
                job.state = "running"
            self._status()
            try:
                self._tell(job, "execution_start")
                self._tell(job, "execution_cached", nodes=[])
                self._carry_out(job)
                self._tell(job, "execution_success")
                job.state = "success"
            except Interrupted:
                facts = {"node_id": "ks", "node_type": "KSampler", "executed": []}
                self._tell(job, "execution_interrupted", **facts)
                job.state = "error"
            except Broken as error:
                facts = {"node_id": "ks", "node_type": "KSampler", "executed": []}
                more = {"exception_message": str(error), "exception_type": "RuntimeError", "traceback": []}
                self._tell(job, "execution_error", **facts, **more, current_inputs={}, current_outputs=[])
                job.state = "error"
            self._status()
            self._tell(job, "executing", node=None)

    def _tell(self, job: Job, event: str, **facts: Any) -> None:
        """Only who sent the job hears of it."""
        told = {**facts, "prompt_id": job.ticket}
        if event.startswith("execution_"):
            job.told.append([event, told])
        if line := self.lines.get(job.client):
            line.tell(event, told)

    def _status(self) -> None:
        for line in list(self.lines.values()):
            line.tell("status", {"status": {"exec_info": {"queue_remaining": len(self._left())}}})

    def _carry_out(self, job: Job) -> None:
        states: dict[str, Any] = {}
        made: dict[str, list[Any]] = {}

        def reached(node: str, value: float, most: float, state: str) -> None:
            names = {"node_id": node, "prompt_id": job.ticket, "display_node_id": node, "real_node_id": node}
            states[node] = {"value": value, "max": most, "state": state, **names, "parent_node_id": None}
            self._tell(job, "progress_state", nodes=dict(states))

        def of(link: list[Any]) -> Any:
            node = link[0]
            if node not in made:
                inputs = {
                    name: of(value) if isinstance(value, list) else value
                    for name, value in job.graph[node]["inputs"].items()
                }
                reached(node, 0.0, 1.0, "running")
                self._tell(job, "executing", node=node, display_node=node)
                kind = job.graph[node]["class_type"]
                if "Sampler" in kind and "Select" not in kind:
                    self._sample(job, node, reached)
                made[node] = self._outputs(job, node, kind, inputs)
                reached(node, states[node]["max"], states[node]["max"], "finished")
            return made[node][link[1]]

        for target in job.targets:
            of([target, 0])

    def _sample(self, job: Job, node: str, reached: Callable[[str, float, float, str], None]) -> None:
        for step in range(1, STEPS + 1):
            reached(node, step, STEPS, "running")
            line = self.lines.get(job.client)
            if line is not None:
                line.show(job.ticket, node, _jpeg(step))
            self._tell(job, "progress", value=step, max=STEPS, node=node)
            if line is not None and self.drops:
                self.drops -= 1
                line.cut()
            with self.turning:
                while self.waits and not job.stopped and not self.closed:
                    self.turning.wait()
                if job.stopped or self.closed:
                    raise Interrupted
        if job.way == "failed":
            raise Broken("out of memory")

    def _outputs(self, job: Job, node: str, kind: str, told: dict[str, Any]) -> list[Any]:
        """Pictures are (width, height) and a seed of noise, films have a length besides; the rest is a name."""
        match kind:
            case "LoadImage" | "LoadImageMask":
                size = Image.open(io.BytesIO(self.inputs[told["image"]])).size
                return [(size, 0)] if kind == "LoadImageMask" else [(size, 0), (size, 0)]
            case "EmptyLatentImage" | "EmptySD3LatentImage" | "EmptyImage":
                return [((told["width"] // 8 * 8, told["height"] // 8 * 8), 0)]
            case "VAEEncode" | "VAEEncodeForInpaint":
                (width, height), seed = told["pixels"]
                return [((width // 8 * 8, height // 8 * 8), seed)]
            case "SetLatentNoiseMask":
                return [told["samples"]]
            case "GrowMask":
                return [told["mask"]]
            case "InpaintModelConditioning":
                return ["positive", "negative", told["pixels"]]
            case "WanImageToVideo":
                if (told["length"] - 1) % 4:
                    self.wrong.append(f"a film of {told['length']} frames")
                return ["positive", "negative", ((told["width"], told["height"]), told["length"])]
            case "KSampler":
                size, _ = told["latent_image"]
                return [(size, told["seed"] + 1)]
            case "VAEDecode":
                return [told["samples"]]
            case "ImageUpscaleWithModel":
                (width, height), seed = told["image"]
                return [((width * 4, height * 4), seed + 7)]
            case "ImageScale":
                return [((told["width"], told["height"]), told["image"][1])]
            case "ImageScaleBy":
                (width, height), seed = told["image"]
                return [((round(width * told["scale_by"]), round(height * told["scale_by"])), seed)]
            case "ImageInvert" | "Anything / Everywhere?":
                return [told["image"]]
            case "CreateVideo":
                return [told["images"]]
            case "SaveImage" | "PreviewImage" | "SaveVideo":
                return [self._saved(job, node, kind, told)]
        return [name.lower() for name in self.info[kind]["output"]]

    def _saved(self, job: Job, node: str, kind: str, told: dict[str, Any]) -> dict[str, Any]:
        (width, height), seed = told["video" if kind == "SaveVideo" else "images"]
        folder, _, name = str(told.get("filename_prefix", "temp")).rpartition("/")
        where = "temp" if kind == "PreviewImage" else "output"
        file = f"{name}_{node}_00001_.{'mp4' if kind == 'SaveVideo' else 'png'}"
        if job.way == "garbage":
            data = b"<html>"
        else:
            data = _film((width, height)) if kind == "SaveVideo" else _noise((width, height), seed)
        self.made[where, folder, file] = data
        output = {"images": [{"filename": file, "subfolder": folder, "type": where}]}
        job.outputs[node] = {**output, "animated": [True]} if kind == "SaveVideo" else output
        self._tell(job, "executed", node=node, display_node=node, output=output)
        return output

    # --- over the WebSocket

    def upgraded(self, asked: Asked, line: socket.socket) -> bool:
        if self.deaf or asked.path not in ("/ws", "/api/ws"):
            return False
        if "origin" in asked.headers:
            self.wrong.append("an origin came with the WebSocket")
        client = parse_qs(asked.query).get("clientId", ["none"])[0]
        key = base64.b64encode(sha1((asked.headers["sec-websocket-key"] + MAGIC).encode()).digest()).decode()
        head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        line.sendall("\r\n".join([*head, f"Sec-WebSocket-Accept: {key}", "", ""]).encode())
        told = Line(line)
        told.tell("status", {"status": {"exec_info": {"queue_remaining": len(self._left())}}, "sid": client})
        # A second one takes the place of the first, which hears nothing any more.
        self.lines[client] = told
        self.connected.append(client)
        first = True
        for said in told.heard():
            self.heard.append(said)
            if first and said.get("type") == "feature_flags":
                told.previews_told = bool(said["data"].get("supports_preview_metadata"))
                told.tell("feature_flags", {"supports_preview_metadata": True, "max_upload_size": 104857600})
            first = False
        if self.lines.get(client) is told:
            del self.lines[client]
        return True


def _number(job: Job) -> int:
    return job.number


def _fault(kind: str, message: str, details: str) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": {}}


def _error(kind: str, message: str, nodes: Any = None, extra_info: Any = None, details: str = "") -> Answered:
    error = {"type": kind, "message": message, "details": details, "extra_info": extra_info or {}}
    return Answered.of(400, {"error": error, "node_errors": nodes or {}})


def _jpeg(step: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(step).integers(0, 255, (32, 32, 3), dtype=np.uint8)).save(out, "JPEG")
    return out.getvalue()


def _noise(size: tuple[int, int], seed: int) -> bytes:
    noise = np.random.default_rng(seed % 2**32).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def _film(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("h264", rate=16)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for shade in range(0, 250, 50):
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), shade, np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return out.getvalue()
