"""The width of a vector is read from a folder's configuration, in the older forms and the newer."""

import json
from pathlib import Path
from typing import Any

import pytest

from features.encoder.modules import configured_dimensions
from features.errors import EncoderNameError


def written(folder: Path, *configs: dict[str, Any]) -> Path:
    """Write a folder of a network at the root and one further module for each configuration."""
    paths = ["", *(f"{index}_Module" for index in range(1, len(configs) + 1))]
    (folder / "modules.json").write_text(json.dumps([{"path": path} for path in paths]))
    for path, config in zip(paths[1:], configs, strict=True):
        (folder / path).mkdir()
        (folder / path / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("configs", "width"),
    [
        ([{"embedding_dimension": 384, "pooling_mode": "mean"}, {}], 384),
        (
            [
                {
                    "word_embedding_dimension": 384,
                    "pooling_mode_mean_tokens": True,
                    "pooling_mode_cls_token": False,
                }
            ],
            384,
        ),
        (
            [
                {
                    "word_embedding_dimension": 384,
                    "pooling_mode_mean_tokens": True,
                    "pooling_mode_cls_token": True,
                }
            ],
            None,
        ),
        ([{"embedding_dimension": 384, "pooling_mode": ["mean", "max"]}], None),
        (
            [{"embedding_dimension": 384, "pooling_mode": "cls"}, {"in_features": 384, "out_features": 128}],
            128,
        ),
        ([], None),
    ],
)
def test_the_last_module_that_sets_the_width_tells_it(
    tmp_path: Path, configs: list[dict[str, Any]], width: int | None
) -> None:
    assert configured_dimensions(written(tmp_path, *configs)) == width


@pytest.mark.parametrize("damaged", ["[", "5", '[{"name": "0"}]'])
def test_a_damaged_list_of_modules_is_told(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "modules.json").write_text(damaged)
    with pytest.raises(EncoderNameError, match=r"modules\.json"):
        configured_dimensions(tmp_path)
