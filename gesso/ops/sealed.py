"""What a file says of where it comes from when it leaves the studio: fields of requests, and the words of a label."""

from typing import Any, Final, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from gesso.ops.fields import Form, titled, ui

_TOLD: Final = {"metadata": ["all", "safe"]}

CREDENTIALS: Final[Any] = Field(
    "signed",
    title="Content credentials",
    description="Signed, the file proves how it was made and from what (C2PA); a change to it is seen. Not signed, it "
    "says so in plain fields only, which anyone can change.",
    json_schema_extra=ui(
        "segments", group="provenance", visible_if=_TOLD, options=titled(signed="Signed", none="Not signed")
    ),
)
CREATOR: Final[Any] = Field(
    "",
    max_length=200,
    title="Creator",
    description="Who made it. Left empty, whom the original names.",
    json_schema_extra=ui("text", group="provenance", advanced=True, visible_if=_TOLD),
)
CREDIT: Final[Any] = Field(
    "",
    max_length=200,
    title="Credit line",
    description="How it is to be credited. Left empty, as the original says.",
    json_schema_extra=ui("text", group="provenance", advanced=True, visible_if=_TOLD),
)
ALT_TEXT: Final[Any] = Field(
    "",
    max_length=1000,
    title="Alternative text",
    description="What it shows, for those who cannot see it. Left empty, the picture's own.",
    json_schema_extra=ui("text", group="provenance", advanced=True, visible_if=_TOLD),
)
AI_LABEL: Final[Any] = Field(
    "text",
    title="AI label",
    description="Where AI had a part in the picture: words for your post, and if you like a mark in its corner. The EU "
    "AI Act (Art. 50) wants people to be told. Nothing is drawn on what was made without AI.",
    json_schema_extra=ui(
        "segments",
        group="provenance",
        options=titled(none="None", text="Words for the post", mark="Words and a mark"),
    ),
)
AI_WORDS: Final[Any] = Field(
    "en",
    title="Language of the label",
    json_schema_extra=ui(
        "select",
        group="provenance",
        advanced=True,
        visible_if={"ai_label": ["text", "mark"]},
        options=titled(en="English", de="Deutsch", fr="Français", es="Español", it="Italiano"),
    ),
)
AI_CORNER: Final[Any] = Field(
    "bottom_left",
    title="Corner of the mark",
    json_schema_extra=ui(
        "select",
        group="provenance",
        advanced=True,
        visible_if={"ai_label": "mark"},
        options=titled(
            top_left="Top left", top_right="Top right", bottom_left="Bottom left", bottom_right="Bottom right"
        ),
    ),
)

Words = Literal["en", "de", "fr", "es", "it"]
LABELS: Final[dict[Words, tuple[str, str, str]]] = {
    "en": ("AI", "This picture was generated with AI.", "This picture was edited with AI."),
    "de": ("KI", "Dieses Bild wurde mit KI erzeugt.", "Dieses Bild wurde mit KI bearbeitet."),
    "fr": ("IA", "Cette image a été générée par IA.", "Cette image a été modifiée par IA."),
    "es": ("IA", "Esta imagen se ha generado con IA.", "Esta imagen se ha editado con IA."),
    "it": ("IA", "Questa immagine è stata generata con l’IA.", "Questa immagine è stata modificata con l’IA."),
}
"""By language: the letters of the mark (as the Union's label has them), and the words for a post about what was
generated and about what was edited."""


class Sealed(Form):
    """A request for a file that leaves the studio. Its other field `metadata`, where that is "none", means that the
    file says nothing at all. They stand at the end of its form."""

    credentials: Literal["signed", "none"] = CREDENTIALS
    creator: str = CREATOR
    credit: str = CREDIT
    alt_text: str = ALT_TEXT
    ai_label: Literal["none", "text", "mark"] = AI_LABEL
    ai_words: Words = AI_WORDS
    ai_corner: Literal["top_left", "top_right", "bottom_left", "bottom_right"] = AI_CORNER

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        told = super().__get_pydantic_json_schema__(schema, handler)
        fields = handler.resolve_ref_schema(told).get("properties", {})
        for name in Sealed.model_fields:
            fields[name] = fields.pop(name)
        for place, field in enumerate(fields.values(), 1):
            field["x-ui"]["order"] = place
        return told

    @property
    def stripped(self) -> bool:
        return getattr(self, "metadata", "safe") == "none"
