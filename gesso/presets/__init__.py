"""What everybody finds ready-made: styles, templates, the formats of platforms, and how they are found. Data
files with a typed door each."""

from gesso.presets.platforms import (
    FORMATS,
    OWN_PLATFORM,
    Caption,
    Format,
    FormatKind,
    Platform,
    Safe,
    Type,
    Zone,
    format,
    grouped,
    platform,
    slug,
)
from gesso.presets.search import Found, Reason, recommend, search
from gesso.presets.styles import GROUPS, OWN, STYLES, Style, nearest, own_style, style
from gesso.presets.templates import CATEGORIES, PLATFORMS, TEMPLATES, Template, Variable, filled, template, variables

__all__ = [
    "CATEGORIES",
    "FORMATS",
    "GROUPS",
    "OWN",
    "OWN_PLATFORM",
    "PLATFORMS",
    "STYLES",
    "TEMPLATES",
    "Caption",
    "Format",
    "FormatKind",
    "Found",
    "Platform",
    "Reason",
    "Safe",
    "Style",
    "Template",
    "Type",
    "Variable",
    "Zone",
    "filled",
    "format",
    "grouped",
    "nearest",
    "own_style",
    "platform",
    "recommend",
    "search",
    "slug",
    "style",
    "template",
    "variables",
]
