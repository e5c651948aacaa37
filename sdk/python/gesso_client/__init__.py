"""The Python client of Gesso: everything that the studio can do, over HTTP or in this process.

    async with Client("http://127.0.0.1:8420", token) as gesso:
        run = await gesso.run("image.generate", {"prompt": "a lighthouse at dusk"})
        await gesso.assets.download(run.outputs[0].id, "lighthouse.png")

`Client.here()` does the same without a server, where Gesso itself is installed.
"""

from gesso_client.boards import Boards
from gesso_client.client import Assets, Client
from gesso_client.comparisons import Comparisons
from gesso_client.errors import Problem, Unreachable
from gesso_client.notifications import Notifications
from gesso_client.prompts import Prompts
from gesso_client.queue import Queue
from gesso_client.schedules import Schedules
from gesso_client.searches import Searches
from gesso_client.shapes import (
    Asset,
    Cell,
    Comparison,
    Credits,
    Estimate,
    Format,
    Kit,
    Lint,
    Offer,
    Operation,
    Page,
    Provider,
    Recipe,
    Run,
    Style,
    Template,
    Token,
)
from gesso_client.storage import Storage
from gesso_client.webhooks import Webhooks

__all__ = [
    "Asset",
    "Assets",
    "Boards",
    "Cell",
    "Client",
    "Comparison",
    "Comparisons",
    "Credits",
    "Estimate",
    "Format",
    "Kit",
    "Lint",
    "Notifications",
    "Offer",
    "Operation",
    "Page",
    "Problem",
    "Prompts",
    "Provider",
    "Queue",
    "Recipe",
    "Run",
    "Schedules",
    "Searches",
    "Storage",
    "Style",
    "Template",
    "Token",
    "Unreachable",
    "Webhooks",
]
