# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.training`: `HParams`, by the law of TensorFlow 1.15."""

from __future__ import annotations

import json
import numbers
import re
from typing import Any

_PAIR = re.compile(r"(?P<name>[a-zA-Z][\w.]*)\s*=\s*((?P<val>[^,\[]*)|\[(?P<vals>[^\]]*)\])($|,\s*)")


def _cast(name: str, kind: type, value: Any) -> Any:
    if type(value) is kind or issubclass(kind, type(None)):
        return value
    wrong = issubclass(kind, (str, bytes)) and not isinstance(value, (str, bytes))
    wrong |= issubclass(kind, bool) != isinstance(value, bool)
    wrong |= issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral)
    wrong |= issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number)
    if wrong:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return kind(value)


def _parsed(kind: type, text: str) -> Any:
    if kind is not bool:
        return kind(text)
    known = {"true": True, "True": True, "false": False, "False": False}
    return known[text] if text in known else bool(int(text))


class HParams:
    """Hyperparameters as attributes; each keeps the type of its first value."""

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._hparam_types[name] = (type(value[0]), True)
        else:
            self._hparam_types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        kind, is_list = self._hparam_types[name]
        if isinstance(value, list) != is_list:
            raise ValueError(f"Must pass {'a list' if is_list else 'no list'} for {name}")
        setattr(self, name, [_cast(name, kind, one) for one in value] if is_list else _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        found: dict[str, Any] = {}
        position = 0
        while position < len(values):
            match = _PAIR.match(values, position)
            if match is None or match["name"] not in self._hparam_types or match["name"] in found:
                raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
            position = match.end()
            kind, _ = self._hparam_types[match["name"]]
            if match["val"] is not None:
                found[match["name"]] = _parsed(kind, match["val"])
            else:
                found[match["name"]] = [_parsed(kind, one) for one in re.split("[ ,]", match["vals"]) if one]
        return self.override_from_dict(found)

    def override_from_dict(self, values_dict: dict[str, Any]) -> HParams:
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def parse_json(self, values_json: str) -> HParams:
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        return getattr(self, key) if key in self._hparam_types else default

    def __contains__(self, key: str) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())
