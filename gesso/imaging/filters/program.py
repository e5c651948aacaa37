"""A small language for what happens to one pixel: the arithmetic that numpy and GLSL have in common.

    t = smoothstep(0.4, 1.0, far)
    here * (1 - amount * t)

Lines with a name, then the result. Values are numbers, fields (one number a pixel) and colours (`.r .g .b`, 0..1).
`+ - * /`, comparisons in `step(edge, x)`, and the functions of `FUNCTIONS`, named and defined as in GLSL ES 3.00; the
blend modes are those of W3C Compositing and Blending Level 1. A program has no loops, reads no neighbours and knows
nothing but what it is given, so a shader for it can be written down word by word.
"""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Value = Any
"""A float, a field (h, W, 1) or a colour (h, W, 3) in float32."""

_LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
_OPERATORS: Final[dict[type[ast.operator], Callable[[Value, Value], Value]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def _mix(a: Value, b: Value, t: Value) -> Value:
    return a + (b - a) * t


def _clamp(x: Value, low: Value = 0.0, high: Value = 1.0) -> Value:
    return np.minimum(np.maximum(x, low), high)


def _smoothstep(low: Value, high: Value, x: Value) -> Value:
    t = _clamp((x - low) / (high - low))
    return t * t * (3 - 2 * t)


def _vec3(r: Value, g: Value, b: Value) -> Value:
    parts = np.broadcast_arrays(*(np.asarray(part, np.float32) for part in (r, g, b)))
    return np.concatenate(parts, -1) if parts[0].ndim == 3 else np.asarray(parts, np.float32)


def _luma(colour: Value) -> Value:
    return cv2.transform(colour, _LUMA[None])[..., None] if np.ndim(colour) == 3 else float(np.dot(colour, _LUMA))


def _pow(x: Value, power: Value) -> Value:
    x = np.maximum(x, 0)
    return cv2.pow(x, power).reshape(x.shape) if isinstance(power, float) and np.ndim(x) == 3 else np.power(x, power)


def _dodge(a: Value, b: Value) -> Value:
    return _clamp(a / np.maximum(1 - b, 1e-3))


FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
    "sin": np.sin,
    "cos": np.cos,
    "atan": np.arctan2,
    "exp": np.exp,
    "sqrt": lambda x: np.sqrt(np.maximum(x, 0)),
    "floor": np.floor,
    "fract": lambda x: x - np.floor(x),
    "pow": _pow,
    "mix": _mix,
    "clamp": _clamp,
    "smoothstep": _smoothstep,
    "step": lambda edge, x: np.asarray(x >= edge, np.float32),
    "length": np.hypot,
    "vec3": _vec3,
    "luma": _luma,
    "linear": lambda x: _pow(x, 2.2),
    "encoded": lambda x: _pow(x, 1 / 2.2),
    "multiply": lambda a, b: a * b,
    "screen": lambda a, b: a + b - a * b,
    "overlay": lambda a, b: np.where(a < 0.5, 2 * a * b, 1 - 2 * (1 - a) * (1 - b)),
    "softlight": lambda a, b: a + (2 * b - 1) * np.where(b < 0.5, a - a * a, FUNCTIONS["sqrt"](a) - a),
    "dodge": _dodge,
}
CHANNELS: Final = {"r": slice(0, 1), "g": slice(1, 2), "b": slice(2, 3)}


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[tuple[str, ast.expr], ...]:
    """The lines as (name, expression), the result as "". ValueError where the language has no such thing."""
    lines: list[tuple[str, ast.expr]] = []
    for node in ast.parse("\n".join(line.strip() for line in text.strip().splitlines())).body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                lines.append((name, value))
            case ast.Expr(value):
                lines.append(("", value))
            case _:
                raise ValueError(f"A program has no {type(node).__name__}.")
        _checked(lines[-1][1])
    if not lines or lines[-1][0] or any(name == "" for name, _ in lines[:-1]):
        raise ValueError("A program ends with its one result.")
    return tuple(lines)


def _checked(node: ast.expr) -> None:
    match node:
        case ast.Constant(int() | float()) | ast.Name():
            return
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            _checked(left)
            _checked(right)
        case ast.UnaryOp(ast.USub(), operand):
            _checked(operand)
        case ast.Attribute(value, name) if name in CHANNELS:
            _checked(value)
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            for argument in arguments:
                _checked(argument)
        case _:
            raise ValueError(f"A program knows no {ast.unparse(node)}.")


def run(text: str, given: Mapping[str, Value]) -> Value:
    """What the program makes of what it is given."""
    known = dict(given)
    for name, expression in parse(text):
        known[name] = _value(expression, known)
    return known[""]


def _value(node: ast.expr, known: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(number):
            return float(number)  # type: ignore[arg-type]
        case ast.Name(name):
            return known[name]
        case ast.BinOp(left, operator, right):
            return _OPERATORS[type(operator)](_value(left, known), _value(right, known))
        case ast.UnaryOp(_, operand):
            return -_value(operand, known)
        case ast.Attribute(value, name):
            return _value(value, known)[..., CHANNELS[name]]
        case ast.Call(ast.Name(name), arguments):
            return FUNCTIONS[name](*(_value(argument, known) for argument in arguments))
    raise AssertionError(node)


def free(text: str) -> set[str]:
    """The names that a program has to be given."""
    made: set[str] = set()
    wanted: set[str] = set()
    for name, expression in parse(text):
        calls = {id(node.func) for node in ast.walk(expression) if isinstance(node, ast.Call)}
        wanted |= {n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and id(n) not in calls} - made
        made.add(name)
    return wanted


def field(value: Value, shape: tuple[int, int]) -> NDArray[np.float32]:
    """The value as (h, W, 3)."""
    return np.broadcast_to(np.asarray(value, np.float32), (*shape, 3))
