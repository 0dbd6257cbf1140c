"""Describe every public symbol of the TensorFlow that runs this file: one JSON object a line on stdout.

Started as a script by `build`, with TensorFlow 2's interpreter and with TensorFlow 1.15's: it imports nothing of this
package and keeps to the syntax of Python 3.7. Roots are given as arguments: `tf`, `tf.compat.v1`, `tf_slim`.
"""

import dis
import enum
import functools
import importlib
import inspect
import io
import json
import os
import sys
import types

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

SKIPPED_MODULES = ("tf.compat.v1.", "tf.compat.v2.", "tf.tools.", "tf.pywrap_tensorflow.", "tf.python.")
MAX_DEPTH = 7


def is_module(value):
    return isinstance(value, types.ModuleType)


def is_lazy(value):
    return is_module(value) and type(value) is not types.ModuleType


def public_names(module):
    try:
        names = dir(module)
    except Exception:  # a lazy module that this TensorFlow cannot load has no public names
        return []
    return sorted(name for name in names if not name.startswith("_") and name.isidentifier())


def walk(root_path, root):
    """Yield (path, value) for every public name below a root, each module once per way to it without cycles."""
    pending = [(root_path, root, (id(root),))]
    yield root_path + ".__version__", tensorflow_version(root)
    while pending:
        path, module, chain = pending.pop(0)
        for name in public_names(module):
            below = path + "." + name
            try:
                value = getattr(module, name)
            except Exception:  # a name that raises on access is not usable, hence not public
                continue
            if not is_module(value):
                if is_offered(path, module, value):
                    yield below, value
                continue
            if skip_module(root_path, below, module, value, chain):
                continue
            yield below, value
            pending.append((below, value, chain + (id(value),)))


def tensorflow_version(root):
    return str(getattr(root, "__version__", ""))


def is_offered(path, module, value):
    """Say whether a contrib module offers a value, rather than having imported it for its own use."""
    if not path.startswith("tf.contrib."):
        return True
    if path.count(".") > 2 and is_implementation(module):
        return getattr(value, "__module__", None) == module.__name__
    return is_of_tensorflow(value)


def is_implementation(module):
    return ".python." in getattr(module, "__name__", "")


def skip_module(root_path, path, parent, module, chain):
    relative = "tf" + path[len(root_path) :]
    if (relative + ".").startswith(SKIPPED_MODULES) or id(module) in chain or path.count(".") > MAX_DEPTH:
        return True
    name = getattr(module, "__name__", "")
    if root_path == "tf_slim":
        return not name.startswith("tf_slim")
    if not is_lazy(module) and not name.startswith(("tensorflow", "keras", "tf_keras", "tensorboard", "absl")):
        return True
    if relative.startswith("tf.contrib."):
        own = ".contrib." in name or "estimator" in name or relative.count(".") == 2
        return not own or relative.endswith(".python") or is_implementation(parent)
    return ".python." in relative + "." or relative.endswith((".tf_decorator", ".deprecation"))


def is_of_tensorflow(value):
    value = getattr(value, "func", value) if isinstance(value, functools.partial) else value
    module = getattr(value, "__module__", None) or type(value).__module__
    return module.startswith(("tensorflow", "keras", "tf_keras")) or module == "builtins"


class Describer:
    """Describes values; objects that are one and the same get the same `id`."""

    def __init__(self, tensorflow):
        self.tensorflow = tensorflow
        self.unwrap = importlib.import_module("tensorflow.python.util.tf_decorator").unwrap
        self.registry = registered_ops(tensorflow)
        self.public = {}

    def describe(self, path, value):
        if is_module(value):
            return {"path": path, "kind": "module"}
        if inspect.isclass(value):
            return self.describe_class(path, value)
        if callable(value) and not isinstance(value, self.tensorflow.DType):
            return self.describe_function(path, value)
        found = {"path": path, "kind": "constant", "id": id(value), "key": key_of(type(value))}
        found["value"] = "" if path.endswith("__version__") else self.text(value)
        return found

    def describe_function(self, path, value):
        function = self.bare(value)
        found = {"path": path, "kind": "function", "id": id(function), "key": key_of(function)}
        found["parameters"] = self.parameters(value)
        found["ops"] = sorted(self.ops_of(function, 2))
        names = set(getattr(function, "_tf_api_names", None) or ()) | set(getattr(value, "_tf_api_names", None) or ())
        found["names"] = sorted("tf." + name for name in names)
        return found

    def describe_class(self, path, value):
        found = {"path": path, "kind": "class", "id": id(value), "key": key_of(value)}
        found["names"] = sorted("tf." + name for name in value.__dict__.get("_tf_api_names", None) or ())
        if is_message(value):
            found["message"] = True
            found["parameters"] = [["**kwargs", None]]
            found["members"] = sorted(name for name in dir(value) if not name.startswith("_"))
            return found
        if issubclass(value, enum.Enum):
            found["parameters"] = [["value", None]]
        else:
            found["parameters"] = self.constructor(value)
        found["bases"] = [key_of(base) for base in value.__mro__[1:] if base is not object]
        found["members"] = self.members(value)
        inherited = [base for base in value.__mro__[1:] if base is not object]
        found["inherited"] = {key_of(base): self.members(base) for base in inherited}
        return found

    def members(self, owner):
        """Return own public members: name, what it is, and the parameters of methods without `self`."""
        members = []
        for name, raw in sorted(vars(owner).items()):
            if name.startswith("_"):
                continue
            bound = raw.__func__ if isinstance(raw, (staticmethod, classmethod)) else raw
            if isinstance(raw, property) or not callable(bound):
                members.append([name, "attribute", None])
                continue
            if inspect.isclass(bound):
                members.append([name, "class", None])
                continue
            kind = "static" if isinstance(raw, staticmethod) else "class" if isinstance(raw, classmethod) else "method"
            parameters = self.parameters(bound)
            members.append([name, kind, parameters if kind == "static" or parameters is None else parameters[1:]])
        return members

    def constructor(self, owner):
        parameters = self.parameters(owner.__init__)
        if owner.__init__ is object.__init__ or (parameters is not None and is_open(parameters[1:])):
            made = self.parameters(owner.__new__) if owner.__new__ is not object.__new__ else None
            if made is not None and not is_open(made[1:]):
                parameters = made
            elif owner.__init__ is object.__init__:
                return []
        return parameters[1:] if parameters else parameters

    def bare(self, value):
        try:
            return self.unwrap(value)[1]
        except Exception:  # not every callable can be unwrapped; it then stands for itself
            return value

    def parameters(self, value):
        bare = self.bare(value)
        for candidate in (value, bare):
            try:
                signature = inspect.signature(candidate)
            except (TypeError, ValueError):
                continue
            listed = self.listed(signature)
            if not is_open(listed) or candidate is bare:
                return listed
        return None

    def listed(self, signature):
        listed, star = [], False
        for parameter in signature.parameters.values():
            kind = parameter.kind
            if kind is parameter.VAR_POSITIONAL:
                star = True
                listed.append(["*" + parameter.name, None])
                continue
            if kind is parameter.VAR_KEYWORD:
                listed.append(["**" + parameter.name, None])
                continue
            if kind is parameter.KEYWORD_ONLY and not star:
                star = True
                listed.append(["*", None])
            required = parameter.default is parameter.empty
            listed.append([parameter.name, None if required else self.text(parameter.default)])
        return listed

    def text(self, value):
        """Return the default as a person would write it, or a description in angle brackets."""
        if type(value) in (type(None), bool, int, float, str, bytes):
            return repr(value)
        if isinstance(value, self.tensorflow.DType):
            return "tf." + value.name
        if type(value) in (tuple, list):
            inner = ", ".join(self.text(item) for item in value)
            if type(value) is list:
                return "[" + inner + "]"
            return "(" + inner + ("," if len(value) == 1 else "") + ")"
        if type(value) is dict:
            return "{" + ", ".join(sorted(self.text(k) + ": " + self.text(v) for k, v in value.items())) + "}"
        if isinstance(value, enum.Enum):
            return "<" + type(value).__name__ + "." + value.name + ">"
        bare = self.bare(value)
        if id(bare) in self.public:
            return self.public[id(bare)]
        if callable(value):
            return "<" + key_of(bare) + ">"
        if type(value).__module__ == "numpy":
            return repr(value)
        return "<" + type(value).__name__ + ">"

    def ops_of(self, function, depth):
        """Return the registered ops that a function's own code creates, looking `depth` calls into its module."""
        code = getattr(function, "__code__", None)
        if code is None:
            return set()
        module = getattr(function, "__globals__", {})
        found = set()
        if ".gen_" in (getattr(function, "__module__", "") or ""):
            return {const for const in code.co_consts if isinstance(const, str) and const in self.registry}
        for owner, name in references(code):
            if owner is not None:
                holder = module.get(owner)
                target = getattr(holder, name, None) if is_module(holder) and ".gen_" in holder.__name__ else None
                found |= self.ops_of(self.bare(target), 0) if target is not None else set()
            elif depth and inspect.isfunction(self.bare(module.get(name))):
                found |= self.ops_of(self.bare(module[name]), depth - 1)
        return found


def references(code):
    """Yield (module name, attribute) and (None, global name) for the names that code loads, nested functions too."""
    owner = None
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            owner = instruction.argval
            yield None, owner
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD") and owner is not None:
            yield owner, instruction.argval
            owner = None
        elif instruction.opname != "PRECALL":
            owner = None
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            for reference in references(const):
                yield reference


def registered_ops(tensorflow):
    ops = importlib.import_module("tensorflow.python.framework.op_def_registry")
    names = [name for name in dir(tensorflow.raw_ops) if not name.startswith("_")]
    if hasattr(ops, "get"):
        found = {name: ops.get(name) for name in names}
    else:
        found = ops.get_registered_ops()
    return {name: bool(op.is_stateful) for name, op in found.items() if op is not None}


def key_of(value):
    return "%s.%s" % (
        getattr(value, "__module__", "?"),
        getattr(value, "__qualname__", getattr(value, "__name__", "?")),
    )


def is_open(parameters):
    return any(name.startswith("**") for name, _ in parameters) and any(
        name.startswith("*") and not name.startswith("**") and name != "*" for name, _ in parameters
    )


def is_message(value):
    return any(base.__module__.startswith("google.") and base.__name__ == "Message" for base in value.__mro__)


def main(roots):
    stdout, sys.stdout = sys.stdout, io.StringIO()
    import tensorflow as tf

    describer = Describer(tf)
    symbols = []
    for root in roots:
        first, *parts = root.split(".")
        module = tf if first == "tf" else importlib.import_module(first)
        for part in parts:
            module = getattr(module, part)
        symbols.extend(walk(root, module))
    for path, value in sorted(symbols, key=lambda item: (item[0].count("."), item[0])):
        if callable(value) and not is_module(value):
            describer.public.setdefault(id(describer.bare(value)), path)
    stdout.write(
        json.dumps({"version": tf.__version__, "stateful": sorted(k for k, v in describer.registry.items() if v)})
    )
    stdout.write("\n")
    for path, value in symbols:
        stdout.write(json.dumps(describer.describe(path, value), sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["tf"])
