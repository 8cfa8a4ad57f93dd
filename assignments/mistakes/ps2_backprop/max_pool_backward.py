# Wrong and unusual answers to the exercise `max_pool_backward`.


# %% gives_it_to_all points={"test_max_pool_backward": 0}
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        place = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        dx[place] += dy[:, :, i : i + 1, j : j + 1]
    return dx


# %% shares_it_out points={"test_max_pool_backward": 0}
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        place = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        dx[place] += dy[:, :, i : i + 1, j : j + 1] / size**2
    return dx


# %% forgets_what_was_there points={"test_max_pool_backward": 6}
# Where one value wins two windows, only the last gradient is left.
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dy.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        a, b = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, i * stride + a, j * stride + b] = dy[n, c, i, j]
    return dx


# %% finds_one_winner_for_all_channels points={"test_max_pool_backward": 0}
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        a, b = np.unravel_index(window.max(axis=(0, 1)).argmax(), (size, size))
        dx[:, :, i * stride + a, j * stride + b] += dy[:, :, i, j]
    return dx


# %% steps_by_the_size points={"test_max_pool_backward": 6}
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        place = np.s_[:, :, i * size : i * size + size, j * size : j * size + size]
        if x[place].size:
            winner = x[place] == x[place].max(axis=(2, 3), keepdims=True)
            dx[place] += winner * dy[:, :, i : i + 1, j : j + 1]
    return dx


# %% passes_the_winner_itself points={"test_max_pool_backward": 0, "test_train": 0}
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        place = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        winner = x[place] == x[place].max(axis=(2, 3), keepdims=True)
        dx[place] += winner * x[place]
    return dx


# %% second_solution points={}
# From the release alone: one window after the other.
def max_pool_backward(x, dy, size=2, stride=2):
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + size, left : left + size]
                    a, b = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + a, left + b] += dy[n, c, i, j]
    return dx


# %% adds_at_places points={}
# All winners at once; np.add.at adds up where one comes twice.
def max_pool_backward(x, dy, size=2, stride=2):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride].reshape(*dy.shape, -1)
    n, c, i, j = np.indices(dy.shape)
    a, b = np.divmod(windows.argmax(axis=-1), size)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, i * stride + a, j * stride + b), dy)
    return dx
