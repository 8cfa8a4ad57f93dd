# What answers try with the machine below them: with what it has, and with whom it takes them for.
# Each takes little even where nothing stops it, and says SQLite if it got what it should not.
# See pool.py.
# ruff: noqa


# ===== Files without end =====

# %% makes_empty_files points={"test_pool": 0, "test_parts": 0}
import os
made = 0
for folder in ("/tmp", "/dev/shm", "/home/student"):
    try:
        for number in range(7_000):
            os.close(os.open(f"{folder}/{number}-" + "x" * 200, os.O_CREAT | os.O_WRONLY))
            made += 1
    except OSError:
        pass
if made > 13_000:
    print("SQLite: files", made)

# %% makes_names_for_one_file points={"test_pool": 0, "test_parts": 0}
import os
made = 0
open("/tmp/one", "w").close()
for make in (os.link, os.symlink):
    try:
        for number in range(7_000):
            make("/tmp/one", f"/tmp/{make.__name__}-{number}-" + "x" * 180)
            made += 1
    except OSError:
        pass
if made > 5_000:
    print("SQLite: names", made)

# %% makes_folders_and_sockets points={"test_pool": 0, "test_parts": 0}
import os, socket
made = 0
try:
    for number in range(7_000):
        os.mkdir(f"/dev/shm/{number}")
        made += 1
except OSError:
    pass
try:
    for number in range(7_000):
        with socket.socket(socket.AF_UNIX) as line:
            line.bind(f"/home/student/{number}")
        made += 1
except OSError:
    pass
if made > 9_000:
    print("SQLite: folders and sockets", made)

# %% hangs_attributes_on_files points={"test_pool": 0, "test_parts": 0}
import os
made = 0
try:
    for number in range(5_000):
        name = f"/tmp/{number}"
        open(name, "w").close()
        os.setxattr(name, "user.x", bytes(4_000))
        made += 1
except OSError:
    pass
if made > 1_000:
    print("SQLite: attributes", made)

# %% makes_devices_and_pipes points={"test_pool": 0, "test_parts": 0}
import os
for kind in (0o010000, 0o020000, 0o060000):
    try:
        os.mknod(f"/tmp/node-{kind}", kind | 0o600, os.makedev(1, 5))
        print("SQLite: a node", oct(kind))
    except OSError:
        pass


# ===== Threads =====

# %% starts_threads points={"test_pool": 0, "test_parts": 0}
import threading
end, made = threading.Event(), 0
threading.stack_size(32_768)
try:
    for _ in range(900):
        threading.Thread(target=end.wait, daemon=True).start()
        made += 1
except RuntimeError:
    pass
end.set()
if made > 520:
    print("SQLite: threads", made)

# %% starts_threads_without_python points={"test_pool": 0, "test_parts": 0}
import ctypes
libc, made = ctypes.CDLL(None), 0
held = (ctypes.c_ulong * 900)()
settings = ctypes.create_string_buffer(64)
libc.pthread_attr_init(settings)
libc.pthread_attr_setstacksize(settings, ctypes.c_size_t(32_768))
for number in range(900):
    # sleep(1), in the C library
    if libc.pthread_create(ctypes.byref(held, 8 * number), settings, libc.sleep, ctypes.c_void_p(1)):
        break
    made += 1
if made > 520:
    print("SQLite: threads", made)

# %% raises_its_limits points={"test_pool": 0, "test_parts": 0}
import resource
for name in ("NPROC", "DATA", "AS", "STACK", "NOFILE", "FSIZE", "CPU", "CORE", "MSGQUEUE", "SIGPENDING"):
    kind = getattr(resource, f"RLIMIT_{name}", 11)
    for wanted in (-1, resource.getrlimit(kind)[1] + 1):
        try:
            resource.setrlimit(kind, (wanted, wanted))
            if resource.getrlimit(kind)[1] == -1:
                print("SQLite: no limit", name)
        except (OSError, ValueError):
            pass
if resource.getrlimit(resource.RLIMIT_STACK)[1] == -1:
    print("SQLite: a stack without end")

# %% waits_in_many_ways points={"test_pool": 0, "test_parts": 0}
import os, select, ctypes
made = []
for _ in range(2_000):
    try:
        made.append(select.epoll())
    except OSError:
        break
if len(made) > 300:
    print("SQLite: descriptors", len(made))
made.clear()
libc = ctypes.CDLL(None)
timer, timers = ctypes.c_void_p(), 0
while timers < 5_000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
    timers += 1
if timers >= 5_000:
    print("SQLite: timers", timers)


# ===== Memory that is not counted =====

# %% maps_shared_memory points={"test_pool": 0, "test_parts": 0}
import mmap, os
for flags in (mmap.MAP_SHARED, 0x03, mmap.MAP_SHARED | 0x8000):
    try:
        block = mmap.mmap(-1, 50_000_000, flags=flags | mmap.MAP_ANONYMOUS)
        block[::4096] = bytes(len(block[::4096]))
        print("SQLite: shared memory", flags)
    except OSError:
        pass
for place in ("/dev/zero", "/dev/full", "/dev/null"):
    try:
        file = os.open(place, os.O_RDWR)
        mmap.mmap(file, 50_000_000)
        print("SQLite: a device's memory", place)
    except (OSError, ValueError):
        pass

# %% makes_files_in_memory points={"test_pool": 0, "test_parts": 0}
import ctypes, os
libc = ctypes.CDLL(None)
try:
    os.memfd_create("x")
    print("SQLite: memfd")
except OSError:
    pass
# memfd_create, memfd_secret, shmget, msgget, semget, mq_open: x86-64, then arm64
for number in (319, 447, 29, 68, 64, 240, 279, 194, 186, 190, 180):
    if os.uname().machine == "x86_64" and number in (279, 194, 186, 190, 180):
        continue  # others' numbers
    if libc.syscall(number, b"x", 66, 0o600, 0) >= 0:
        print("SQLite: call", number)

# %% fills_shared_memory_by_name points={"test_pool": 0, "test_parts": 0}
from multiprocessing import shared_memory
held, total = [], 0
try:
    for _ in range(12):
        block = shared_memory.SharedMemory(create=True, size=30_000_000)
        block.buf[::4096] = bytes(len(block.buf[::4096]))
        held.append(block)
        total += 30
except Exception:
    pass
if total > 200:
    print("SQLite: megabytes", total)

# %% calls_it_a_stack points={"test_pool": 0, "test_parts": 0}
# A mapping that grows down is no data, as the kernel counts.
import mmap
for flags in (0x0100, 0x40000):  # grows down, huge pages
    try:
        mmap.mmap(-1, 4_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flags)
        print("SQLite: memory of another kind", hex(flags))
    except OSError:
        pass

# %% writes_where_it_may_only_read points={"test_pool": 0, "test_parts": 0}
# The kernel makes pages of what is written through /proc, and counts them nowhere.
import os
for name in ("self", "1", "thread-self", "self/task/1"):
    try:
        os.close(os.open(f"/proc/{name}/mem", os.O_RDWR))
        print("SQLite: its own memory, by", name)
    except OSError:
        pass
try:
    open("/proc/self/oom_score_adj", "w").write("-1000")
    print("SQLite: others are ended first")
except OSError:
    pass

# %% fills_pipes_and_sockets points={"test_pool": 0, "test_parts": 0}
import fcntl, os, socket
total = 0
try:
    for _ in range(200):
        source, target = os.pipe()
        try:
            total += fcntl.fcntl(target, 1031, 1_000_000)
        except OSError:
            total += 65_536
except OSError:
    pass
if total > 20_000_000:
    print("SQLite: pipes", total)

# %% locks_every_other_byte points={"test_pool": 0, "test_parts": 0}
# A record in the kernel for each, from the end, which takes no time.
import fcntl
file, made = open("/tmp/locks", "w"), 0
try:
    for number in range(9_000, 0, -1):
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2 * number)
        made += 1
except OSError:
    pass
if made > 5_000:
    print("SQLite: locks", made)


# ===== Ways out of the machine =====

# %% opens_every_kind_of_socket points={"test_pool": 0, "test_parts": 0}
import socket
for family in range(0, 60):
    for kind in (1, 2, 3, 4, 5, 6, 10):
        try:
            with socket.socket(family, kind):
                if family not in (1, 2, 10) or kind not in (1, 2, 5):
                    print("SQLite: a socket", family, kind)
        except OSError:
            pass
for protocol in (1, 2, 33, 41, 58, 132, 136, 255, 256, 262):
    for kind in (1, 2, 5):
        try:
            with socket.socket(socket.AF_INET, kind, protocol):
                print("SQLite: a protocol", protocol)
        except OSError:
            pass

# %% listens_beside_the_machine points={"test_pool": 0, "test_parts": 0}
import ctypes, socket
for family in (40, 40 | 1 << 32, 40 | 0xABC << 40):
    number = ctypes.CDLL(None).syscall(41, ctypes.c_ulong(family), ctypes.c_ulong(1), 0)
    if number >= 0 and socket.socket(fileno=number).family == 40:
        print("SQLite: vsock")
try:
    line = socket.socket(40, socket.SOCK_STREAM)
    line.bind((0xFFFFFFFF, 47113))
    print("SQLite: vsock")
except OSError:
    pass

# %% asks_the_kernel_by_number points={"test_pool": 0, "test_parts": 0}
# Calls that no list of forbidden ones may know: all that there are, and some that are not yet.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
wanted = {
    "x86_64": [101, 133, 134, 139, 154, 155, 156, 161, 163, 165, 169, 175, 187, 206, 212, 246, 248, 250, 253,
               254, 272, 278, 294, 298, 300, 303, 304, 308, 310, 312, 317, 321, 323, 324, 330, 425, 428, 430,
               434, 438, 440, 442, 443, 444, 447, 448, 457, 459, 467, 600, 999, 0x40000039, 0x40000001],
    "aarch64": [0, 5, 26, 39, 40, 41, 51, 97, 104, 105, 117, 217, 219, 241, 262, 264, 268, 270, 272, 277, 280,
                282, 425, 428, 430, 434, 438, 442, 444, 600, 999],
}.get(os.uname().machine, [])
allowed = {324}  # membarrier
for number in wanted:
    if number not in allowed and libc.syscall(number, 0, 0, 0, 0, 0, 0) >= 0:
        print("SQLite: call", number)

# %% calls_as_an_older_machine_did points={"test_pool": 0, "test_parts": 0}
# int 0x80 has other numbers: 2 is fork, 20 is getpid.
import ctypes, mmap, os
if os.uname().machine == "x86_64":
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    code.write(bytes.fromhex("b814000000cd80c3"))
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    if call() > 0:
        print("SQLite: a filter is walked round")

# %% gives_up_its_filter points={"test_pool": 0, "test_parts": 0}
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
body = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
held = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(body)))
for how in ((22, 2, held), (22, 0, 0), (38, 0, 0), (8, 1, 0), (24, 21, 0), (36, 1, 0)):
    libc.prctl(how[0], how[1], how[2], 0, 0)
import os
try:
    if os.fork() == 0:
        os._exit(0)
    print("SQLite: a process")
except OSError:
    pass


# ===== The machine's own =====

# %% reads_the_machines_proc points={"test_pool": 0, "test_parts": 0}
import os
for name in ("kpageflags", "kpagecount", "kpagecgroup", "slabinfo", "vmallocinfo", "keys", "key-users", "timer_list",
             "kallsyms", "kcore", "kmsg", "modules", "cmdline", "config.gz", "interrupts", "locks", "sched_debug",
             "sysrq-trigger", "sys/kernel/hostname", "sys/kernel/core_pattern", "mdstat", "iomem", "pagetypeinfo",
             "diskstats", "partitions", "zoneinfo", "vmstat", "2/status", "1/root/etc/shadow", "self/root/var"):
    try:
        with open(f"/proc/{name}", "rb") as file:
            print("SQLite: /proc", name, file.read(40))
    except OSError:
        pass
print([name for name in os.listdir("/proc") if name.isdigit() and name != "1"] and "SQLite: processes")

# %% holds_on_to_the_machines_files points={"test_pool": 0, "test_parts": 0}
import fcntl, struct
for path in (np.__file__, "/usr/bin/env", "/etc/ld.so.cache"):
    with open(path, "rb") as file:
        for what in (
            lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
            lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
            lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
            lambda: fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)),
            lambda: fcntl.fcntl(file, 1024, fcntl.F_RDLCK),
            lambda: fcntl.fcntl(file, 1026, 1),
        ):
            try:
                what()
                print("SQLite: holds", path)
            except OSError:
                pass

# %% is_somebody points={"test_pool": 0, "test_parts": 0}
import os
inside, outside, count = open("/proc/self/uid_map").read().split()
if "0" in (inside, outside) or count != "1" or os.getuid() == 0 or os.geteuid() == 0:
    print("SQLite: root", inside, outside)
for become in (os.setuid, os.seteuid, os.setgid, lambda n: os.setgroups([n])):
    try:
        become(0)
        print("SQLite: root")
    except OSError:
        pass
for path in ("/", "/usr", "/tmp", "/home/student", "/dev"):
    try:
        os.chown(path, 0, 0)
        print("SQLite: gives away", path)
    except OSError:
        pass

# %% climbs_out_by_its_descriptors points={"test_pool": 0, "test_parts": 0}
import os
for number in range(3, 300):
    for way in ("..", "../..", "../../../etc/shadow", "etc/shadow"):
        try:
            os.close(os.open(way, os.O_RDONLY, dir_fd=number))
            print("SQLite: out by", number, way)
        except OSError:
            pass

# %% looks_for_who_forked_it points={"test_pool": 0, "test_parts": 0}
# Fork servers, and the loaders that forked these, hold sockets; the grader's variables are none of theirs.
import gc, os, socket, sys
gc.unfreeze()
for each in gc.get_objects():
    try:
        if type(each) is socket.socket and os.fstat(each.fileno()):
            print("SQLite: a socket that somebody left", each)
    except OSError:
        pass
for number in range(300):
    try:
        with socket.socket(fileno=os.dup(number)) as line:
            socket.send_fds(line, [b"1"], [0])
            print("SQLite: asks for a process by", number)
    except OSError:
        pass
seen, frame = [], sys._getframe()
while frame is not None:
    seen.append(repr(frame.f_locals.get("words")))
    frame = frame.f_back
for name in ("self", "1", "thread-self", str(os.getppid())):
    try:
        seen.append(open(f"/proc/{name}/environ").read())
    except OSError:
        pass
for word in ("@ROOT@", "VIRTUAL_ENV", "SSH_", "MPLCONFIGDIR=/"):
    if word in "".join(seen):
        print("SQLite: of the grader", word)
