"""Which devices TensorFlow sees here, asked in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

DEVICES = ("cpu", "gpu", "cpu,gpu")
_ASK = """
import json, tensorflow as tf
gpus = tf.config.list_physical_devices("GPU")
print(json.dumps([tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]))
"""
# What makes a GPU compute the same each time, and as precisely as it can: no TensorFloat-32.
GPU_ENVIRONMENT = {
    "TF_DETERMINISTIC_OPS": "1",
    "TF_CUDNN_DETERMINISTIC": "1",
    "NVIDIA_TF32_OVERRIDE": "0",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
}


def gpu_names() -> list[str]:
    """Return the names of the GPUs that TensorFlow can use here."""
    command = [sys.executable, "-c", _ASK]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    try:
        names = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return []
    return [str(name) for name in names]
