"""What the codes of refusals and notes mean: the pages behind TFM000 and TFM95x to TFM99x."""

from __future__ import annotations

from typing import NamedTuple


class RefusalPage(NamedTuple):
    """One code. `example` is code that gives it; "" where no short program does."""

    name: str
    summary: str
    why: str
    remedy: str
    example: str = ""


REFUSAL_PAGES = {
    "TFM000": RefusalPage(
        "unreadable-file",
        "The file cannot be read as Python 3",
        "Nothing can be said of a file that does not parse, is no text, or is not there.",
        "Convert Python 2 first, for example with 2to3; mend the syntax error; or exclude the file.",
        'print "a statement of Python 2"',
    ),
    "TFM950": RefusalPage(
        "estimator-program",
        "The program uses the Estimator framework",
        "TensorFlow 2 no longer has it: it owned the session, the input and the training loop.",
        "Rewrite the model as a Keras model, or with a training loop of its own.",
        "tf.estimator.Estimator(model_fn)",
    ),
    "TFM951": RefusalPage(
        "tpu",
        "The program uses the TPU Estimator framework",
        "It is part of the Estimator framework, which TensorFlow 2 no longer has.",
        "Rewrite it on `tf.distribute.TPUStrategy`.",
    ),
    "TFM952": RefusalPage(
        "imported-graph",
        "The graph is read from a file",
        "Its operations are not in the source, so no statement can be moved into a function.",
        "Save the model as a SavedModel and load it with `tf.saved_model.load`.",
        'tf.import_graph_def(graph_def, name="")',
    ),
    "TFM953": RefusalPage(
        "graph-inspection",
        "The program reads the graph itself",
        "A native program has no global graph; what is read would be another thing, or nothing.",
        "Remove the inspection, or read `step.get_concrete_function().graph` by hand.",
        "tf.get_default_graph().get_operations()",
    ),
    "TFM954": RefusalPage(
        "session-escape",
        "The session goes to code that is not part of the program",
        "That code may run anything, and nobody can see what.",
        "Run the session in the program itself.",
    ),
    "TFM955": RefusalPage(
        "empty-collection",
        "A collection or a filter of names is empty",
        "A filter that finds nothing trains or saves nothing, without an error: names are often misspelled.",
        "Check that the names are those that the program makes. This is a note; the program is migrated as it is.",
    ),
    "TFM956": RefusalPage(
        "empty-fetch",
        "A run fetches nothing",
        "Such a run does nothing at all.",
        "Remove it, or name what it fetches. This is a note; the program is migrated as it is.",
        "sess.run([])",
    ),
    "TFM957": RefusalPage(
        "unsupported-construct",
        "Values of the graph go into code that the analysis does not understand",
        "What comes out of it is unknown, so what a run needs is unknown too.",
        "Write it with constructs that name the values plainly.",
    ),
    "TFM958": RefusalPage(
        "hidden-run",
        "The session is run inside a call of the library",
        "What it runs, and how often, is decided there: queue runners, supervisors, partial runs.",
        "Write a training loop that calls `sess.run` itself; read the data with `tf.data`.",
        "tf.train.start_queue_runners(sess)",
    ),
    "TFM959": RefusalPage(
        "evaluation-failed",
        "The analysis gave up",
        "The program is too large to be evaluated, or this tool has a defect.",
        "Split the program; report it if it is small.",
    ),
    "TFM960": RefusalPage(
        "runs-eagerly",
        "The program runs eagerly already",
        "There is no graph to be made into functions.",
        "Only the local rules apply: `tf2migrate check --fix`.",
        "tf.enable_eager_execution()",
    ),
    "TFM961": RefusalPage(
        "undefined-name",
        "A name is read that the program never defines",
        "The original fails here, or gets the name in a way that cannot be seen.",
        "Define it, or run the program to see it fail.",
    ),
    "TFM962": RefusalPage(
        "missing-module",
        "A module that takes part in building the graph was not found",
        "What it adds to the graph is unknown.",
        "Run the command on the root of the project, or add the module.",
    ),
    "TFM963": RefusalPage(
        "operation-by-name",
        "An operation is looked up in the graph by a name that is not known",
        "Which value that is cannot be told from the source.",
        "Hold the tensor in a variable of the program.",
        "graph.get_tensor_by_name(name)",
    ),
    "TFM964": RefusalPage(
        "operation-library",
        "The program loads operations from a library of its own",
        "Such a library is built for one version of TensorFlow; what its operations do is not in the source.",
        "Build the library for TensorFlow 2, and migrate by hand what uses it.",
        'tf.load_op_library("./operations.so")',
    ),
    "TFM965": RefusalPage(
        "gradient-registry",
        "Gradients of the graph's operations are replaced by their names",
        "A native program has no global graph whose operations could be told another gradient.",
        "Write the operation as a function under `tf.custom_gradient`.",
        'tf.RegisterGradient("Clipped")(gradient)',
    ),
    "TFM966": RefusalPage(
        "parameter-server",
        "The program trains in several processes with parameter servers",
        "TensorFlow 2 places variables and runs by a strategy; which process runs what is not in one source.",
        "Use `tf.distribute.ParameterServerStrategy`, or train in one process.",
        'tf.train.ClusterSpec({"ps": hosts, "worker": others})',
    ),
    "TFM971": RefusalPage(
        "no-native-form",
        "Something has no native form that is certainly the same",
        "TensorFlow 2 lacks the symbol, or gives it another meaning that the arguments here run into.",
        "Rewrite this part by hand, then run `fix` again; `tf2migrate explain` with the code that is named says more.",
    ),
    "TFM972": RefusalPage(
        "placeholder-form",
        "A placeholder is not made in a plain way",
        "A parameter of a function needs a type and a shape that can be read from the source.",
        "Write `tf.placeholder(dtype, shape)` with its arguments, and give each placeholder a name of its own.",
        "tf.sparse_placeholder(tf.float32)",
    ),
    "TFM973": RefusalPage(
        "mixed-state",
        "Code that makes state cannot be parted from code that computes",
        "Variables are made once, what computes runs again and again; both are in one function or loop here.",
        "Make the variables in one function and compute in another, or make them at module level.",
    ),
    "TFM974": RefusalPage(
        "unordered-effects",
        "One run has effects in no defined order",
        "TensorFlow 1 may do either first, and the result depends on it. A function of TensorFlow 2 has one order.",
        "Read before the run, run the two one after the other, or order them with `tf.control_dependencies`.",
        "sess.run([variable, variable.assign_add(1.0)])",
    ),
    "TFM975": RefusalPage(
        "built-in-loop",
        "Operations are added to the graph while it runs",
        "The graph grows with each pass; there is no one function that stands for it.",
        "Build the graph once, and keep what grows in a variable or on the host.",
        "for value in values:\n    sess.run(tf.add(total, value))",
    ),
    "TFM976": RefusalPage(
        "graph-value-escapes",
        "A value of the graph is used outside of a run",
        "It becomes a local value of a function; the place that uses it gets nothing to use.",
        "Fetch it with a run first, or remove the use.",
        "print(tensor)",
    ),
    "TFM977": RefusalPage(
        "not-evaluated",
        "Code with TensorFlow was not reached by the analysis, or reads the graph from outside",
        "What nobody evaluated cannot be rewritten with certainty.",
        "Pass what it reads as an argument, call it, or remove it.",
    ),
    "TFM978": RefusalPage(
        "unnamed-value",
        "A value that is run has no name",
        "The step function returns it by name.",
        "Give it a name before the run.",
        "sess.run(build()[0])",
    ),
    "TFM979": RefusalPage(
        "feed-form",
        "A feed is not written in a way that gives a function its arguments",
        "Feeds become arguments, so each key has to be a placeholder that is known, in every run of the step.",
        "Write the feed dict at the run, with placeholders as keys, and feed every placeholder in every run.",
        "sess.run(loss, feed_dict={weights: value})",
    ),
    "TFM980": RefusalPage(
        "rebound-name",
        "A name or object has changed between building the graph and running it",
        "TensorFlow 1 reads host values while it builds; the function would read them later, with another value.",
        "Use two names, or change a copy.",
    ),
    "TFM981": RefusalPage(
        "optimizer-form",
        "An optimizer, or what it does with gradients, has no native form with the same law",
        "Keras has no such update, or has it with other numbers.",
        "Use `minimize`, or write the update by hand over `tf.raw_ops`.",
        "tf.train.ProximalAdagradOptimizer(0.1)",
    ),
    "TFM982": RefusalPage(
        "several-graph-owners",
        "Several sessions or graphs own the state",
        "Each session has values of its own for the same variables; a native program has one.",
        "Use one session after the other, each with a graph that is built at one level.",
        "first, second = tf.Session(), tf.Session()",
    ),
    "TFM983": RefusalPage(
        "uncertain-run",
        "What a run fetches or is fed is not certain",
        "It depends on what only the running program knows.",
        "Fetch and feed values that follow from the program text; split a run that does different things.",
    ),
    "TFM984": RefusalPage(
        "never-run",
        "A statement of the graph is never run",
        "TensorFlow 1 never executes what no run asks for. A native program would, so it is left out.",
        "Nothing, unless you expected it to run. This is a note; the program is migrated.",
    ),
    "TFM985": RefusalPage(
        "session-options",
        "Options of the session are gone",
        "They went with the session. Devices and memory are set with `tf.config` in TensorFlow 2.",
        "Set what you need with `tf.config`. This is a note; the program is migrated.",
        "tf.Session(config=tf.ConfigProto(log_device_placement=True))",
    ),
    "TFM986": RefusalPage(
        "variables-of-one-name",
        "TensorFlow 2 gives several of the restored variables one name",
        "TensorFlow 1 made names unique by a number. A checkpoint of TensorFlow 1 tells variables apart by name alone.",
        "Give each variable a name of its own, and read old checkpoints once with TensorFlow 1 to write them anew. "
        "This is a note; the program is migrated.",
    ),
    "TFM987": RefusalPage(
        "checkpoints-stay",
        "Old checkpoint files are no longer removed",
        "A saver of TensorFlow 1 kept the last files alone; where its files have no numbers, all of them stay.",
        "Remove old ones by hand, or use a `tf.train.CheckpointManager`. This is a note; the program is migrated.",
        'saver.save(sess, "model.ckpt")',
    ),
    "TFM988": RefusalPage(
        "runs-nowhere",
        "A symbol of TensorFlow 1 runs nowhere today, or not with these arguments",
        "Neither `tf.compat.v1` nor TF-Slim has it, so the program cannot run as TensorFlow 1 (level compat).",
        "Write by hand what the reason names, then run `fix` again.",
        "hparams = tf.contrib.training.HParams(learning_rate=0.1)",
    ),
    "TFM989": RefusalPage(
        "summaries-need-tensorboard",
        "Summaries need the package tensorboard, and show images otherwise",
        "TensorFlow 2 takes `tf.summary.scalar` and its kin from tensorboard, which it does not install. TensorFlow 1 "
        "scaled float images to their largest value.",
        "Install tensorboard; scale images by hand where that matters. This is a note; the program is migrated.",
        'tf.summary.image("input", images)',
    ),
    "TFM990": RefusalPage(
        "callers-outside",
        "Files that must be migrated together lie outside of the given paths",
        "A migrated module and a caller that still has a session do not run together.",
        "Give all the files that are named, or the project's folder.",
    ),
    "TFM991": RefusalPage(
        "programs-disagree",
        "Programs that share a module need it in different forms",
        "One text has to serve all of them.",
        "Give each program a module of its own, or migrate the module by hand.",
    ),
    "TFM992": RefusalPage(
        "notebook",
        "A cell of a notebook needs a look, or keeps the notebook from being rewritten",
        "A notebook is migrated as the program that it is when its cells run from the first to the last. What a "
        "command of IPython gives is not known, and modules of the project that have to change would not change with "
        "it. As a note, with the notebook migrated: a value of the graph that a cell showed is no value any more.",
        "Write the command in Python; or export the notebook as a script, and run `fix` on the folder.",
    ),
    "TFM993": RefusalPage(
        "shape-printed",
        "A printed value of the graph shows its shape alone",
        "TensorFlow 1 prints a value that has not been computed by its name, shape and dtype. Native code has no such "
        "value outside of a function; its static shape is known, and is printed in its place.",
        "Print what a run gives, or remove the print. This is a note; the program is migrated.",
        "print(logits)",
    ),
}
