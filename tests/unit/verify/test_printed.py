from __future__ import annotations

from tf2migrate.verify.compare import Tolerance
from tf2migrate.verify.observations import Printed
from tf2migrate.verify.printed import Line, PrintedOutcome, compare_printed, lines_of

USUAL = Tolerance(1e-5, 1e-6)


def lines(text: str, folder: str = "/nowhere") -> list[Line]:
    return lines_of([Printed(0, ("a.py", 1), text)], folder)


def compared(original: str, migrated: str, noise: str | None = None) -> PrintedOutcome:
    return compare_printed(lines(original), lines(migrated), USUAL, None if noise is None else lines(noise))


def test_pieces_become_lines_with_the_place_that_began_them() -> None:
    pieces = [Printed(1, ("a.py", 1), "[[1 2]\n"), Printed(1, ("a.py", 1), " [3 4]]"), Printed(2, ("a.py", 2), "\nb")]
    found = lines_of(pieces, "/nowhere")
    assert [line.raw for line in found] == ["[[1 2]", " [3 4]]", "b"]
    assert [line.place for line in found] == [("a.py", 1), ("a.py", 1), ("a.py", 2)]


def test_equal_output_is_exact() -> None:
    outcome = compared("loss 0.5\naccuracy 1e-3 nan\n", "loss 0.5\naccuracy 1e-3 nan\n")
    assert outcome == PrintedOutcome(lines=2, numbers=3)


def test_numbers_have_the_tolerance_and_text_has_none() -> None:
    assert compared("loss 0.693147\n", "loss 0.693148\n").difference is None
    assert compared("loss 0.693147\n", "loss 0.693347\n").difference is not None
    assert compared("loss 0.5\n", "Loss 0.5\n").difference is not None
    assert compared("loss 0.5\n", "loss 0.5 0.5\n").difference is not None
    assert compared("step 10\n", "step 11\n").difference is not None


def test_the_width_of_columns_does_not_matter() -> None:
    assert compared("[ 0.5  0.25]\n", "[0.5 0.25]\n").difference is None


def test_addresses_and_the_programs_folder_do_not_matter() -> None:
    first, second = lines("<f at 0x7f01aa>, /tmp/a/x.py\n", "/tmp/a"), lines("<f at 0x7e02bb>, /tmp/b/x.py\n", "/tmp/b")
    assert compare_printed(first, second, USUAL).difference is None


def test_unknown_sizes_are_printed_otherwise_by_tensorflow_1() -> None:
    assert compared("shape (?, 2) [3, ?]\n", "shape (None, 2) [3, None]\n").difference is None
    assert compared("why?\n", "whyNone\n").difference is not None
    assert compared("(?, 2)\n", "(3, 2)\n").difference is not None


def test_lines_that_one_side_lacks_are_a_difference() -> None:
    difference = compared("a\nb\n", "a\n").difference
    assert difference is not None
    assert (difference.original, difference.migrated) == (lines("b")[0], None)
    assert compared("a\n", "a\nb\n").difference is not None


def test_rounding_of_the_last_place_is_rare_or_a_difference() -> None:
    same = "0.25 " * 48
    assert compared(f"{same}0.344\n", f"{same}0.345\n").difference is None
    assert compared(f"{same}0.344 0.311\n", f"{same}0.345 0.312\n").difference is not None
    assert compared(f"{same}0.344\n", f"{same}0.346\n").difference is not None


def test_a_last_place_that_is_much_of_the_number_is_no_rounding() -> None:
    assert compared("accuracy 0.9\n", "accuracy 1.0\n").difference is not None
    assert compared("accuracy 97.1\n", "accuracy 97.2\n").difference is None


def test_not_a_number_on_one_side_is_a_difference() -> None:
    assert compared("loss nan\n", "loss 0.5\n").difference is not None
    assert compared("loss 0.5\n", "loss inf\n").difference is not None


def test_noise_widens_what_comes_after_it() -> None:
    original, migrated = "a 1.0\nb 2.0\nc 3.0\n", "a 1.0\nb 2.03\nc 3.05\n"
    assert compared(original, migrated).difference is not None
    assert compared(original, migrated, "a 1.0\nb 2.01\nc 3.0\n").difference is None
    difference = compared(original, "a 1.1\nb 2.0\nc 3.0\n", "a 1.0\nb 2.01\nc 3.0\n").difference
    assert difference is not None and difference.original is not None
    assert difference.original.raw == "a 1.0"


def test_where_noise_changes_the_text_nothing_is_judged() -> None:
    outcome = compared("a 1.0\nbig\nc\n", "a 1.0\nsmall\nd\n", "a 1.0\nsmall\ne\n")
    assert (outcome.lines, outcome.difference) == (1, None)


def test_types_of_scalars_are_left_out_where_only_one_side_prints_them() -> None:
    text = "[np.int32(3), np.float32(0.5), np.True_] np.str_('a')\n"
    (line,) = lines_of([Printed(0, None, text)], "/nowhere", plain_scalars=True)
    assert line.raw == "[3, 0.5, True] 'a'"
    (line,) = lines_of([Printed(0, None, text)], "/nowhere")
    assert line.raw == text.rstrip()


def test_a_fraction_is_no_whole_number() -> None:
    assert compared("loss 3\n", "loss 3.0\n").difference is not None
    assert compared("loss 1\n", "loss 0.9999999\n").difference is None  # as %g prints a rounded one


def test_a_value_of_a_graph_is_printed_as_its_shape() -> None:
    known = 'one hot: Tensor("one_hot_2:0", shape=(?, 7), dtype=float32)\n'
    assert compared(known, "one hot: (None, 7)\n").difference is None
    assert compared(known, "one hot: (None, 8)\n").difference is not None
    variable = "<tf.Variable 'layer1/W:0' shape=(784, 5) dtype=float32_ref> 1\n"
    assert compared(variable, "(784, 5) 1\n").difference is None
    held = "<tf.Variable 'W:0' shape=(1,) dtype=float32, numpy=array([3.], dtype=float32)>\n"
    assert compared(held, "(1,)\n").difference is not None
