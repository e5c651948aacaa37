"""The built-in engine: no key, no network, no charge. One file each operation; each declares its offers here."""

from gesso.catalog import Provider

provider = Provider("local", "Built-in engine", hand="tool")
provider.gather(__name__, __path__)
