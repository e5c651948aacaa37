"""What is shown to others: boards, the links that open them, what is said of their pictures, and what is decided."""

from gesso.sharing import boards, links, remarks
from gesso.sharing.links import Guest, Terms
from gesso.sharing.remarks import Speaker
from gesso.sharing.tables import Board, Link, Remark, Role, State, Verdict
from gesso.sharing.views import Views

__all__ = [
    "Board",
    "Guest",
    "Link",
    "Remark",
    "Role",
    "Speaker",
    "State",
    "Terms",
    "Verdict",
    "Views",
    "boards",
    "links",
    "remarks",
]
