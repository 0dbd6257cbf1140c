"""What stands in for gym, Keras's data and old numpy names, on both sides of a comparison."""

from __future__ import annotations

from collections.abc import Callable

from tf2migrate.model.verdict import Verdict, VerdictKind

Texts = Callable[..., Verdict]
HEAD = "import numpy as np\nimport tensorflow as tf\n"


def test_gym_has_its_old_interface(texts: Texts) -> None:
    program = HEAD + (
        "import gym\nfrom gym import spaces, wrappers\n"
        "for name in ('CartPole-v0', 'MountainCar-v0', 'Pendulum-v0', 'FrozenLake-v0'):\n"
        "    env = gym.make(name)\n    env = env.unwrapped\n    env.seed(1)\n    state = env.reset()\n"
        "    for _ in range(20):\n        state, reward, done, info = env.step(env.action_space.sample())\n"
        "    print(name, env.observation_space.shape, np.round(state, 4), reward, done, env.action_space)\n"
    )
    program = program.replace(", env.action_space)", ", getattr(env.action_space, 'n', None))")
    verdict = texts(program, program)
    assert (verdict.verdict, verdict.reason, verdict.stand_ins) == (VerdictKind.EQUAL, "", ("gym",))
    missing = HEAD + "import gym\ngym.make('Breakout-v0')\n"
    assert "no stand-in for the gym environment Breakout-v0" in texts(missing, missing).reason


def test_keras_loads_made_up_data(texts: Texts) -> None:
    program = HEAD + (
        "from tensorflow.keras.datasets import cifar10\n"
        "(x, y), (z, _) = cifar10.load_data()\nprint(x.shape, y.shape, z.shape, x.dtype, x[0, 0, 0], y[:5].ravel())\n"
        "for name in ('boston_housing', 'imdb'):\n"
        "    (x, y), _ = getattr(tf.keras.datasets, name).load_data()\n    print(x.shape, y[:3], len(x[0]))\n"
    )
    verdict = texts(program, program)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.stand_ins == tuple(f"keras.datasets.{name}" for name in ("boston_housing", "cifar10", "imdb"))


def test_numpy_has_its_old_names(texts: Texts) -> None:
    program = HEAD + "print(np.float(1.5), np.product([2, 3]), np.zeros(2, np.int), np.NaN)\n"
    verdict = texts(program, program)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.stand_ins == ("numpy.NaN", "numpy.float", "numpy.int", "numpy.product")
