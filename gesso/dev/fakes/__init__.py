"""Providers' servers, as strict as theirs, on a port of this machine: one file a wire format."""
