# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""The numbers behind each kind of random operation, from a generator that is the same in every numpy."""

import hashlib

import numpy

TRUNCATED_AT = 2.0  # standard deviations, TensorFlow's rule for truncated_normal


def generator(seed, operation, draw):
    """Return the generator of one draw: it depends on the three arguments alone, not on what was drawn before."""
    digest = hashlib.md5(("%d/%s/%d" % (seed, operation, draw)).encode("ascii")).digest()
    return numpy.random.RandomState(numpy.frombuffer(digest, dtype=numpy.uint32))


def uniform(source, shape):
    """Return numbers in [0, 1)."""
    return source.random_sample(shape)


def normal(source, shape):
    """Return standard normal numbers."""
    return source.standard_normal(shape)


def truncated(source, shape):
    """Return standard normal numbers, those beyond two standard deviations drawn again."""
    return _redrawn(source, shape, 0.0, 1.0, -TRUNCATED_AT, TRUNCATED_AT)


def parameterized_truncated(source, shape, means, deviations, lows, highs):
    """Return normal numbers of the given law within [low, high], the four parameters one per leading index."""
    rows = [numpy.reshape(item, (-1,) + (1,) * (len(shape) - 1)) for item in (means, deviations, lows, highs)]
    return _redrawn(source, shape, *rows)


def _redrawn(source, shape, mean, deviation, low, high):
    values = numpy.asarray(source.standard_normal(shape)) * deviation + mean
    for _ in range(200):
        outside = (values < low) | (values > high)
        if not outside.any():
            break
        again = numpy.asarray(source.standard_normal(shape)) * deviation + mean
        values = numpy.where(outside, again, values)
    return numpy.clip(values, low, high)


def whole(source, shape, low, high):
    """Return whole numbers in [low, high)."""
    span = int(high) - int(low)
    return int(low) + numpy.minimum(numpy.floor(source.random_sample(shape) * span), span - 1).astype(numpy.int64)


def shuffled(source, value):
    """Return `value` with its rows in another order."""
    return value[source.permutation(len(value))]


def categories(source, logits, count):
    """Return `count` classes for each row of `logits`, by their (unnormalised log) odds."""
    noise = source.random_sample((logits.shape[0], int(count), logits.shape[1]))
    gumbel = -numpy.log(-numpy.log(numpy.clip(noise, 1e-300, None)))
    return numpy.argmax(logits[:, numpy.newaxis, :].astype(numpy.float64) + gumbel, axis=2)


def gamma(source, shape, alpha):
    """Return gamma(alpha, 1) numbers of shape `shape` + alpha's."""
    return source.standard_gamma(alpha, size=tuple(shape) + alpha.shape)


def poisson(source, shape, rate):
    """Return poisson(rate) numbers of shape `shape` + rate's."""
    return source.poisson(rate, size=tuple(shape) + rate.shape)


def log_uniform_candidates(source, true_classes, sampled, unique, range_max):
    """Return classes with odds log(1 + 1/(class + 1)) and how often the true and the sampled ones are expected."""

    def draw():
        return min(int(numpy.exp(source.random_sample() * numpy.log(range_max + 1.0)) - 1.0), range_max - 1)

    def odds(classes):
        return numpy.log((classes + 2.0) / (classes + 1.0)) / numpy.log(range_max + 1.0)

    return _candidates(draw, odds, true_classes, sampled, unique)


def uniform_candidates(source, true_classes, sampled, unique, range_max):
    """Return classes with equal odds and how often the true and the sampled ones are expected."""

    def draw():
        return min(int(source.random_sample() * range_max), range_max - 1)

    def odds(classes):
        return numpy.full(classes.shape, 1.0 / range_max)

    return _candidates(draw, odds, true_classes, sampled, unique)


def _candidates(draw, odds, true_classes, sampled, unique):
    chosen, tries = [], 0
    while len(chosen) < sampled:
        tries += 1
        candidate = draw()
        if not unique or candidate not in chosen:
            chosen.append(candidate)
    classes = numpy.array(chosen, dtype=numpy.int64)

    def expected(of):
        chance = odds(of.astype(numpy.float64))
        count = -numpy.expm1(tries * numpy.log1p(-chance)) if unique else chance * sampled
        return count.astype(numpy.float32)

    return classes, expected(true_classes), expected(classes)
