"""Which weights each layer and cell makes, and under which names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: `flag` is the argument that leaves it out (`default` where it is not given)."""

    name: str
    trainable: bool = True
    flag: str | None = None
    default: bool = True


@dataclass(frozen=True, slots=True)
class LayerLaw:
    """`scope` is the anonymous name of the layer; `updates` says that it has moving averages."""

    scope: str
    weights: tuple[Weight, ...]
    updates: bool = False
    training_default: bool = False


_BIAS = Weight("bias", flag="use_bias")
_KERNEL = (Weight("kernel"), _BIAS)
_SEPARABLE = (Weight("depthwise_kernel"), Weight("pointwise_kernel"), _BIAS)
MOVING = ("moving_mean", "moving_variance")
_MOVING = tuple(Weight(name, False) for name in MOVING)
_NORM = (Weight("gamma", flag="scale"), Weight("beta", flag="center"), *_MOVING)
_CONTRIB = (Weight("weights"), Weight("biases", flag="biases_initializer"))
_CONTRIB_SEPARABLE = (Weight("depthwise_weights"), Weight("pointwise_weights"), _CONTRIB[1])
_CONTRIB_NORM = (Weight("beta", flag="center"), Weight("gamma", flag="scale", default=False), *_MOVING)

LAYERS: dict[str, LayerLaw] = {
    "tf.layers.dense": LayerLaw("dense", _KERNEL),
    "tf.layers.conv1d": LayerLaw("conv1d", _KERNEL),
    "tf.layers.conv2d": LayerLaw("conv2d", _KERNEL),
    "tf.layers.conv3d": LayerLaw("conv3d", _KERNEL),
    "tf.layers.conv2d_transpose": LayerLaw("conv2d_transpose", _KERNEL),
    "tf.layers.conv3d_transpose": LayerLaw("conv3d_transpose", _KERNEL),
    "tf.layers.separable_conv1d": LayerLaw("separable_conv1d", _SEPARABLE),
    "tf.layers.separable_conv2d": LayerLaw("separable_conv2d", _SEPARABLE),
    "tf.layers.batch_normalization": LayerLaw("batch_normalization", _NORM, True),
    "tf.contrib.layers.fully_connected": LayerLaw("fully_connected", _CONTRIB),
    "tf.contrib.layers.linear": LayerLaw("fully_connected", _CONTRIB),
    "tf.contrib.layers.relu": LayerLaw("fully_connected", _CONTRIB),
    "tf.contrib.layers.relu6": LayerLaw("fully_connected", _CONTRIB),
    "tf.contrib.layers.conv2d": LayerLaw("Conv", _CONTRIB),
    "tf.contrib.layers.convolution2d": LayerLaw("Conv", _CONTRIB),
    "tf.contrib.layers.convolution": LayerLaw("Conv", _CONTRIB),
    "tf.contrib.layers.conv2d_transpose": LayerLaw("Conv2d_transpose", _CONTRIB),
    "tf.contrib.layers.convolution2d_transpose": LayerLaw("Conv2d_transpose", _CONTRIB),
    "tf.contrib.layers.separable_conv2d": LayerLaw("SeparableConv2d", _CONTRIB_SEPARABLE),
    "tf.contrib.layers.separable_convolution2d": LayerLaw("SeparableConv2d", _CONTRIB_SEPARABLE),
    "tf.contrib.layers.batch_norm": LayerLaw("BatchNorm", _CONTRIB_NORM, True, True),
    "tf.contrib.layers.layer_norm": LayerLaw(
        "LayerNorm", (Weight("beta", flag="center"), Weight("gamma", flag="scale"))
    ),
    "tf.contrib.layers.embed_sequence": LayerLaw("EmbedSequence", (Weight("embeddings"),)),
    "tf.contrib.layers.bias_add": LayerLaw("BiasAdd", (Weight("biases"),)),
}
CLASSES = {
    "Dense": "dense",
    "Conv1D": "conv1d",
    "Conv2D": "conv2d",
    "Conv3D": "conv3d",
    "Conv2DTranspose": "conv2d_transpose",
    "Conv3DTranspose": "conv3d_transpose",
    "SeparableConv2D": "separable_conv2d",
    "BatchNormalization": "batch_normalization",
}
_RECURRENT = (Weight("kernel"), Weight("recurrent_kernel"), _BIAS)
KERAS_ONLY = {
    "Embedding": LayerLaw("embedding", (Weight("embeddings"),)),
    "LSTM": LayerLaw("lstm", _RECURRENT),
    "GRU": LayerLaw("gru", _RECURRENT),
    "SimpleRNN": LayerLaw("simple_rnn", _RECURRENT),
}

_GATES = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
CELLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "BasicLSTMCell": ("basic_lstm_cell", ("kernel", "bias")),
    "LSTMCell": ("lstm_cell", ("kernel", "bias")),
    "LSTMBlockCell": ("lstm_cell", ("kernel", "bias")),
    "LayerNormBasicLSTMCell": ("layer_norm_basic_lstm_cell", ("kernel",)),
    "BasicRNNCell": ("basic_rnn_cell", ("kernel", "bias")),
    "GRUCell": ("gru_cell", _GATES),
    "GRUBlockCell": ("gru_cell", _GATES),
    "GRUBlockCellV2": ("gru_cell", _GATES),
}
LSTM = frozenset({"BasicLSTMCell", "LSTMCell", "LSTMBlockCell", "LayerNormBasicLSTMCell"})
WRAPPERS = frozenset(
    {
        "DropoutWrapper",
        "ResidualWrapper",
        "DeviceWrapper",
        "OutputProjectionWrapper",
        "InputProjectionWrapper",
        "EmbeddingWrapper",
    }
)


def layer_path(path: str) -> str:
    """Return the path of a layer function of contrib; slim's are the same functions under other names."""
    of_layers = path.replace("tf.contrib.slim.", "tf.contrib.layers.")
    return of_layers if of_layers in LAYERS else path


def layer_law(path: str) -> LayerLaw | None:
    """Return the law of a layer function or class, None where a symbol is no layer with weights."""
    short = path.rsplit(".", 1)[-1]
    if path.startswith("tf.keras.layers.") and short in KERAS_ONLY:
        return KERAS_ONLY[short]
    path = layer_path(path).replace("tf.keras.layers.", "tf.layers.")
    if short in CLASSES and path.startswith("tf.layers."):
        return LAYERS[f"tf.layers.{CLASSES[short]}"]
    return LAYERS.get(path)
