"""What a team has of its own and draws from: styles and templates; and what each person likes of all there are."""

from gesso.brand.applied import applied
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
    remove,
    style,
    taken,
    template,
)
from gesso.brand.tables import Own

__all__ = [
    "KINDS",
    "Kind",
    "Own",
    "StyleBody",
    "TemplateBody",
    "add",
    "applied",
    "change",
    "favorites",
    "get",
    "handed",
    "like",
    "listed",
    "remove",
    "style",
    "taken",
    "template",
]
