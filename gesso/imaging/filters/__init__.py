"""Filters: one specification as data, carried out here on bytes, and elsewhere by whoever can read it."""

from gesso.imaging.filters.chain import Link, apply, read
from gesso.imaging.filters.shelf import SHELF, Filter, described

__all__ = ["SHELF", "Filter", "Link", "apply", "described", "read"]
