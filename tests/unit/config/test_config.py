from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.config import Config, ConfigError, load_config


def write(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[tool.tf2migrate]\nselect = ['TFM1', 'TFM201']\nignore = ['TFM102']\nexclude = ['old/']\n"
        "extend-select = ['TFM3']\nbaseline = 'known.json'\n"
        "[tool.tf2migrate.per-file-ignores]\n'tests/*' = ['TFM9']\n",
    )
    assert load_config(tmp_path) == Config(
        tmp_path.resolve(),
        ("TFM1", "TFM201"),
        ("TFM102",),
        ("TFM3",),
        ("old/",),
        (("tests/*", ("TFM9",)),),
        tmp_path.resolve() / "known.json",
        tmp_path.resolve() / "pyproject.toml",
    )


def test_the_nearest_file_with_a_table_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path, "[tool.tf2migrate]\nignore = ['TFM1']\n")
    write(tmp_path / "a", "[tool.other]\nx = 1\n")
    config = load_config(inner)
    assert config.ignore == ("TFM1",)
    assert config.root == tmp_path.resolve()


def test_without_a_table_everything_has_its_default(tmp_path: Path) -> None:
    write(tmp_path, "[project]\nname = 'x'\n")
    config = load_config(tmp_path / "missing.py")
    assert (config.select, config.ignore, config.exclude, config.per_file_ignores) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.tf2migrate]\nselct = []\n", "unknown key 'selct' in [tool.tf2migrate]; did you mean 'select'?"),
        ("[tool.tf2migrate]\nqqq = 1\n", "known keys are select, ignore, extend-select, exclude"),
        ("[tool.tf2migrate]\nselect = 'TFM1'\n", "select must be a list of strings"),
        ("[tool.tf2migrate]\nignore = [1]\n", "ignore must be a list of strings"),
        ("[tool.tf2migrate]\nper-file-ignores = []\n", "per-file-ignores must be a table"),
        ("[tool.tf2migrate]\nbaseline = []\n", "baseline must be the name of a file"),
        ("[tool.tf2migrate\n", "is not valid TOML"),
        ("[tool]\ntf2migrate = 1\n", "tool.tf2migrate must be a table"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert str(caught.value).startswith(f"{path.resolve()}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_explicit_file_must_exist_and_have_the_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path, tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="has no"):
        load_config(tmp_path, write(tmp_path, "[project]\n"))
