"""What is said of a device that is not there; nothing here starts TensorFlow."""

from __future__ import annotations

import pytest

from tf2migrate.verify.process import environment
from tf2migrate.workflow import verify as workflow
from tf2migrate.workflow.errors import UsageError


def test_without_a_gpu_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "require_tensorflow", lambda: None)
    monkeypatch.setattr(workflow, "gpu_names", list)
    for device in ("gpu", "cpu,gpu"):
        with pytest.raises(UsageError, match=f"--device {device}: TensorFlow sees no GPU here"):
            workflow.check_device(device)
    assert workflow.check_device("cpu") == []


def test_a_device_of_another_name_is_an_error() -> None:
    with pytest.raises(UsageError, match="expected one of cpu, gpu, cpu,gpu"):
        workflow.check_device("tpu")


def test_a_gpu_is_named_and_told_to_be_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "require_tensorflow", lambda: None)
    monkeypatch.setattr(workflow, "gpu_names", lambda: ["NVIDIA T4"])
    assert workflow.check_device("cpu,gpu") == ["NVIDIA T4"]
    on_gpu = environment(legacy_keras=False, device="gpu")
    assert (on_gpu["NVIDIA_TF32_OVERRIDE"], on_gpu["TF_DETERMINISTIC_OPS"]) == ("0", "1")
    assert environment(legacy_keras=False, device="cpu")["CUDA_VISIBLE_DEVICES"] == "-1"
