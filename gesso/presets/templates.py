"""Templates: what somebody wants to make, as size, style, quality and a prompt with gaps."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CATEGORIES: Final = {
    "social_media": "Social media",
    "blog_content": "Blog",
    "email_marketing": "E-mail",
    "brand_assets": "Brand",
    "advertising": "Advertising",
    "product": "Products",
    "profile_pictures": "Profile pictures",
    "print": "Print",
    "screens": "Screens",
    "own": "Your own",
}
PLATFORMS: Final = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "twitter": "X (Twitter)",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
    "pinterest": "Pinterest",
    "tiktok": "TikTok",
    "threads": "Threads",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "whatsapp": "WhatsApp",
    "snapchat": "Snapchat",
    "twitch": "Twitch",
    "discord": "Discord",
    "podcast": "Podcast",
    "music": "Music",
    "google": "Google",
    "blog": "Blog",
    "email": "E-mail",
    "website": "Website",
    "event": "Event",
    "shop": "Shop",
    "profile": "Profile",
    "print": "Print",
    "screen": "Screen",
}
GAP: Final = re.compile(r"\{(?P<name>[a-zA-Z][\w-]{0,39})(?::(?!:)(?P<usual>[^{}]*))?\}")
"""As a prompt's own variables are written (`ops/wildcards.py`): of several words the first, a kind may be said."""
KIND: Final = re.compile(r"\s*(?:text|number|choice|colour)\s*:")


@dataclass(frozen=True, slots=True)
class Variable:
    """A gap of a prompt, and what stands in it while nobody fills it."""

    name: str
    usual: str

    @property
    def title(self) -> str:
        return self.name[:1].upper() + self.name[1:].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Template:
    """Sizes are pixels; `style` is the id of one, or "". `words` find it, besides what else is said of it."""

    id: str
    title: str
    platform: str
    category: str
    width: int
    height: int
    prompt: str
    style: str = ""
    quality: str = "standard"
    use_cases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def picture(self) -> str | None:
        """The address of a small picture that was made with it; None for those of one's own."""
        return f"/templates/{self.id}.webp" if self.category != "own" else None

    @property
    def platform_title(self) -> str:
        return PLATFORMS.get(self.platform, self.platform)

    def request(self, values: Mapping[str, str]) -> dict[str, object]:
        """The fields of a request that it stands for, with these words in its gaps."""
        told: dict[str, object] = {"prompt": filled(self.prompt, values), "width": self.width, "height": self.height}
        return told | ({"style": self.style} if self.style else {}) | {"quality": self.quality}


def variables(prompt: str) -> tuple[Variable, ...]:
    """The gaps of a prompt, each name once, in order."""
    found: dict[str, Variable] = {}
    for gap in GAP.finditer(prompt):
        known = found.get(gap["name"])
        if known is None or not known.usual:
            words = KIND.sub("", gap["usual"] or "", count=1).partition("|")[0]
            found[gap["name"]] = Variable(gap["name"], words.strip())
    return tuple(found.values())


def filled(prompt: str, values: Mapping[str, str]) -> str:
    """The prompt with words in its gaps: those that are told, else the usual ones, else the gap's own name."""
    usual = {each.name: each.usual or each.name for each in variables(prompt)}
    return GAP.sub(lambda gap: values.get(gap["name"], "").strip() or usual[gap["name"]], prompt)


def _read() -> dict[str, Template]:
    told = tomllib.loads((Path(__file__).parent / "templates.toml").read_text("utf-8"))
    return {
        id: Template(id, use_cases=tuple(said.pop("use_cases")), words=tuple(said.pop("words")), **said)
        for id, said in told.items()
    }


TEMPLATES: Final[Mapping[str, Template]] = _read()


def template(name: str) -> Template | None:
    """The template of this id, however it is spelled."""
    return TEMPLATES.get(re.sub(r"[\s-]+", "_", name.strip().lower()))
