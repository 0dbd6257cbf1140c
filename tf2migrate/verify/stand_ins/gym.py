# mypy: ignore-errors
"""Stands in for gym as it was until 2021: `reset` gives an observation, `step` gives four values.

A few classic environments by their published laws, deterministic under one seed. Nothing is drawn on a screen.
"""

from __future__ import annotations

import sys
from typing import ClassVar

import numpy

__version__ = "0.17.3"
SEED = 20160427


class Space:
    """A set of values that can be sampled."""

    shape: tuple[int, ...] = ()

    def __init__(self) -> None:
        self._random = numpy.random.RandomState(SEED)

    def seed(self, seed: int | None = None) -> list[int]:
        """Start the sampling anew."""
        self._random = numpy.random.RandomState(SEED if seed is None else seed)
        return [SEED if seed is None else seed]


class Discrete(Space):
    """The numbers from 0 to n - 1."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = n
        self.dtype = numpy.dtype(numpy.int64)

    def sample(self) -> int:
        """Return one of them."""
        return int(self._random.randint(self.n))

    def contains(self, x: object) -> bool:
        """Say whether `x` is one of them."""
        return isinstance(x, (int, numpy.integer)) and 0 <= x < self.n


class Box(Space):
    """Arrays between two bounds."""

    def __init__(self, low, high, shape=None, dtype=numpy.float32) -> None:
        super().__init__()
        self.low = numpy.full(shape, low, dtype) if shape is not None else numpy.asarray(low, dtype)
        self.high = numpy.full(shape, high, dtype) if shape is not None else numpy.asarray(high, dtype)
        self.shape = self.low.shape
        self.dtype = numpy.dtype(dtype)

    def sample(self) -> numpy.ndarray:
        """Return one, uniform within what is finite."""
        low, high = numpy.clip(self.low, -1e3, None), numpy.clip(self.high, None, 1e3)
        return self._random.uniform(low, high).astype(self.dtype)

    def contains(self, x: object) -> bool:
        """Say whether `x` lies between the bounds."""
        return bool(numpy.all(self.low <= x) and numpy.all(x <= self.high))


class Env:
    """What all environments have in common."""

    metadata: ClassVar = {"render.modes": []}
    reward_range = (-float("inf"), float("inf"))
    limit = 200
    spec = None

    def __init__(self) -> None:
        self.np_random = numpy.random.RandomState(SEED)
        self.state = None
        self._bounded = True
        self._steps = 0

    @property
    def unwrapped(self) -> Env:
        """The environment without its limit of steps."""
        self._bounded = False
        return self

    def seed(self, seed: int | None = None) -> list[int]:
        """Start the draws anew."""
        self.np_random = numpy.random.RandomState(SEED if seed is None else seed)
        return [SEED if seed is None else seed]

    def reset(self):
        """Begin an episode; return the first observation."""
        self._steps = 0
        return self._reset()

    def step(self, action):
        """Return (observation, reward, done, info)."""
        self._steps += 1
        observation, reward, done = self._step(action)
        return observation, reward, bool(done or (self._bounded and self._steps >= self.limit)), {}

    def render(self, mode: str = "human", **_: object) -> None:
        """Draw nothing."""

    def close(self) -> None:
        """Nothing is open."""


class Wrapper(Env):
    """Passes everything on to another environment."""

    def __init__(self, env: Env) -> None:
        self.env = env

    def __getattr__(self, name: str):
        return getattr(self.env, name)

    def reset(self, **given: object):
        """Pass it on."""
        return self.env.reset(**given)

    def step(self, action):
        """Pass it on."""
        return self.env.step(action)


class Monitor(Wrapper):
    """Records nothing."""

    def __init__(self, env: Env, directory: str = "", **_: object) -> None:
        super().__init__(env)


class CartPole(Env):
    """A pole on a cart: gravity 9.8, masses 0.1 and 1, half length 0.5, force 10, 0.02 s a step."""

    def __init__(self, limit: int = 200) -> None:
        super().__init__()
        self.limit = limit
        self.x_threshold, self.theta_threshold_radians = 2.4, 12 * 2 * numpy.pi / 360
        high = numpy.array([4.8, 3.4e38, 2 * self.theta_threshold_radians, 3.4e38], numpy.float32)
        self.action_space, self.observation_space = Discrete(2), Box(-high, high)

    def _reset(self):
        self.state = self.np_random.uniform(-0.05, 0.05, 4)
        return numpy.array(self.state)

    def _step(self, action):
        x, velocity, theta, turning = self.state
        force = 10.0 if action == 1 else -10.0
        cos, sin = numpy.cos(theta), numpy.sin(theta)
        push = (force + 0.05 * turning**2 * sin) / 1.1
        angular = (9.8 * sin - cos * push) / (0.5 * (4.0 / 3.0 - 0.1 * cos**2 / 1.1))
        linear = push - 0.05 * angular * cos / 1.1
        self.state = (x + 0.02 * velocity, velocity + 0.02 * linear, theta + 0.02 * turning, turning + 0.02 * angular)
        done = abs(self.state[0]) > self.x_threshold or abs(self.state[2]) > self.theta_threshold_radians
        return numpy.array(self.state), 1.0, done


class MountainCar(Env):
    """A car between two hills; with `continuous` the push is a number, else one of left, none, right."""

    def __init__(self, continuous: bool = False) -> None:
        super().__init__()
        self.limit = 999 if continuous else 200
        self._continuous = continuous
        low, high = numpy.array([-1.2, -0.07], numpy.float32), numpy.array([0.6, 0.07], numpy.float32)
        self.observation_space = Box(low, high)
        self.action_space = Box(-1.0, 1.0, (1,)) if continuous else Discrete(3)

    def _reset(self):
        self.state = numpy.array([self.np_random.uniform(-0.6, -0.4), 0.0])
        return numpy.array(self.state)

    def _step(self, action):
        position, velocity = self.state
        push = 0.0015 * float(numpy.clip(action[0], -1, 1)) if self._continuous else 0.001 * (action - 1)
        velocity = float(numpy.clip(velocity + push - 0.0025 * numpy.cos(3 * position), -0.07, 0.07))
        position = float(numpy.clip(position + velocity, -1.2, 0.6))
        if position == -1.2 and velocity < 0:
            velocity = 0.0
        done = position >= (0.45 if self._continuous else 0.5)
        self.state = numpy.array([position, velocity])
        reward = (100.0 * done - 0.1 * float(action[0]) ** 2) if self._continuous else -1.0
        return numpy.array(self.state), reward, done


class Pendulum(Env):
    """A pendulum to be swung up: mass 1, length 1, gravity 10, 0.05 s a step."""

    def __init__(self) -> None:
        super().__init__()
        high = numpy.array([1.0, 1.0, 8.0], numpy.float32)
        self.action_space, self.observation_space = Box(-2.0, 2.0, (1,)), Box(-high, high)

    def _reset(self):
        self.state = self.np_random.uniform([-numpy.pi, -1.0], [numpy.pi, 1.0])
        return self._seen()

    def _seen(self):
        return numpy.array([numpy.cos(self.state[0]), numpy.sin(self.state[0]), self.state[1]])

    def _step(self, action):
        angle, turning = self.state
        push = float(numpy.clip(numpy.ravel(action)[0], -2.0, 2.0))
        upright = (angle + numpy.pi) % (2 * numpy.pi) - numpy.pi
        cost = upright**2 + 0.1 * turning**2 + 0.001 * push**2
        turning = numpy.clip(turning + (15.0 * numpy.sin(angle) + 3.0 * push) * 0.05, -8.0, 8.0)
        self.state = numpy.array([angle + turning * 0.05, turning])
        return self._seen(), -cost, False


class FrozenLake(Env):
    """A grid of four by four with holes; on ice one slips to the sides."""

    grid = "SFFFFHFHFFFHHFFG"

    def __init__(self, is_slippery: bool = True) -> None:
        super().__init__()
        self.limit = 100
        self._slippery = is_slippery
        self.action_space, self.observation_space = Discrete(4), Discrete(16)

    def _reset(self):
        self.state = 0
        return 0

    def _step(self, action):
        if self._slippery:
            action = (action + self.np_random.randint(-1, 2)) % 4
        row, column = divmod(self.state, 4)
        row = min(row + 1, 3) if action == 1 else max(row - 1, 0) if action == 3 else row
        column = max(column - 1, 0) if action == 0 else min(column + 1, 3) if action == 2 else column
        self.state = 4 * row + column
        return self.state, float(self.grid[self.state] == "G"), self.grid[self.state] in "GH"


ENVIRONMENTS = {
    "CartPole-v0": CartPole,
    "CartPole-v1": lambda: CartPole(500),
    "MountainCar-v0": MountainCar,
    "MountainCarContinuous-v0": lambda: MountainCar(continuous=True),
    "Pendulum-v0": Pendulum,
    "FrozenLake-v0": FrozenLake,
}


def make(name: str, **given: object) -> Env:
    """Return an environment by its name."""
    if name not in ENVIRONMENTS:
        raise ImportError(
            f"no stand-in for the gym environment {name}: give a module of yours with --stand-in gym=FILE"
        )
    env = ENVIRONMENTS[name](**given)
    env.spec = type("Spec", (), {"id": name, "max_episode_steps": env.limit, "timestep_limit": env.limit})()
    return env


spaces = wrappers = sys.modules[__name__]
sys.modules[f"{__name__}.spaces"] = sys.modules[f"{__name__}.wrappers"] = spaces
