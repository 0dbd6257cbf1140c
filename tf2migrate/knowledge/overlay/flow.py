"""Control flow, gradients, names, assertions, host functions."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten, same

_CALLS_FIRST = "TensorFlow 2's calls TensorFlow 1's with the same arguments"
_NO_DATA = "the data printed on failure is TensorFlow's own choice"

_COMPARISONS = (
    "assert_equal assert_none_equal assert_greater assert_greater_equal assert_less assert_less_equal".split()
)
_SIGNS = "assert_negative assert_non_negative assert_positive assert_non_positive".split()


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    return _assertions() | _branches() | _loops() | _gradients() | _host()


def _assertions() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for name in _COMPARISONS:
        found |= _assertion(name, "x; y; message; summarize; name", "data")
    for name in _SIGNS:
        found |= _assertion(name, "x; message; summarize; name", "data")
    found |= _assertion("assert_near", "x; y; rtol; atol; message; summarize; name", "data")
    for name in ("assert_rank", "assert_rank_at_least"):
        found |= _assertion(name, "x; rank; message; name", "data summarize")
    found |= _assertion("assert_rank_in", "x; ranks; message; name", "data summarize")
    found |= _assertion("assert_integer", "x; message; name", "")
    found |= _assertion("assert_scalar", "tensor; message; name", "")
    found |= _assertion("assert_type", "tensor; tf_type; message; name", "")
    found["tf.debugging.assert_shapes"] = same(_CALLS_FIRST)
    finite = "tf.debugging.assert_all_finite"
    found["tf.verify_tensor_all_finite"] = rewritten(
        finite, "arguments have other names", form(finite, "x=t|x; message=msg|message; name")
    )
    return found


def _assertion(name: str, arguments: str, dropped: str) -> dict[str, Verdict]:
    target = f"tf.debugging.{name}"
    verdict = rewritten(target, _NO_DATA, form(target, arguments, dropped=dropped))
    return {f"tf.{name}": verdict, target: verdict}


def _branches() -> dict[str, Verdict]:
    return {
        "tf.cond": rewritten(
            "tf.cond",
            "TensorFlow 1 unpacks a branch's list of one tensor",
            form(
                "tf.cond",
                "pred; true_fn=true_fn|fn1; false_fn=false_fn|fn2; name",
                {"true_fn|fn1": "not singleton", "false_fn|fn2": "not singleton", "strict": "False"},
            ),
            form("tf.cond", "pred; true_fn=true_fn|fn1; false_fn=false_fn|fn2; name", {"strict": "True"}),
        ),
        "tf.case": same(_CALLS_FIRST),
    }


def _loops() -> dict[str, Verdict]:
    arguments = (
        "cond; body; loop_vars; shape_invariants; parallel_iterations; back_prop; swap_memory; maximum_iterations; name"
    )
    return {
        "tf.while_loop": rewritten(
            "tf.while_loop",
            "TensorFlow 1 returns the single loop variable without its list",
            form("tf.while_loop", arguments, {"return_same_structure": "True"}),
            form("tf.while_loop", arguments, {"loop_vars": "several", "return_same_structure": "False"}),
            form(
                "tf.while_loop",
                arguments,
                {"loop_vars": "one", "return_same_structure": "False"},
                wrap="{call}[0]",
            ),
        ),
        "tf.map_fn": same(_CALLS_FIRST),
        "tf.scan": same(_CALLS_FIRST),
        "tf.foldl": same(_CALLS_FIRST),
        "tf.foldr": same(_CALLS_FIRST),
    }


def _gradients() -> dict[str, Verdict]:
    return {
        "tf.gradients": rewritten(
            "tf.gradients",
            "valid in a tf.function",
            form(
                "tf.gradients",
                "ys; xs; grad_ys; name; gate_gradients; aggregation_method; stop_gradients; unconnected_gradients",
                dropped="colocate_gradients_with_ops",
            ),
        ),
        "tf.hessians": rewritten(
            "tf.hessians",
            "valid in a tf.function",
            form(
                "tf.hessians",
                "ys; xs; gate_gradients; aggregation_method; name",
                dropped="colocate_gradients_with_ops",
            ),
        ),
        "tf.name_scope": rewritten(
            "tf.name_scope",
            "TensorFlow 2 takes a name only",
            form("tf.name_scope", "name", {"name": "given", "default_name": "absent"}, "values"),
            form("tf.name_scope", "name=default_name", {"name": "None", "default_name": "given"}, "values"),
        ),
    }


def _host() -> dict[str, Verdict]:
    return {
        "tf.py_func": rewritten(
            "tf.numpy_function",
            "the same function under another name",
            form("tf.numpy_function", "func; inp; Tout; stateful; name"),
        ),
        "tf.Print": rewritten(
            "tf.raw_ops.Print",
            "tf.print writes in another format",
            form(
                "tf.raw_ops.Print",
                "input=input_; data; message; first_n; summarize; name",
            ),
        ),
        "tf.Graph": compat("a graph of one's own has no place in eager execution"),
        "tf.import_graph_def": compat("an imported graph runs in a session only"),
        "tf.wrap_function": compat("wraps TensorFlow 1 code; native code has no need of it"),
        "tf.graph_util.import_graph_def": compat("an imported graph runs in a session only"),
    }
