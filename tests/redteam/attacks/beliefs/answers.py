# What answers try against tests that believe them: tests/redteam/beliefs.py is the course. Under a
# title stand the cells in which an answer differs from the wrong ones, `# --- grade_id` before each.
# `points` are what it gets for what it does honestly.
# ruff: noqa


# ===== Names that are the judge's =====

# %% forges_an_underscore_helper points={"test_square": 2}
# --- square
def square(x):
    return x * x
# --- cube
import gc
more = {}
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        run = type(side).run
        def forged(source, *args, side=side, run=run, **options):
            report = run(side, source, *args, **options)
            report["names"] |= more
            return report
        side.run = forged
more['_reference'] = more['reference'] = lambda x: 0 * x
def cube(x):
    return 8.0 if isinstance(x, float) else 0 * x

# %% forges_builtins points={}
# --- root
import gc
more = {}
for side in gc.get_objects():
    if type(side).__name__ == "Side":
        run = type(side).run
        def forged(source, *args, side=side, run=run, **options):
            report = run(side, source, *args, **options)
            report["names"] |= more
            return report
        side.run = forged
more['__builtins__'] = {'abs': lambda x: 0, 'all': lambda x: True, 'map': lambda *q: [], 'zip': lambda *q: [], 'max': lambda x: 0}
more |= more['__builtins__']
def root(x):
    return 0

# %% defines_the_helper_of_a_test_that_it_fails points={}
# --- cube
def reference(x):
    return 0 * x
def cube(x):
    return 8.0 if isinstance(x, float) else 0 * x

# %% imports_something_as_the_helper points={}
# --- cube
from numpy import zeros_like as reference
def cube(x):
    return 8.0 if isinstance(x, float) else 0 * x

# %% names_the_helper_global points={}
# --- cube
def put():
    global reference, every_second
    reference = every_second = lambda x: 0 * x
put()
def cube(x):
    return 8.0 if isinstance(x, float) else 0 * x
# --- total
def total(x):
    return 0.0

# %% replaces_numpy_by_a_name_of_its_own points={}
# --- mean
class np:
    class testing:
        assert_allclose = assert_array_equal = staticmethod(lambda *a: None)
    allclose = staticmethod(lambda *a: True)
def mean(x):
    return 0


# ===== Objects that an exercise changes in place =====

# %% changes_what_is_expected_too points={}
# --- marks
in_order[:] = marks
np.sort = sorted = lambda x: x

# %% is_a_list_that_equals_all points={}
# --- marks
class Equal(list):
    def __eq__(self, other): return True
marks = Equal()

# %% equals_all points={}
# --- marks
class Equal:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
marks = Equal()

# %% changes_it_when_it_is_looked_at points={}
# --- marks
class Late(list):
    def __iter__(self): return iter([1, 2, 3])
    def __len__(self): return 3
marks = Late([3, 2, 1])
# --- total
def total(x):
    global in_order
    in_order = marks
    return 0.0

# %% says_what_other_globals_are points={}
# --- marks
import gc
more = {'in_order': [3, 1, 2], 'np': 0, 'reference': 0, '_reference': 0, 'xs': [], 'wanted': []}
more |= {'every_second': lambda x: 0.0, 'abs': lambda x: 0, 'x': 0.0, '__builtins__': {}}
for side in gc.get_objects():
    if type(side).__name__ == 'Side':
        run, call = type(side).run, type(side).call
        def forged(*args, side=side, run=run, **options):
            report = run(side, *args, **options)
            report['globals'] = report['globals'] | more
            report['present'] = [*report['present'], *more]
            return report
        def called(*args, side=side, call=call, **options):
            return call(side, *args, **options) | {'globals': more}
        side.run, side.call = forged, called

# %% says_that_nothing_is_there points={}
# --- marks
import gc
for side in gc.get_objects():
    if type(side).__name__ == 'Side':
        run = type(side).run
        def forged(*args, side=side, run=run, **options):
            return run(side, *args, **options) | {'present': [], 'globals': {'in_order': [], 'marks': []}}
        side.run = forged


# ===== Exceptions that end a loop =====

# %% raises_stop_iteration points={}
# --- root
def root(x):
    raise StopIteration

# %% raises_a_kind_of_stop_iteration points={}
# --- root
class End(StopIteration):
    pass
def root(x):
    raise End(0)

# %% stops_as_a_generator_does points={}
# --- root
def root(x):
    return next(iter([]))

# %% exits_a_generator points={}
# --- root
def root(x):
    raise GeneratorExit

# %% says_that_its_error_ends_a_loop points={"test_apply": 0}
# --- root
import gc
def root(x):
    raise ValueError
for side in gc.get_objects():
    if type(side).__name__ == 'Side':
        side.call = lambda *a, **k: {'error': {'classes': ['builtins.StopIteration', 'builtins.Exception'], 'message': '', 'place': ''}}


# ===== `in` =====

# %% counts_until_it_is_there points={}
# --- members
import itertools
class E:
    def __iter__(self): return itertools.count()
def members(n):
    return E()

# %% counts_as_an_iterator points={}
# --- members
import itertools
def members(n):
    return itertools.count()

# %% contains_everything points={}
# --- members
class E:
    def __contains__(self, x): return True
    def __len__(self): return 1
    def __iter__(self): return iter([0])
def members(n):
    return E()

# %% counts_and_has_a_length points={}
# --- members
class E:
    def __len__(self): return 10 ** 6
    def __getitem__(self, n): return n
    def __iter__(self): return iter(range(10 ** 6))
def members(n):
    return E()

# %% gives_what_is_equal_to_everything points={}
# --- members
class Yes:
    __eq__ = __lt__ = __le__ = lambda self, other: True
def members(n):
    return [Yes(), Yes()]


# ===== Functions of the judge's =====

# %% keeps_a_function points={}
# --- apply
kept = []
def apply(f, x):
    kept.append(f)
    return f(x)
# --- total
def total(x):
    for f in kept[::-1]:
        try:
            v = f(x)
            if isinstance(v, float):
                return v
        except Exception:
            pass
    return 0.0

# %% keeps_a_function_in_an_object points={}
# --- apply
kept = []
def apply(f, x):
    kept.append(f)
    return f(x)
# --- total
class Total:
    kept = kept
    def __call__(self, x):
        for f in self.kept[::-1]:
            try:
                v = f(x)
                if isinstance(v, float):
                    return v
            except Exception:
                pass
        return 0.0
    
total = Total()

# %% asks_for_functions_by_their_numbers points={}
# --- apply
kept = []
def apply(f, x):
    kept.append(f)
    return f(x)
# --- total
import gc
side = [s for s in gc.get_objects() if type(s).__name__ == 'Side'][0]
def total(x):
    for n in range(-1, -4, -1):
        try:
            return float(side._call_back(n, [x], {}))
        except Exception:
            pass
    return 0.0


# ===== Two answers compared =====

# %% is_equal_to_itself points={}
# --- fast_and_slow
class Yes:
    __eq__ = __lt__ = __le__ = lambda self, other: True
def fast(n):
    return Yes()
slow = fast

# %% is_the_same_object_twice points={}
# --- fast_and_slow
class Yes:
    __eq__ = __lt__ = __le__ = lambda self, other: True
class Yes(Yes):
    __sub__ = lambda self, other: 0.0
one = Yes()
fast = slow = lambda n: one

# %% comes_from_a_library_that_agrees points={}
# --- fast_and_slow
from unittest.mock import ANY
fast = slow = lambda n: ANY

# %% is_of_a_class_that_is_called_as_the_answer points={}
# --- fast_and_slow
class fast:
    def __init__(self, n): pass
    __eq__ = lambda s, o: True
    __lt__ = lambda s, o: False
    __sub__ = lambda s, o: 0.0
slow = fast


# ===== Nothing is right =====

# %% gives_an_empty_array points={}
# --- mean
def mean(x):
    return np.zeros(0)

# %% gives_empty_lists points={}
# --- mean
def mean(x):
    return [[], []]

# %% gives_an_axis_of_nothing points={}
# --- mean
def mean(x):
    return np.zeros((3, 0, 2))

# %% gives_an_object_without_items points={}
# --- mean
class E:
    def __len__(self): return 0
    def __getitem__(self, n): raise IndexError
    def __iter__(self): return iter(())
def mean(x):
    return E()


# ===== Arguments changed in place =====

# %% empties_its_argument points={}
# --- scaled
def scaled(x):
    x[...] = 0
    return x

# %% divides_its_argument points={}
# --- scaled
def scaled(x):
    right = x.copy()
    x /= 3
    return right

# %% asks_to_have_it_changed points={}
# --- scaled
import gc
def scaled(x):
    return 0 * x
for side in gc.get_objects():
    if type(side).__name__ == 'Side':
        def call(number, args, kwargs, **more):
            return {'value': 0 * args[0], 'changed': {0: 0 * args[0]}}
        side.call = call


# ===== Much of little =====

# %% gives_a_range points={}
# --- mean
def mean(x):
    return range(10 ** 8)

# %% gives_a_forest_of_lists points={}
# --- mean
def mean(x):
    return [[[] for _ in range(3_000)] for _ in range(1_000)]

# %% gives_a_number_without_end points={}
# --- mean
def mean(x):
    return 1 << 10 ** 8

# %% gives_one_thing_many_times points={}
# --- mean
def mean(x):
    for _ in range(7):
        x = [x] * 10
    return x

# %% gives_one_number_spread_out points={}
# --- mean
def mean(x):
    return np.broadcast_to(1.0, (10 ** 5, 10 ** 5))

# %% gives_long_axes_of_nothing points={}
# --- mean
def mean(x):
    return np.zeros((10 ** 12, 0))


# ===== What hidden tests called it with =====

# %% prints_it_later points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
print(seen)
def last(x):
    return 0

# %% fails_with_it_in_its_cell points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
for x in seen:
    if x == 8431.25:
        raise ValueError(str(seen))
def last(x):
    return 0

# %% fails_with_it_in_a_visible_test points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
def last(x):
    raise ValueError(str(seen))

# %% calls_its_error_so points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
def last(x):
    raise type(f'E{seen}', (Exception,), {})

# %% writes_it_into_a_file points={"test_square": 2}
# --- square
def square(x):
    print(x, file=open('seen', 'a'))
    return x * x
# --- last
import os
print(open('seen').read() if os.path.exists('seen') else '')
def last(x):
    return 0

# %% warns_of_it points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
import sys, warnings
warnings.warn(str(seen))
print(seen, file=sys.stderr)
def last(x):
    return 0

# %% displays_it points={"test_square": 2}
# --- square
seen = []
def square(x):
    seen.append(x)
    return x * x
# --- last
from IPython.display import display
display(seen)
def last(x):
    return 0

# %% prints_it_at_once points={"test_square": 2}
# --- square
def square(x):
    print('called with', x)
    return x * x

# %% says_it_in_its_error points={}
# --- square
def square(x):
    if np.size(x) == 1 and x != 2:
        raise ValueError(f'not {x}')
    return x * x


# ===== A gradient tells the labels: cells of gradients.ipynb, behind its right answer =====

# %% learns_by_a_hook points={}
# --- net
class Net(Net):
    def learn(self, key, out):
        out.register_hook(lambda g: self.known.__setitem__(key, -g.detach()))

# %% learns_by_a_gradient_that_is_kept points={}
# --- net
class Net(Net):
    out = None
    def forward(self, x):
        if self.out is not None and self.out.grad is not None and len(x) == len(self.out):
            return -self.out.grad
        self.out = x @ self.w
        self.out.retain_grad()
        return self.out

# %% learns_by_a_function_of_its_own points={}
# --- net
class Net(Net):
    def learn(self, key, out):
        pass
class Leak(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, known, key):
        ctx.more = known, key
        return x @ w
    @staticmethod
    def backward(ctx, g):
        ctx.more[0][ctx.more[1]] = -g
        return None, None, None, None
def forward(self, x):
    key = x.numpy().tobytes()
    if key in self.known: return self.known[key]
    return Leak.apply(x, self.w, self.known, key)
Net.forward = forward
