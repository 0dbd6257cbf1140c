# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Keeps a program from what is outside: what it writes anywhere goes into a layer of its own, the network is not there.

The layer needs a Linux that lets an ordinary user mount in a namespace; elsewhere a program can write where it likes,
and only what it writes into the copy of its folder is seen.
"""

import ctypes
import os
import re
import socket
import sys

NEW_MOUNTS, NEW_USER = 0x20000, 0x10000000
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
# Where no program writes but by accident, and what is no place for files.
SYSTEM = frozenset("bin boot dev etc lib lib32 lib64 libx32 lost+found nix opt proc run sbin snap srv sys usr".split())
# Made by libraries, under names that are other ones each time.
NOT_THE_PROGRAMS = re.compile(
    r"(^|/)(\.[^/]+|__pycache__|matplotlib-\w+|tmp\w{6,}(\.py)?|__autograph_generated\w+\.py)(/|$)"
)
LARGEST_FILE = 8 * 2**30  # bytes


class NetworkIsNotThere(OSError):
    """A program asked for another machine."""


class Enclosure(object):
    """The layers that take what a program writes outside of its folder; none where the system has no such thing."""

    def __init__(self, kept, scratch):
        """Enclose this process. `kept` is the folder that stays as it is, `scratch` one in it for the layers."""
        self._layers = []  # (folder, layer that has what was written to it)
        self._kept = os.path.realpath(kept)
        if sys.platform.startswith("linux"):
            try:
                self._enclose(scratch)
            except (OSError, AttributeError, ValueError):
                pass

    @property
    def holds(self):
        """Whether what the program writes outside stays within this process."""
        return bool(self._layers)

    def written(self):
        """Yield (name, path) of the files that were written outside of what is kept."""
        for folder, layer in self._layers:
            for here, folders, files in os.walk(layer):
                folders.sort()
                for name in sorted(files):
                    path = os.path.join(here, name)
                    shown = os.path.join(folder, os.path.relpath(path, layer))
                    if os.path.isfile(path) and not NOT_THE_PROGRAMS.search(shown):
                        yield shown, path

    def _enclose(self, scratch):
        libc = ctypes.CDLL(None, use_errno=True)
        folders = _writable_folders()
        _enter_namespace(libc)
        kept = [(path, os.open(path, os.O_RDONLY)) for path in _mounts_below(folders) + [self._kept]]
        _mount(libc, "none", "/", None, RECURSIVE | PRIVATE)
        os.mkdir(scratch)
        _mount(libc, "tmpfs", scratch, "tmpfs", 0)
        os.chdir(scratch)  # by its own path it is out of sight as soon as a layer lies over it
        try:
            for number, folder in enumerate(folders):
                self._lay_over(libc, folder, "layer%d" % number, "work%d" % number)
        finally:
            for path, handle in kept:
                _mount(libc, "/proc/self/fd/%d" % handle, path, None, BIND | RECURSIVE)
                os.close(handle)
            self._layers = [(folder, os.path.join(scratch, layer)) for folder, layer in self._layers]

    def _lay_over(self, libc, folder, layer, work):
        os.mkdir(layer)
        os.mkdir(work)
        options = "lowerdir=%s,upperdir=%s,workdir=%s" % (folder, layer, work)
        try:
            _mount(libc, "overlay", folder, "overlay", 0, options)
        except OSError:
            return  # a file system that cannot be laid under another
        self._layers.append((folder, layer))


def _writable_folders():
    """Return the folders at the top that this user may write something in."""
    names = [name for name in sorted(os.listdir("/")) if name not in SYSTEM]
    folders = [os.path.join("/", name) for name in names]
    return [path for path in folders if os.path.isdir(path) and not os.path.islink(path) and "," not in path]


def _mounts_below(folders):
    with open("/proc/self/mountinfo") as stream:
        points = [line.split(" ")[4] for line in stream]
    inner = [point for point in points if "\\" not in point and os.path.isdir(point)]
    return sorted(point for point in inner if any(point.startswith(folder + "/") for folder in folders))


def _enter_namespace(libc):
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NEW_MOUNTS) == 0:
        return
    if libc.unshare(NEW_MOUNTS | NEW_USER) != 0:
        raise OSError(ctypes.get_errno(), "no namespace")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", "%d %d 1" % (user, user)),
        ("gid_map", "%d %d 1" % (group, group)),
    ):
        with open("/proc/self/" + name, "w") as stream:
            stream.write(text)


def _mount(libc, source, target, kind, flags, options=None):
    texts = [text.encode("utf-8") if text is not None else None for text in (source, target, kind, options)]
    if libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]) != 0:
        raise OSError(ctypes.get_errno(), "cannot mount", target)


def limit_files():
    """Bound the size of a single file."""
    try:
        resource = __import__("resource")
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    except (ImportError, ValueError, OSError):
        pass


def cut_network():
    """Let connections to other machines fail at once, and say so."""

    def refuse(host):
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if name not in ("localhost", "0.0.0.0", "::1", "None", "") and not name.startswith("127."):
            raise NetworkIsNotThere("no network while programs are compared (it asked for %s)" % name)

    find = socket.getaddrinfo
    connect = socket.socket.connect

    def getaddrinfo(host, *arguments, **named):
        refuse(host)
        return find(host, *arguments, **named)

    def connected(self, address):
        if isinstance(address, tuple):
            refuse(address[0])
        return connect(self, address)

    socket.getaddrinfo = getaddrinfo
    try:
        socket.socket.connect = connected
    except (AttributeError, TypeError):
        pass
