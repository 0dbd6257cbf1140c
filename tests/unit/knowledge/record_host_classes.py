"""Runs TensorFlow 1.15's HParams and VocabularyProcessor and prints what they give: JSON, last line.

Usage: `python record_host_classes.py`, with an interpreter that has TensorFlow 1.15; syntax of Python 3.7.
"""

import functools
import json

import numpy

TEXTS = ["the cat sat on the mat", "The DOGMaster isn't here-now", "mat cat cat on", "", "sat the HTTPServer ABC"]
PARSED = (
    "rate=1",
    "units=4,layers=[5, 6],bias=false",
    "name=other , bias=1",
    "units=1.5",
    "units=[1]",
    "layers=3",
    "layers[0]=3",
    "unknown=1",
    "units=1,units=2",
    "flag",
    "layers=[]",
    "bias=maybe",
)
SET = (("rate", 2), ("units", 2.5), ("name", 3), ("bias", 1), ("layers", [7, 8]), ("layers", 1), ("none", "text"))


def attempt(action):
    """Return what an action gives, or what it raises."""
    try:
        return action()
    except Exception as error:
        return type(error).__name__


def hparams(HParams):
    """Return what a program sees of hyperparameters."""

    def made():
        return HParams(rate=0.1, units=3, layers=[2, 3], name="net", bias=True, none=None)

    seen = [str(made()), attempt(lambda: made().values()), "units" in made(), "other" in made()]
    for text in PARSED:
        seen.append(attempt(lambda text=text: made().parse(text).values()))
    for name, value in SET:
        changed = made()
        seen.append([attempt(functools.partial(changed.set_hparam, name, value)), changed.values()])
    seen.append(attempt(lambda: made().add_hparam("units", 3)))
    seen.append(attempt(lambda: made().parse_json('{"rate": 3, "layers": [1]}').to_json(sort_keys=True)))
    seen.append(attempt(lambda: made().override_from_dict({"units": 9}).units))
    seen.append([made().get("units"), made().get("other"), made().get("other", 4)])
    fewer = made()
    fewer.del_hparam("units")
    return [*seen, fewer.values()]


def vocabularies(CategoricalVocabulary, VocabularyProcessor):
    """Return what a program sees of numbered words."""
    seen = []
    for length, least in ((3, 0), (6, 1), (5, 2)):
        processor = VocabularyProcessor(length, least)
        rows = numpy.array(list(processor.fit_transform(TEXTS)))
        later = numpy.array(list(processor.transform(["cat unknown mat"])))
        words = list(processor.reverse(rows))
        mapping = sorted(processor.vocabulary_._mapping.items())
        seen.append([rows.tolist(), str(rows.dtype), later.tolist(), words, mapping, len(processor.vocabulary_)])
    own = CategoricalVocabulary(unknown_token="?")
    for word, count in (("b", 2), ("a", 2), ("c", 5), ("d", 1)):
        own.add(word, count)
    own.trim(1, 5)
    seen.append([sorted(own._mapping.items()), dict(own._freq), own.reverse(1), own.get("new"), len(own)])
    seen.append(attempt(lambda: own.add("newer")))
    own.freeze()
    split = VocabularyProcessor(2, vocabulary=own, tokenizer_fn=lambda texts: (text.split(",") for text in texts))
    return [*seen, [row.tolist() for row in split.fit_transform(["a,zz", "zz"])]]


if __name__ == "__main__":
    from tensorflow.contrib.learn.python.learn.preprocessing import CategoricalVocabulary, VocabularyProcessor
    from tensorflow.contrib.training import HParams

    print(json.dumps([hparams(HParams), vocabularies(CategoricalVocabulary, VocabularyProcessor)]))
