# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Runs the program of one side as a person would start it, with the recorder in place, and ends the process."""

import importlib
import io
import linecache
import os
import sys
import threading
import traceback
import types

from . import enclosure, files, host, logs, record

MARK = "TF2MIGRATE_PROCESS"
SITE = "__tf2migrate_site__"  # the name that instrumented text calls; dunders are not mangled inside classes


def run(order, enclosed):
    """Prepare the side that `order` names, run its program and end the process with the program's exit status."""
    os.environ[MARK] = order["observations"]  # what the program starts can be found by it, and ended
    os.environ.update(order["environment"])
    os.chdir(order["folder_of_entry"])
    enclosure.limit_files()
    sys.path[0] = order["folder_of_entry"]
    frames = record.Frames(order["folder"])
    recorder = record.Recorder(order["observations"], order["runs"], order["waiting"], order["patience"])
    world = importlib.import_module("." + order["side"], __package__).prepare(order, frames, recorder)
    stand_ins = host.StandIns(order["stand_ins"], frames, order["side"])
    recorder.write("meta", world.facts())
    recorder.variables = world.variables
    ending = Ending(recorder, world, stand_ins, files.Written(order["folder"], enclosed))
    recorder.at_limit = lambda: ending.end("limit", 0, "")
    sys.stdout, sys.stderr = record.Tee(sys.stdout, recorder, frames), record.ErrorTee(sys.stderr, recorder, frames)
    ending.printed = (sys.stdout, sys.stderr)
    builtins = importlib.import_module("builtins" if sys.version_info[0] > 2 else "__builtin__")
    setattr(builtins, SITE, recorder.site)
    for path, pristine in order["pristine"].items():
        _show_pristine(path, pristine)
    logs.observe(recorder, frames)
    enclosure.cut_network()
    host.fix_clocks(frames)
    host.keep_random_over_imports(frames)
    host.seed_program(order["seed"])
    _execute(order, ending)


class Ending(object):
    """Ends the process once, whoever asks for it first, after everything that is left to say was recorded."""

    def __init__(self, recorder, world, stand_ins, written):
        self._recorder = recorder
        self._world = world
        self._stand_ins = stand_ins
        self._written = written
        self._lock = threading.Lock()
        self.printed = ()

    def end(self, how, status, message):
        """Record the final state and leave; queue runners and other threads of the program do not hold it up."""
        self._lock.acquire()  # never released: other threads wait here while the process goes down
        self._recorder.at_limit = self._recorder.variables = None
        for stream in self.printed:
            stream.end_line()
        for last in (self._world.finish, lambda: self._written.record(self._recorder, self._world)):
            try:
                last()
            except Exception:
                traceback.print_exc()
        self._recorder.write("stand_ins", self._stand_ins.used())
        self._recorder.write("end", how, status, message)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _execute(order, ending):
    path = order["entry"]
    sys.argv = [os.path.basename(path)] + order["args"]
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    try:
        with open(path, "rb") as stream:
            code = compile(stream.read(), path, "exec", 0, True)
        exec(code, main.__dict__)
    except SystemExit as request:
        ending.end("exit", *_exit_status(request))
    except BaseException as error:
        way = _in_program(sys.exc_info()[2])
        traceback.print_exception(type(error), error, way)
        ending.end("raised", 1, _one_line(error, way))
    ending.end("finished", 0, "")


def _exit_status(request):
    if request.code is None:
        return 0, ""
    if isinstance(request.code, int):
        return request.code & 0xFF, ""
    sys.stderr.write("%s\n" % (request.code,))
    return 1, str(request.code)


def _in_program(way):
    """Return the part of a traceback that begins in the program: this file's frame comes before it."""
    return way.tb_next if way is not None and way.tb_next is not None else way


def _one_line(error, way):
    text = " ".join(str(error).split())
    places = traceback.extract_tb(way)
    where = "%s:%d: " % (os.path.basename(places[0][0]), places[0][1]) if places else ""
    return "%s%s: %s" % (where, type(error).__name__, text[:400])


def _show_pristine(path, pristine):
    """Let tracebacks and AutoGraph see the program's text as it was before recorder calls were put in."""
    with io.open(pristine, encoding="utf-8") as stream:
        lines = stream.readlines()
    linecache.cache[path] = (len(lines), None, lines, path)
