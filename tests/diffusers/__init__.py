"""Diffusers, with pipelines that are made here, small enough to draw in no time: `make test-diffusers`."""
