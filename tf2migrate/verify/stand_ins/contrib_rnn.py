# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.rnn`: the cells and loops that moved to `tf.nn` before contrib went."""

import tensorflow.compat.v1 as tf

BasicLSTMCell = tf.nn.rnn_cell.BasicLSTMCell
BasicRNNCell = tf.nn.rnn_cell.BasicRNNCell
DeviceWrapper = tf.nn.rnn_cell.DeviceWrapper
DropoutWrapper = tf.nn.rnn_cell.DropoutWrapper
GRUCell = tf.nn.rnn_cell.GRUCell
LSTMCell = tf.nn.rnn_cell.LSTMCell
LSTMStateTuple = tf.nn.rnn_cell.LSTMStateTuple
MultiRNNCell = tf.nn.rnn_cell.MultiRNNCell
RNNCell = tf.nn.rnn_cell.RNNCell
ResidualWrapper = tf.nn.rnn_cell.ResidualWrapper
static_bidirectional_rnn = tf.nn.static_bidirectional_rnn
static_rnn = tf.nn.static_rnn
static_state_saving_rnn = tf.nn.static_state_saving_rnn


class OutputProjectionWrapper(tf.nn.rnn_cell.RNNCell):
    """A cell whose output is projected to `output_size` by weights and a bias of its own."""

    def __init__(self, cell, output_size, activation=None, reuse=None):
        super().__init__(_reuse=reuse)
        self._cell = cell
        self._output_size = output_size
        self._activation = activation

    @property
    def state_size(self):
        return self._cell.state_size

    @property
    def output_size(self):
        return self._output_size

    def zero_state(self, batch_size, dtype):
        return self._cell.zero_state(batch_size, dtype)

    def call(self, inputs, state):
        output, new_state = self._cell(inputs, state)
        weights = tf.get_variable("kernel", [output.shape[-1], self._output_size], output.dtype)
        bias = tf.get_variable("bias", [self._output_size], output.dtype, tf.zeros_initializer())
        projected = tf.nn.bias_add(tf.matmul(output, weights), bias)
        return (self._activation(projected) if self._activation else projected), new_state
