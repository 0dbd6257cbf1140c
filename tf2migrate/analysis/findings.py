"""The findings of the evaluation: codes, reasons, and what a person can do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FindingKind:
    code: str
    reason: str
    advice: str
    blocks: bool = True


FINDINGS: dict[str, FindingKind] = {
    "estimator": FindingKind(
        "TFM950",
        "the program uses the Estimator framework, which TensorFlow 2 no longer has",
        "rewrite the model as a Keras model with its own training loop",
    ),
    "tpu": FindingKind("TFM951", "the program uses the TPU Estimator framework", "rewrite it on tf.distribute"),
    "imported_graph": FindingKind(
        "TFM952",
        "the graph is read from a file, so its operations are not in the source",
        "save the model as a SavedModel and load it with tf.saved_model.load",
    ),
    "graph_inspection": FindingKind(
        "TFM953",
        "the program reads the graph itself",
        "a native program has no global graph: remove the inspection",
    ),
    "session_escape": FindingKind(
        "TFM954",
        "the session goes to code that is not part of the program and may run anything",
        "run the session in the program itself",
    ),
    "empty_collection": FindingKind(
        "TFM955",
        "a collection or name filter is empty",
        "check that the names are those that the program makes",
        blocks=False,
    ),
    "empty_fetch": FindingKind(
        "TFM956", "a run site fetches nothing", "remove the run or name what it fetches", blocks=False
    ),
    "unsupported": FindingKind(
        "TFM957",
        "graph values go into code that the analysis does not understand",
        "write it with constructs that name the values plainly",
    ),
    "hidden_run": FindingKind(
        "TFM958",
        "the session is run inside a call of the library",
        "replace it by a training loop that runs the session itself",
    ),
    "failed": FindingKind("TFM959", "evaluation failed", "split the program, or report this as a defect"),
    "eager": FindingKind("TFM960", "the program runs eagerly already", "only the local rules apply: use `check --fix`"),
    "undefined": FindingKind(
        "TFM961", "a name is read that the program never defines", "define it, or run the program to see it fail"
    ),
    "module_missing": FindingKind(
        "TFM962",
        "a module that takes part in building the graph was not found",
        "give the project's root, or add the module",
    ),
    "operator_graph": FindingKind(
        "TFM963",
        "an operation is looked up in the graph by a name that is not known",
        "hold the tensor in a variable of the program",
    ),
    "operation_library": FindingKind(
        "TFM964",
        "the program loads operations from a library of its own, built for another TensorFlow",
        "build the library for TensorFlow 2 and migrate by hand what uses it",
    ),
    "gradient_registry": FindingKind(
        "TFM965",
        "gradients of the graph's operations are replaced by their names",
        "write the operation as a function under tf.custom_gradient",
    ),
    "parameter_server": FindingKind(
        "TFM966",
        "the program trains in several processes with parameter servers",
        "use tf.distribute.ParameterServerStrategy, or train in one process",
    ),
}
