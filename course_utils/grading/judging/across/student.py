"""The student's side of the wall: run cells, answer calls. Forked by a fork server for `walls`.

Nothing here is a secret and nothing here is trusted: a student can change all of it. The judge
takes replies as what an unknown process says.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import copy
import fcntl
import importlib
import io
import itertools
import os
import random
import socket
import struct
import sys
import types
from collections.abc import Sequence
from contextlib import contextmanager, nullcontext

SHOWN = 20_000  # characters of what a cell printed that are kept
ENDLESS = 20_000_000  # characters after which it is stopped: no notebook that has them opens
MUTABLE = (list, dict, set)
PIXEL = bytes.fromhex(  # a PNG
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff"
    "3f0005fe02fe0def46b80000000049454e44ae426082"
)
SCRATCH = 1  # folders to write into, besides /tmp and /dev/shm


class Wire:
    """Messages over two descriptors: read from `source`, written to `target`."""

    def __init__(self, source: int, target: int):
        self._source, self._target = source, target

    def send(self, data: bytes) -> None:
        """Write the message `data`, with its length before it."""
        left = memoryview(struct.pack(">I", len(data)) + data)
        while left:
            left = left[os.write(self._target, left) :]

    def receive(self) -> bytes:
        return self._exactly(struct.unpack(">I", self._exactly(4))[0])

    def _exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = os.read(self._source, min(count - len(parts), 1 << 20))
            if not part:
                os._exit(0)  # the judge is gone
            parts += part
        return bytes(parts)


class Side:
    """What the judge can ask for: one method for each request.

    Parameters
    ----------
    wire
        To the judge.
    shell
        IPython's, in which cells run; its namespace holds what they define.
    """

    def __init__(self, wire: Wire, shell):
        from course_utils.grading.judging.across import wire as plain

        self.plain, self.wire, self.shell = plain, wire, shell
        self.objects: dict = {}  # by the numbers that the judge knows them by
        self.numbers = itertools.count(1)
        self.known: dict[int, int] = {}

    # --- values ---

    def refer(self, value, tensor: bool = False):
        """A number for what stays here; the same object has the same number.

        Parameters
        ----------
        value
            What stays; a `_Stays` means what it holds.
        tensor
            Whether it is a tensor that crosses all the same, and waits for its gradient.
        """
        value = value.value if type(value) is _Stays else value
        number = self.known.get(id(value))
        if number is None or self.objects.get(number) is not value:
            number = next(self.numbers)
            self.objects[number], self.known[id(value)] = value, number
        names = [f"{c.__module__}.{c.__qualname__}" for c in type(value).__mro__]
        label = getattr(value, "__name__", type(value).__name__)
        return self.plain.Remote(number, tuple(names), str(label))

    def resolve(self, remote, tensor=None):
        """What the judge refers to: positive numbers are objects here, others its functions.

        Parameters
        ----------
        remote
            The reference.
        tensor
            Values that came with it, of a tensor of the judge's that wants a gradient.
        """
        if tensor is not None:
            return tensor.requires_grad_()
        if remote.number > 0:
            return self.objects[remote.number]
        if remote.number == 0:  # something that both processes have
            way, _, name = remote.label.partition(":")
            if way == "name":
                return self.shell.user_ns[name]
            module, _, names = name.partition(":")
            found = importlib.import_module(module)
            for part in filter(None, names.split(".")):
                found = getattr(found, part)
            return found
        return lambda *args, **kwargs: self._call_back(remote.number, args, kwargs)

    def _call_back(self, number: int, args, kwargs):
        self.reply({"call": number, "args": list(args), "kwargs": kwargs})
        answer = self.plain.unpack(self.wire.receive(), self.resolve)
        if "error" in answer:
            raise getattr(builtins, answer["error"][0], RuntimeError)(answer["error"][1])
        return answer["value"]

    def reply(self, content: dict) -> None:
        """Send the judge the answer to a request: its `content` by name."""
        self.wire.send(self.plain.pack(content, self.refer))

    # --- requests ---

    def run(self, source: str, draws: bool = True, watch: Sequence[str] = ()) -> dict:
        """Run a cell.

        Parameters
        ----------
        source
            The cell's.
        draws
            Whether anybody will look at its figures.
        watch
            Names of which is told whether they are there and what they are now, bound by this
            cell or not.

        Returns
        -------
        dict
            The `names` that it bound, those of `watch` that are `present`, with their `globals`,
            and what it showed.
        """
        space, before = self.shell.user_ns, dict(self.shell.user_ns)
        with _Printed() as printed, nullcontext() if draws else _undrawn():
            self.shell.user_ns.setdefault("In", []).append(source)
            result = self.shell.run_cell(source, store_history=False)
            _show_figures(printed)
        error = result.error_before_exec or result.error_in_exec
        bound = {
            name: value
            for name, value in space.items()
            if not name.startswith("_") and before.get(name, self) is not value
        }
        names = {}
        for name, value in bound.items():
            if isinstance(value, types.ModuleType):
                continue
            names[name] = self._sendable(value)
        return {
            "names": names,
            "present": [name for name in watch if name in space],
            "globals": self._told([name for name in watch if name not in names]),
            "error": _described(error) if error else None,
            "printed": printed.text(),
            "pictures": printed.pictures,
        }

    def examine(self, source: str, token: str) -> dict:
        """Run a test beside the answers, as plain Python: no transformer of an answer's touches it.

        Parameters
        ----------
        source
            The test's.
        token
            Repeated in the reply.
        """
        reply = {"token": token, "asked": True, "ended": False, "error": None, "points": None}
        history = self.shell.user_ns.get("In")
        history = history if type(history) is list else []
        history.append(source)  # a test that runs `In[-2]` again means the cell before it
        with _Printed() as printed:
            try:
                value = _executed(source, self.shell.user_ns)
                reply["ended"] = True
            except BaseException as error:
                value, reply["error"] = None, _described(error)
        del history[-1:]  # no later cell finds it there
        kind = type(value)
        numpy = sys.modules.get("numpy")
        if numpy is not None and issubclass(kind, numpy.number):
            value = value.item()
        reply["points"] = value if type(value) in (int, float) else None
        return {"value": reply | {"printed": printed.text()}}

    def _told(self, names: Sequence[str]) -> dict:
        """What some globals are now, but for modules."""
        space = self.shell.user_ns
        return {
            name: self._sendable(space[name])
            for name in names
            if name in space and not isinstance(space[name], types.ModuleType)
        }

    def _sendable(self, value):
        """A global as it goes to the judge: large or strange data as a reference."""
        try:
            if len(self.plain.pack(value, self.refer)) < 8_000_000:
                return value
        except Exception:
            pass
        return _Stays(value)

    def call(self, number: int, args: list, kwargs: dict, watch: bool = False) -> dict:
        """Call the object `number` with `args` and `kwargs`; if `watch`, tell which it changed."""
        function = self.objects[number]
        given = {**dict(enumerate(args)), **kwargs} if watch else {}
        before = {key: self._snapshot(value) for key, value in given.items()}
        with _Printed() as printed:
            value = function(*args, **kwargs)
        changed = {}
        for key, packed in before.items():
            if packed is not None and self._snapshot(given[key]) != packed:
                changed[key] = given[key]
        return {"value": value, "changed": changed, "printed": printed.text()}

    def _snapshot(self, value) -> bytes | None:
        torch = sys.modules.get("torch")
        numpy = sys.modules.get("numpy")
        kinds = MUTABLE + ((numpy.ndarray,) if numpy else ()) + ((torch.Tensor,) if torch else ())
        if not isinstance(value, kinds):
            return None
        if torch and isinstance(value, torch.Tensor):
            value = value.detach()
        return self.plain.pack(value, self.refer)

    def get(self, number: int, name: str) -> dict:
        """The attribute `name` of the object `number`."""
        return {"value": getattr(self.objects[number], name)}

    def set(self, number: int, name: str, value) -> dict:
        """Set the attribute `name` of the object `number` to `value`."""
        setattr(self.objects[number], name, value)
        return {"value": None}

    def operate(self, number: int, name: str, args: list) -> dict:
        """`len(x)`, `x[key]`, `next(x)` and what else Python spells without a name.

        Parameters
        ----------
        number
            The object x.
        name
            A key of `_OPERATIONS`.
        args
            Further operands.
        """
        with _Printed() as printed:
            value = _OPERATIONS[name](self.objects[number], *args)
        return {"value": value, "printed": printed.text()}

    def backward(self, number: int, gradient) -> dict:
        """Send a `gradient` back from the tensor `number`, which was given to the judge."""
        self.objects[number].backward(gradient, retain_graph=True)
        return {"value": None}

    @contextmanager
    def _as_told(self, gone: Sequence[str], given: dict):
        """While a request lasts, globals are as a test has left them."""
        space = self.shell.user_ns
        kept = {name: space[name] for name in (*gone, *given) if name in space}
        for name in gone:
            space.pop(name, None)
        space.update(given)
        try:
            yield
        finally:
            for name, value in given.items():
                if space.get(name) is value:  # else the request has bound it
                    del space[name]
            for name, value in kept.items():
                space.setdefault(name, value)

    def serve(self) -> None:
        while True:
            try:
                request = self.plain.unpack(self.wire.receive(), self.resolve)
                what, tell = request.pop("do"), request.pop("tell", ())
                with self._as_told(request.pop("gone", ()), request.pop("given", {})):
                    answer = getattr(self, what)(**request)
                if tell:  # what functions of answers may have changed meanwhile
                    answer["globals"] = self._told(tell)
            except BaseException as error:  # SystemExit of a student's function as well
                answer = {"error": _described(error)}
            try:
                self.reply(answer)
            except BaseException as error:
                self.reply({"error": _described(error)})


def _executed(source: str, space: dict):
    """Run a cell, magics, `await` and all; the value of its last line if that is an expression."""
    import ast
    import asyncio
    import inspect

    from IPython.core.inputtransformer2 import TransformerManager

    body = ast.parse(TransformerManager().transform_cell(source)).body
    parts: list = [(ast.Module(body, []), "exec")]
    if body and isinstance(body[-1], ast.Expr):
        parts = [
            (ast.Module(body[:-1], []), "exec"),
            (ast.Expression(body[-1].value), "eval"),
        ]
    value = None
    for tree, mode in parts:
        code = compile(tree, "<test>", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, space)
        if code.co_flags & inspect.CO_COROUTINE:
            value = asyncio.run(value)
    return value


class _Stays:
    """Holds an object that must not be sent by value."""

    def __init__(self, value):
        self.value = value


_OPERATIONS: dict = {
    "len": len,
    "iter": iter,
    "next": next,
    "item": lambda x, key: x[key],
    "setitem": lambda x, key, value: x.__setitem__(key, value),
    "delitem": lambda x, key: x.__delitem__(key),
    "str": str,
    "repr": repr,
    "bool": bool,
    "int": int,
    "float": float,
    "enter": lambda x: type(x).__enter__(x),
    "exit": lambda x, *error: type(x).__exit__(x, None, None, None),
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "matmul": lambda x, y: x @ y,
    "eq": lambda x, y: bool(x == y),
    "lt": lambda x, y: bool(x < y),
    "le": lambda x, y: bool(x <= y),
    "gt": lambda x, y: bool(x > y),
    "ge": lambda x, y: bool(x >= y),
    "neg": lambda x: -x,
    "abs": abs,
    "isinstance": isinstance,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "bases": lambda x: [f"{c.__module__}.{c.__qualname__}" for c in x.__mro__],
}


def _described(error: BaseException) -> dict:
    """An exception as plain data: its classes, what it says, and where it happened."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "ipykernel" in file or "ipython-input" in file or file.startswith("<"):
            place = f"line {trace.tb_lineno}"
        trace = trace.tb_next
    try:
        message = str(error)
        if isinstance(error, SyntaxError):
            place, message = f"line {error.lineno}", str(error.msg)
    except BaseException:
        message = ""
    names = [f"{c.__module__}.{c.__qualname__}" for c in type(error).__mro__]
    return {"classes": names, "message": message[:2000], "place": place}


class _Printed:
    """What is printed and shown in the meantime, up to a limit."""

    def __enter__(self) -> _Printed:
        self._held = sys.stdout, sys.stderr
        self._text = _Limited()
        self.pictures: list[dict] = []
        sys.stdout = sys.stderr = self._text
        _SHOWN.append(self)
        return self

    def __exit__(self, *error):
        if _SHOWN and _SHOWN[-1] is self:
            _SHOWN.pop()
        sys.stdout, sys.stderr = self._held

    def text(self) -> str:
        return self._text.getvalue()

    def publish(self, data: dict, metadata: dict | None = None) -> None:
        picture = data.get("image/png")
        if isinstance(picture, str):  # as files of notebooks have it
            with contextlib.suppress(ValueError):
                picture = base64.b64decode(picture)
        if isinstance(picture, bytes) and len(picture) < 2_000_000 and len(self.pictures) < 20:
            known = (metadata or {}).get("image/png", {})
            words = {name: known[name] for name in ("alt", "width") if name in known}
            self.pictures.append({"png": picture, **words})
        else:
            self._text.write(str(data.get("text/plain", "")) + "\n")


_SHOWN: list[_Printed] = []


def _show_figures(printed: _Printed) -> None:
    """Open figures of matplotlib, as notebooks show them after a cell."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return
    try:
        for number in plt.get_fignums()[:5]:
            file = io.BytesIO()
            plt.figure(number).savefig(file, format="png")
            printed.publish({"image/png": file.getvalue()})
        plt.close("all")
    except Exception:  # a figure that cannot be drawn is not shown
        pass


@contextmanager
def _undrawn():
    """Let figures that are only to be shown be a pixel: drawing is most of what they cost."""
    canvas = getattr(sys.modules.get("matplotlib.backend_bases"), "FigureCanvasBase", None)
    if canvas is None:
        yield
        return
    draw = canvas.print_figure

    def print_figure(self, file, *args, **options):
        if hasattr(file, "write") and options.get("format") in (None, "png"):
            file.write(PIXEL)
        else:
            draw(self, file, *args, **options)

    canvas.print_figure = print_figure
    try:
        yield
    finally:
        canvas.print_figure = draw


class _Limited(io.StringIO):
    """Keeps the first characters; what prints for ever is told so, and has not to be waited for."""

    def __init__(self):
        super().__init__()
        self._count = 0

    def write(self, text: str) -> int:
        room = SHOWN - self.tell()
        super().write(text[: max(room, 0)])
        self._count += len(text)
        if self._count > ENDLESS:
            raise RuntimeError(f"more than {ENDLESS:,} characters printed, and no end of it")
        return len(text)


def _shell():
    """An IPython shell: cells may use its magics, and nothing of it is written anywhere."""
    os.environ.setdefault("MPLBACKEND", "agg")
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from traitlets.config import Config

    from course_utils.grading.judging.across.shells import NotebookShell

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, **options):
            if _SHOWN:
                _SHOWN[-1].publish(data, metadata)

    class Last(DisplayHook):
        """The value of a last line is `_`, and is not shown."""

        def __call__(self, result=None):
            if result is not None:
                shell.user_ns["_"] = result

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.display_pub_class = Publisher
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    shell = NotebookShell.instance(config=config)
    shell.display_pub = Publisher(parent=shell, shell=shell)
    shell.displayhook = shell.display_trap.hook = Last(parent=shell, shell=shell)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
    shell._showtraceback = lambda *args, **kwargs: None
    return shell


def prepare():
    """What a fork server does before it forks; returns what its children do."""
    import numpy.random  # noqa: F401 - else imported by every student's process

    from course_utils import seeds  # noqa: F401
    from course_utils.grading.judging.across import wire  # noqa: F401
    from course_utils.grading.judging.sandbox import cgroups, keeper, limits, namespaces, seccomp  # noqa: F401

    with contextlib.suppress(OSError):
        seccomp.program()  # is kept
    group = cgroups.join()
    shell = _shell()
    shell.warm_up()
    return lambda connection: _born(connection, shell, group)


def _born(connection, shell, group) -> None:
    """Wall a process in and stay outside as its keeper, until the judge lets go or it ends."""
    from course_utils.grading.judging.sandbox import connections, keeper, namespaces

    request, (source, target) = connections.receive(connection)
    walled = not request["unsafe"]
    hearing, telling, owner = None, None, None
    try:
        if walled:
            hearing, telling = socket.socketpair()
            if group is not None:
                group.allow(request["memory"] + (2 + SCRATCH) * request["disk"])
            owner = namespaces.leave()
        pid = os.fork()
    except OSError as error:
        return _say(connection, error=str(error))
    if pid == 0:
        os.setsid()
        try:
            _end_first()
            _settle(request, owner)
        except OSError as error:
            return _say(connection, error=str(error))
        connection.close()
        kept = _only(source, target, *([telling.detach()] if telling else []))
        return _serve(request, Wire(*kept[:2]), kept[2:], shell)
    os.close(source)
    os.close(target)
    if telling:
        telling.close()
    _say(connection, pid=pid)
    keeper.keep(connection, pid, hearing, group)


def _settle(request: dict, owner: int | None) -> None:
    """Go where nothing but the request's files can be seen."""
    if request["unsafe"]:
        return os.chdir(request["work"])
    from course_utils.grading.judging.sandbox import namespaces

    readable, files = [tuple(pair) for pair in request["readable"]], request["files"]
    for name in sorted(os.listdir(files)) if files else []:
        readable.append((os.path.join(files, name), os.path.join(request["work"], name)))
    if owner is not None and files:
        _let_others_read(files)
    home = os.path.dirname(request["work"])
    namespaces.enter(readable, request["emptied"], [home], request["disk"], request["work"], owner)


def _end_first() -> None:
    """Where memory runs out, the kernel should end answers before anybody else."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _let_others_read(folder: str) -> None:
    """Root's umask may be such that nobody else reads the copies it has made."""
    for parent, _, names in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in names:
            os.chmod(os.path.join(parent, name), 0o644)


def _only(*descriptors: int) -> list[int]:
    """Close all but the first three and these, which take the places after them."""
    held = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 200) for descriptor in descriptors]
    os.closerange(3, 200)
    kept = [os.dup2(descriptor, place) for place, descriptor in enumerate(held, start=3)]
    os.closerange(200, os.sysconf("SC_OPEN_MAX"))
    return kept


def _serve(request: dict, wire: Wire, telling: list[int], shell) -> None:
    from course_utils.grading.judging.sandbox import limits

    side = Side(wire, shell)
    sys.path.append(os.getcwd())  # last: a file handed in beside the notebook hides no library
    random.seed(0)  # again: a fork gives Python's generator another seed
    listener = limits.apply(request)
    for descriptor in telling:
        with socket.socket(fileno=descriptor) as keeper:
            if listener is not None:
                socket.send_fds(keeper, [b"1"], [listener])
                os.close(listener)
    side.reply({"ready": True})
    side.serve()


def _say(connection, **words) -> None:
    from course_utils.grading.judging.sandbox import connections

    try:
        connections.say(connection, words)
    except OSError:  # nobody waits for it any more
        pass
