"""The verbs of the studio. One file each family; the catalog finds whatever file stands here."""

from gesso.ops.operation import OPERATIONS, Capability, Finish, Operation, Size, Source, Sources, megapixels

__all__ = ["OPERATIONS", "Capability", "Finish", "Operation", "Size", "Source", "Sources", "megapixels"]
