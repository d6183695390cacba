"""Where on this machine encoders and what is known of them are kept."""

from pathlib import Path

import platformdirs


def default_cache_dir() -> Path:
    """Name this user's folder of caches (XDG on Linux); nothing is made."""
    return Path(platformdirs.user_cache_dir("request-triage", appauthor=False))
