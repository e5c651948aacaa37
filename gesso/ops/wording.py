"""Words about pictures: a prompt made better, a prompt in another language, what a picture shows."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from gesso.ops.fields import Colour, Form, ImageRef, Prompt, Seed, titled, ui
from gesso.ops.operation import Operation

Language = Literal[
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "tr", "uk", "ru", "ar", "hi", "zh", "ja", "ko"
]
LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "cs": "Czech",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ru": "Russian",
    "ar": "Arabic",
    "hi": "Hindi",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}


def language(title: str, *among: str) -> Any:
    """The field that asks for one of these languages, of all where none is named; English unless told otherwise."""
    names = {code: LANGUAGES[code] for code in among or LANGUAGES}
    return Field("en", title=title, json_schema_extra=ui("select", options=titled(**names)))


Told = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]


class Around(Form):
    """What a prompt belongs to: the colours of a brand or a picture, words to use and to avoid, prompts before it."""

    palette: tuple[Colour, ...] = Field((), max_length=8, title="Colours")
    use: tuple[Told, ...] = Field((), max_length=20, title="Words to use")
    avoid: tuple[Told, ...] = Field((), max_length=20, title="Words to avoid")
    earlier: tuple[Told, ...] = Field((), max_length=8, title="Earlier prompts")


class Enhance(Operation):
    """Makes a prompt better: says of light, composition and medium what it leaves open, and keeps what it says."""

    op = "text.enhance"
    rank = 10
    title = "Improve a prompt"
    capability = "words"
    makes = "text"
    example = {"prompt": "a lighthouse at dusk", "seed": 7}

    prompt: Prompt = Field(title="Prompt", description="In any language; it keeps its language.")
    style: str | None = Field(
        None,
        max_length=100,
        title="Style",
        description="A manner, medium or tone to steer towards. Left empty, the prompt decides.",
        json_schema_extra=ui("text"),
    )
    detail: Literal["short", "medium", "long"] = Field(
        "medium",
        title="How much is added",
        json_schema_extra=ui("segments", options=titled(short="Little", medium="Some", long="Much")),
    )
    seed: Seed | None = Field(None, title="Seed", description="Another seed finds other words.")
    context: Around | None = Field(
        None,
        title="Context",
        description="Colours, words to use and to avoid, and earlier prompts that it is to go with.",
        json_schema_extra=ui("hidden", advanced=True),
    )

    def settled(self) -> "Enhance":
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt


class Restyle(Operation):
    """Says a prompt in another manner: what it shows stays, how it looks changes."""

    op = "text.restyle"
    rank = 11
    title = "Restyle a prompt"
    capability = "words"
    makes = "text"
    example = {"prompt": "watercolour of a lighthouse at dusk", "tone": "cinematic", "seed": 7}

    prompt: Prompt = Field(title="Prompt", description="In any language; it keeps its language.")
    tone: Literal[
        "cinematic", "photographic", "editorial", "painterly", "graphic", "minimal", "dramatic", "dreamy", "cheerful",
        "dark", "vintage", "futuristic",
    ] = Field(
        "cinematic",
        title="Manner",
        json_schema_extra=ui(
            "select",
            options=titled(
                cinematic="Cinematic",
                photographic="Photographic",
                editorial="Editorial",
                painterly="Painterly",
                graphic="Graphic",
                minimal="Minimal",
                dramatic="Dramatic",
                dreamy="Dreamy",
                cheerful="Cheerful",
                dark="Dark",
                vintage="Vintage",
                futuristic="Futuristic",
            ),
        ),
    )  # fmt: skip
    towards: str = Field(
        "",
        max_length=300,
        title="In your own words",
        description="A style or an instruction, such as “as a linocut” or “calmer, less colour”. It counts more.",
        json_schema_extra=ui("text"),
    )
    seed: Seed | None = Field(None, title="Seed", description="Another seed finds other words.")

    def settled(self) -> "Restyle":
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt


class Translate(Operation):
    """Says a prompt in another language. The language it is written in is found by itself."""

    op = "text.translate"
    rank = 12
    title = "Translate a prompt"
    capability = "words"
    makes = "text"
    example = {"prompt": "ein roter Leuchtturm am Meer bei Sonnenuntergang", "to": "en"}

    prompt: Prompt = Field(title="Prompt", description="In any language.")
    to: Language = language("Into")

    def words(self) -> str:
        return self.prompt


class Weigh(Operation):
    """Says what a prompt tells a model, from 0 to 100: with reasons, mends, and words with which it may go on."""

    op = "text.weigh"
    rank = 13
    title = "Weigh a prompt"
    capability = "words"
    makes = "text"
    example = {"prompt": "a street at night, no people"}

    prompt: Prompt = Field(title="Prompt", description="In any language.")
    negative_prompt: str = Field(
        "",
        max_length=10_000,
        title="Leave out",
        description="What the picture shall not show.",
        json_schema_extra=ui("text"),
    )
    style: str | None = Field(
        None,
        max_length=100,
        title="Style",
        description="One that is chosen beside the prompt.",
        json_schema_extra=ui("text"),
    )
    language: Language = language("Language of the reasons")

    def words(self) -> str:
        return self.prompt


def seen(image: str, language: str) -> tuple[str, dict[str, str]]:
    """How a picture's description is ordered: the operation and its input."""
    return Describe.op, {"image": image, "language": language}


class Describe(Operation):
    """Says what a picture shows: a caption, an alternative text for those who cannot see it, and tags."""

    op = "text.describe"
    rank = 14
    title = "Describe a picture"
    capability = "words"
    makes = "text"
    example = {"image": "asset"}

    image: ImageRef = Field(title="Picture")
    language: Language = language("Language")
