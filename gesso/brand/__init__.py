"""What a team has of its own and draws from: styles, templates, brand kits; and what each person likes."""

from gesso.brand.applied import applied
from gesso.brand.kit import DEFAULT, KitBody, choose, chosen, logos_there, mark, worded, words
from gesso.brand.own import (
    KINDS,
    Kind,
    StyleBody,
    TemplateBody,
    add,
    change,
    favorites,
    get,
    handed,
    like,
    listed,
    readable,
    remove,
    style,
    taken,
    template,
)
from gesso.brand.tables import Own

__all__ = [
    "DEFAULT",
    "KINDS",
    "Kind",
    "KitBody",
    "Own",
    "StyleBody",
    "TemplateBody",
    "add",
    "applied",
    "change",
    "choose",
    "chosen",
    "favorites",
    "get",
    "handed",
    "like",
    "listed",
    "logos_there",
    "mark",
    "readable",
    "remove",
    "style",
    "taken",
    "template",
    "worded",
    "words",
]
