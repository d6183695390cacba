"""The JSON interface, version 1: it only ever gains keys."""
