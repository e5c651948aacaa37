"""Fragments of SVG for small drawn things, in canvas units."""

Point = tuple[float, float]


def polygon(fill: str, *points: Point) -> str:
    """A filled polygon."""
    return f'<polygon fill="{fill}" points="{" ".join(f"{x:.5f},{y:.5f}" for x, y in points)}"/>'


def rect(fill: str, x: float, y: float, wide: float, high: float, round_by: float = 0.0) -> str:
    """A filled rectangle with its corner at (x, y)."""
    size = f'width="{wide:.5f}" height="{high:.5f}" rx="{round_by:.5f}"'
    return f'<rect fill="{fill}" x="{x:.5f}" y="{y:.5f}" {size}/>'


def line(stroke: str, wide: float, start: Point, end: Point) -> str:
    """A straight stroke."""
    (x1, y1), (x2, y2) = start, end
    return f'<path stroke="{stroke}" stroke-width="{wide:.5f}" d="M{x1:.5f} {y1:.5f}L{x2:.5f} {y2:.5f}"/>'


def circle(fill: str, x: float, y: float, radius: float) -> str:
    """A filled circle."""
    return f'<circle fill="{fill}" cx="{x:.5f}" cy="{y:.5f}" r="{radius:.5f}"/>'


def path(fill: str, *steps: str | Point) -> str:
    """A filled path of commands ("M", "Q", "A.5 .5 0 0 1") and the points they take."""
    data = " ".join(step if isinstance(step, str) else f"{step[0]:.5f} {step[1]:.5f}" for step in steps)
    return f'<path fill="{fill}" d="{data}"/>'
