# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.legacy_seq2seq`: the decoder and the losses over lists of time steps."""

import tensorflow.compat.v1 as tf


def rnn_decoder(decoder_inputs, initial_state, cell, loop_function=None, scope=None):
    """Return the outputs and the last state of `cell` over a list of inputs.

    With `loop_function`, every input after the first is made from the output before it.
    """
    with tf.variable_scope(scope or "rnn_decoder"):
        state, outputs, previous = initial_state, [], None
        for index, given in enumerate(decoder_inputs):
            value = given
            if loop_function is not None and previous is not None:
                with tf.variable_scope("loop_function", reuse=True):
                    value = loop_function(previous, index)
            if index > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(value, state)
            outputs.append(output)
            if loop_function is not None:
                previous = output
    return outputs, state


def sequence_loss_by_example(
    logits, targets, weights, average_across_timesteps=True, softmax_loss_function=None, name=None
):
    """Return the weighted cross entropy of each example, summed over the lists of time steps or averaged."""
    with tf.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            flat = tf.reshape(target, [-1])
            if softmax_loss_function is None:
                entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=flat, logits=logit)
            else:
                entropy = softmax_loss_function(labels=flat, logits=logit)
            losses.append(entropy * weight)
        total = tf.add_n(losses)
        return total / (tf.add_n(weights) + 1e-12) if average_across_timesteps else total


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the sum of `sequence_loss_by_example`, divided by the batch size if asked for."""
    with tf.name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        cost = tf.reduce_sum(
            sequence_loss_by_example(logits, targets, weights, average_across_timesteps, softmax_loss_function)
        )
        return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype) if average_across_batch else cost
