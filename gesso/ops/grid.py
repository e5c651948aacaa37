"""Many pictures as one, side by side with their names."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import Field

from gesso.ops.fields import ImageRef, titled, ui
from gesso.ops.operation import Operation

MOST = 64


class Grid(Operation):
    """Lays pictures out as a table with titles, to be shown or sent as one."""

    op = "image.grid"
    rank = 30
    title = "Grid"
    capability = "export"
    example = {"images": ["asset", "asset"], "columns": "before\nafter", "heading": "Two of a kind"}

    images: tuple[ImageRef, ...] = Field(
        min_length=1,
        max_length=MOST,
        title="Pictures",
        description="Row by row, in the order in which one reads.",
        json_schema_extra=ui("images"),
    )
    across: int = Field(
        0,
        ge=0,
        le=MOST,
        title="In a row",
        description="0 takes as many as there are titles of columns, else as fit well.",
        json_schema_extra=ui("number", step=1),
    )
    heading: str = Field("", max_length=300, title="Heading", json_schema_extra=ui("text"))
    columns: str = Field(
        "",
        max_length=4000,
        title="Titles of the columns",
        description="One in a line.",
        json_schema_extra=ui("text"),
    )
    rows: str = Field(
        "", max_length=4000, title="Titles of the rows", description="One in a line.", json_schema_extra=ui("text")
    )
    empty: str = Field(
        "",
        max_length=400,
        pattern=r"^(\d{1,3}( *, *\d{1,3})*)?$",
        title="Left empty",
        description="Places without a picture, counted from 1: 3, 5.",
        json_schema_extra=ui("text", advanced=True),
    )
    long: int = Field(
        512,
        ge=64,
        le=1024,
        title="Each picture",
        description="Its longer side.",
        json_schema_extra=ui("slider", unit="px", step=32),
    )
    ground: Literal["light", "dark"] = Field(
        "light", title="Ground", json_schema_extra=ui("segments", options=titled(light="Bright", dark="Dark"))
    )

    def words(self) -> str:
        return self.heading

    def gaps(self) -> frozenset[int]:
        """The places that stay empty, from 0."""
        return frozenset(int(number) - 1 for number in self.empty.split(",") if number.strip())


def laid_out(
    pictures: Sequence[UUID | None], columns: Sequence[str], rows: Sequence[str], heading: str
) -> tuple[str, dict[str, object]]:
    """The request, as (operation, input), that lays these out; None leaves its place empty."""
    return Grid.op, {
        "images": [str(picture) for picture in pictures if picture is not None],
        "across": len(columns),
        "columns": "\n".join(map(_line, columns)),
        "rows": "\n".join(map(_line, rows)),
        "heading": heading[:300],
        "empty": ", ".join(str(place) for place, picture in enumerate(pictures, 1) if picture is None),
    }


def _line(label: str) -> str:
    """A name in one line, none too long for its place."""
    line = " ".join(label.split()) or "–"
    return line if len(line) <= 60 else line[:59].rstrip() + "…"
