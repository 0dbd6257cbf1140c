# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.seq2seq`: the weighted cross entropy over sequences."""

import tensorflow.compat.v1 as tf


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the cross entropy of `logits` (batch, time, classes) against `targets` (batch, time).

    Averaged over what is asked for; an average over both divides by the sum of `weights`.
    """
    with tf.name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = tf.shape(logits)[2]
        flat_logits = tf.reshape(logits, [-1, classes])
        flat_targets = tf.reshape(targets, [-1])
        if softmax_loss_function is None:
            entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=flat_targets, logits=flat_logits)
        else:
            entropy = softmax_loss_function(labels=flat_targets, logits=flat_logits)
        entropy = entropy * tf.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return tf.math.divide_no_nan(tf.reduce_sum(entropy), tf.reduce_sum(weights))
        entropy = tf.reshape(entropy, tf.shape(logits)[0:2])
        if not average_across_timesteps and not average_across_batch:
            return entropy
        axis = [0] if average_across_batch else [1]
        return tf.math.divide_no_nan(tf.reduce_sum(entropy, axis), tf.reduce_sum(weights, axis))
