# Wrong and unusual answers to the exercise `local_response_norm`.


# %% divides_alpha_by_n points={"test_local_response_norm": 0}
# As PyTorch does.
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, max(0, c - n // 2) : c + n // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha / n * (neighbours**2).sum(axis=1)) ** beta
    return y


# %% forgets_the_squares points={"test_local_response_norm": 0}
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, max(0, c - n // 2) : c + n // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha * (abs(neighbours)).sum(axis=1)) ** beta
    return y


# %% takes_n_for_the_radius points={"test_local_response_norm": 0}
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, max(0, c - n) : c + n + 1]
        y[:, c] = x[:, c] / (k + alpha * (neighbours**2).sum(axis=1)) ** beta
    return y


# %% takes_all_channels points={"test_local_response_norm": 0}
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x
        y[:, c] = x[:, c] / (k + alpha * (neighbours**2).sum(axis=1)) ** beta
    return y


# %% looks_at_neighbouring_pixels points={"test_local_response_norm": 0}
# A window in space, not over channels.
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    r = n // 2
    framed = np.pad(x**2, ((0, 0), (0, 0), (r, r), (r, r)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (n, n), axis=(2, 3))
    return x / (k + alpha * windows.sum(axis=(4, 5))) ** beta


# %% has_the_slides_constants points={"test_local_response_norm": 10}
def local_response_norm(x, k=1.0, n=5, alpha=1e-4, beta=0.5):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, max(0, c - n // 2) : c + n // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha * (neighbours**2).sum(axis=1)) ** beta
    return y


# %% leaves_itself_out points={"test_local_response_norm": 0}
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, max(0, c - n // 2) : c + n // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha * ((neighbours**2).sum(axis=1) - x[:, c] ** 2)) ** beta
    return y


# %% wraps_around points={"test_local_response_norm": 0}
# c - n // 2 is below 0 for the first channels, and a slice from -1 is empty.
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        neighbours = x[:, c - n // 2 : c + n // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha * (neighbours**2).sum(axis=1)) ** beta
    return y


# %% second_solution points={}
# From the release alone: a frame of empty channels, and a sum of shifted copies.
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    half, channels = n // 2, x.shape[1]
    framed = np.pad(x**2, ((0, 0), (half, half), (0, 0), (0, 0)))
    total = sum(framed[:, shift : shift + channels] for shift in range(2 * half + 1))
    return x / (k + alpha * total) ** beta


# %% multiplies_by_a_band points={}
# Neighbours are a matrix of ones near the diagonal.
def local_response_norm(x, k=2.0, n=5, alpha=1e-4, beta=0.75):
    places = np.arange(x.shape[1])
    near = (abs(places[:, None] - places) <= n // 2).astype(float)
    base = k + alpha * np.einsum("cd,ndhw->nchw", near, np.square(x))
    return x * np.exp(-beta * np.log(base))
