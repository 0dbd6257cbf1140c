"""Facts about TF1 programs, by abstract evaluation; edits nothing."""

from tf2migrate.analysis.evaluator import evaluate_program

__all__ = ["evaluate_program"]
