"""Offline: data in, a registered version out."""
