"""Functions, classes and modules of the program: entered per call site, seen as Python sees them."""

from __future__ import annotations

import pytest

from tf2migrate.model.facts import Grade, Kind


def test_each_call_site_has_its_frame_and_context(evaluate):
    facts = evaluate("def f(x):\n    return tf.nn.relu(x)\na = f(tf.constant(1.))\nb = f(a)")
    calls = facts.program.calls
    assert [call.place.expression.line for call in calls] == [4, 5]
    made = [node for node in facts.program.nodes if node.op == "tf.nn.relu"]
    assert [node.place.frame for node in made] == [call.frame for call in calls]
    assert [node.place.context[-1].line for node in made] == [4, 5]
    assert made[1].inputs == (made[0].id,)


@pytest.mark.parametrize(
    "definition",
    [
        "def f(a, b=2, *rest, c=None, **more):\n    return (a, rest, c, more['d'])\n"
        "x, rest, c, d = f(T, 1, T, c=T, d=T)",
        "def f(*parts, **more):\n    return parts[0], list(parts), more['c'], more.get('d')\n"
        "x, rest, c, d = f(T, T, c=T, d=T)",
        "f = lambda a, *r: (a, r, a, a)\nx, rest, c, d = f(*[T, T])",
        "import functools\ng = lambda a, b, c: (a, [b], c, a)\nf = functools.partial(g, T)\nx, rest, c, d = f(T, c=T)",
    ],
)
def test_parameters_of_every_kind(evaluate, definition):
    facts = evaluate(f"T = tf.constant(1)\n{definition}\ntf.Session().run([x, rest[0], c, d])")
    assert facts.fetched() == ["tf.constant"] * 4
    assert facts.visit().grade is Grade.EXACT


def test_mutable_defaults_are_shared(evaluate):
    facts = evaluate(
        "def f(x, seen=[]):\n    seen.append(x)\n    return seen\nf(tf.constant(1))\ntf.Session().run(f(tf.zeros([])))"
    )
    assert facts.fetched() == ["tf.constant", "tf.zeros"]


def test_closures_bind_late(evaluate):
    facts = evaluate("x = tf.constant(1)\nf = lambda: x\nx = tf.zeros([])\ntf.Session().run(f())")
    assert facts.fetched() == ["tf.zeros"]


def test_global_and_nonlocal(evaluate):
    facts = evaluate(
        """
        x = None
        def outer():
            y = None
            def inner():
                global x
                nonlocal y
                x, y = tf.constant(1), tf.zeros([])
            inner()
            return y
        y = outer()
        tf.Session().run([x, y])
        """
    )
    assert facts.fetched() == ["tf.constant", "tf.zeros"]


def test_callbacks_of_the_program_are_entered(evaluate):
    facts = evaluate(
        "a = list(map(lambda i: tf.constant(i), [1, 2]))\n"
        "b = sorted(a, key=lambda t: t.name)\nr = tf.map_fn(lambda t: t * 2, tf.zeros([3]))"
    )
    assert facts.ops().count("tf.constant") == 2
    assert "operator.mul" in facts.ops()


def test_generators(evaluate):
    facts = evaluate(
        "def make():\n    yield tf.constant(1)\n    yield tf.zeros([])\na, b = make()\ntf.Session().run([a, b])"
    )
    assert facts.fetched() == ["tf.constant", "tf.zeros"]


def test_recursion_ends(evaluate):
    facts = evaluate(
        "def f(x, n):\n    return x if n == 0 else f(tf.nn.relu(x), n - 1)\n"
        "y = f(tf.constant(1.), 3)\ndef g(x):\n    return g(x)\ng(y)"
    )
    assert facts.ops().count("tf.nn.relu") == 3


MODEL = """
class Base(object):
    kind = "base"
    def __init__(self, n):
        self.n = n
        self.x = tf.placeholder(tf.float32, name="x")
        self.build()
    def build(self):
        self.y = self.x * self.n

class Model(Base):
    def build(self):
        super(Model, self).build()
        self.z = self.y + 1.
    @property
    def loss(self):
        return self.z
    @staticmethod
    def half(t):
        return t / 2.
    @classmethod
    def make(cls):
        return cls(2)
    def run(self, sess, value):
        return sess.run(self.loss, {self.x: value})
"""


def test_classes(evaluate):
    facts = evaluate(MODEL + "m = Model.make()\nm.run(tf.Session(), 3)\ntf.Session().run(m.half(m.y), {m.x: 1})")
    assert facts.fetched(0) == ["operator.add"]
    assert facts.fetched(1) == ["operator.truediv"]
    assert facts.fed(0) == ["x"]


def test_instances_have_their_own_attributes(evaluate):
    facts = evaluate(MODEL + "a, b = Model(1), Model(2)\na.run(tf.Session(), 1)\nb.run(tf.Session(), 1)")
    assert [facts.fed(index) for index in range(2)] == [["x"], ["x_1"]]


def test_lazy_properties_by_decorator(evaluate):
    facts = evaluate(
        """
        import functools
        def lazy(function):
            name = "_cache_" + function.__name__
            @property
            @functools.wraps(function)
            def wrapper(self):
                if not hasattr(self, name):
                    setattr(self, name, function(self))
                return getattr(self, name)
            return wrapper
        class M:
            @lazy
            def y(self):
                return tf.constant(1)
        m = M()
        tf.Session().run([m.y, m.y])
        """
    )
    assert facts.ops().count("tf.constant") == 1
    assert facts.visit().grade is Grade.EXACT


def test_objects_that_are_called_entered_and_indexed(evaluate):
    facts = evaluate(
        """
        class Net:
            def __call__(self, x): return x * 2
            def __getitem__(self, key): return tf.constant(key)
            def __enter__(self): return tf.zeros([])
            def __exit__(self, *error): pass
            def __iter__(self): return iter([tf.ones([])])
        n = Net()
        with n as z:
            pass
        [o] = n
        tf.Session().run([n(z), n[1], o])
        """
    )
    assert facts.fetched() == ["operator.mul", "tf.constant", "tf.ones"]


def test_namedtuples(evaluate):
    facts = evaluate(
        "import collections\nP = collections.namedtuple('P', 'a b')\np = P(tf.constant(1), b=tf.zeros([]))\n"
        "a, b = p\ntf.Session().run([p.a, b, p])"
    )
    assert facts.fetched() == ["tf.constant", "tf.zeros", "tf.constant", "tf.zeros"]
    assert facts.visit().fetch.items[2].type == "P"


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"model.py": "import tensorflow as tf\ndef net(): return tf.constant(1)"}, "import model\nx = model.net()"),
        (
            {"model.py": "import tensorflow as tf\ndef net(): return tf.constant(1)"},
            "from model import net as n\nx = n()",
        ),
        ({"model.py": "import tensorflow as tf\ndef net(): return tf.constant(1)"}, "from model import *\nx = net()"),
        (
            {
                "p/__init__.py": "from .a import net",
                "p/a.py": "import tensorflow as tf\ndef net(): return tf.constant(1)",
            },
            "import p\nx = p.net()",
        ),
        (
            {"p/__init__.py": "", "p/a.py": "import tensorflow as tf\ndef net(): return tf.constant(1)"},
            "import p.a as q\nx = q.net()",
        ),
        ({"p/a.py": "import tensorflow as tf\ndef net(): return tf.constant(1)"}, "from p import a\nx = a.net()"),
    ],
)
def test_modules_of_the_project(evaluate, files, text):
    facts = evaluate(f"import tensorflow as tf\n{text}\ntf.Session().run(x)", files)
    assert facts.fetched() == ["tf.constant"]
    packages = 1 if any(name.startswith("p/") for name in files) else 0
    modules = len([name for name in files if not name.endswith("__init__.py")])
    assert len(facts.program.files) == 1 + modules + packages


def test_a_module_is_evaluated_once_and_main_is_the_entry(evaluate):
    module = "import tensorflow as tf\nx = tf.constant(1)\nif __name__ == '__main__':\n    tf.Session().run(x)"
    facts = evaluate(
        "import a, b\nif __name__ == '__main__':\n    import tensorflow as tf\n    tf.Session().run(a.x)",
        {"a.py": module, "b.py": "import a"},
    )
    assert facts.ops().count("tf.constant") == 1
    assert len(facts.program.visits) == 1


def test_app_run_calls_main(evaluate):
    facts = evaluate("FLAGS = tf.flags.FLAGS\ndef main(_):\n    tf.Session().run(tf.constant(FLAGS.n))\ntf.app.run()")
    assert facts.fetched() == ["tf.constant"]
    assert facts.visit().certain


def test_functions_that_nobody_calls_are_synthetic(evaluate):
    facts = evaluate(
        "def never(x):\n    s = tf.Session()\n    s.run(tf.constant(1))\n    return x\ndef host(x):\n    return x"
    )
    assert [frame.kind for frame in facts.program.frames] == ["module", "synthetic"]
    assert facts.fetched() == ["tf.constant"]
    assert not facts.visit().certain
    assert facts.program.coverage.sites == ()


def test_methods_that_nobody_calls_see_the_instance_of_the_program(evaluate):
    facts = evaluate(
        """
        class M:
            def __init__(self):
                self.x = tf.placeholder(tf.float32, name="x")
                self.sess = tf.Session()
            def predict(self, value):
                return self.sess.run(self.x + 1, {self.x: value})
        m = M()
        """
    )
    assert facts.fed() == ["x"]
    assert facts.visit().grade is Grade.EXACT


def test_what_no_evaluation_reaches_is_named(evaluate):
    facts = evaluate("s = tf.Session()\nif False:\n    s.run(tf.constant(1))")
    assert [ref.line for ref in facts.program.coverage.sites] == [4]
    assert [ref.line for ref in facts.program.coverage.calls] == [4]


def test_a_program_that_takes_too_many_steps_is_a_finding(evaluate, monkeypatch):
    monkeypatch.setattr("tf2migrate.analysis.machine.BUDGET", 100)
    facts = evaluate(
        "x = tf.constant(1)\nfor i in range(10):\n    for j in range(10):\n        k = i * j\n        l = k"
    )
    assert "TFM959" in facts.findings()


def test_python_2_is_a_syntax_error(evaluate):
    with pytest.raises(SyntaxError):
        evaluate("print 'x'")


@pytest.mark.parametrize(
    "text", ["", "import os\nprint(os.getcwd())", "def f():\n    pass", "x = [1, 2][5]\ny = {}['a']\nz = 1 / 0"]
)
def test_programs_without_a_graph(evaluate, text):
    facts = evaluate(f"import tensorflow as tf\n{text}")
    assert facts.program.nodes == ()
    assert [finding for finding in facts.program.findings if finding.blocks] == []


def test_numpy_arrays_of_graph_values_are_unknown_not_wrong(evaluate):
    facts = evaluate("import numpy as np\na = np.array([tf.constant(1)])\ntf.Session().run(a[0])")
    assert facts.visit().grade is Grade.UNKNOWN
    assert facts.of_kind(Kind.TENSOR)[0].id == facts.program.escapes[0].node
