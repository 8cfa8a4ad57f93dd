# Wrong and unusual answers to the exercise `max_pool`.


# %% takes_the_mean points={"test_max_pool": 0}
def max_pool(x, size=2, stride=2):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].mean(axis=(4, 5))


# %% starts_at_zero points={"test_max_pool": 8}
# The running maximum begins at 0, which beats every negative value.
def max_pool(x, size=2, stride=2):
    n, c, height, width = x.shape
    y = np.zeros((n, c, (height - size) // stride + 1, (width - size) // stride + 1))
    for i, j, a, b in np.ndindex(*y.shape[2:], size, size):
        y[:, :, i, j] = np.maximum(y[:, :, i, j], x[:, :, i * stride + a, j * stride + b])
    return y


# %% steps_by_the_size points={"test_max_pool": 8}
# Uses `size` where it should use `stride`: windows never overlap.
def max_pool(x, size=2, stride=2):
    n, c, height, width = x.shape
    y = np.zeros((n, c, (height - size) // stride + 1, (width - size) // stride + 1))
    for i, j in np.ndindex(*y.shape[2:]):
        window = x[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size]
        y[:, :, i, j] = window.max(axis=(2, 3)) if window.size else 0
    return y


# %% mixes_the_channels points={"test_max_pool": 0}
# One maximum over all images and channels; with one of each nobody notices.
def max_pool(x, size=2, stride=2):
    n, c, height, width = x.shape
    y = np.zeros((n, c, (height - size) // stride + 1, (width - size) // stride + 1))
    for i, j in np.ndindex(*y.shape[2:]):
        top, left = i * stride, j * stride
        y[:, :, i, j] = x[:, :, top : top + size, left : left + size].max()
    return y


# %% compares_slices points={}
# Right: the elementwise maximum of shifted copies.
def max_pool(x, size=2, stride=2):
    rows, columns = ((side - size) // stride + 1 for side in x.shape[2:])
    shifted = [
        x[:, :, a : a + stride * rows : stride, b : b + stride * columns : stride][
            :, :, :rows, :columns
        ]
        for a in range(size)
        for b in range(size)
    ]
    return np.maximum.reduce(shifted)


# %% second_solution points={}
# Right: from the release alone, value by value.
def max_pool(x, size=2, stride=2):
    rows = (x.shape[2] - size) // stride + 1
    columns = (x.shape[3] - size) // stride + 1
    y = np.full(x.shape[:2] + (rows, columns), -np.inf)
    for i in range(rows):
        for j in range(columns):
            for a in range(size):
                for b in range(size):
                    y[:, :, i, j] = np.maximum(y[:, :, i, j], x[:, :, i * stride + a, j * stride + b])
    return y
