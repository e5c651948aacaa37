"""What everybody finds ready-made: styles, templates, and how they are found. Data files with a typed door each."""

from gesso.presets.search import Found, Reason, recommend, search
from gesso.presets.styles import GROUPS, OWN, STYLES, Style, nearest, own_style, style
from gesso.presets.templates import CATEGORIES, PLATFORMS, TEMPLATES, Template, Variable, filled, template, variables

__all__ = [
    "CATEGORIES",
    "GROUPS",
    "OWN",
    "PLATFORMS",
    "STYLES",
    "TEMPLATES",
    "Found",
    "Reason",
    "Style",
    "Template",
    "Variable",
    "filled",
    "nearest",
    "own_style",
    "recommend",
    "search",
    "style",
    "template",
    "variables",
]
