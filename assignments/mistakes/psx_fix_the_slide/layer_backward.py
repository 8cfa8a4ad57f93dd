# Wrong and unusual answers to the exercise `layer_backward`.


# %% forgets_the_activation points={"test_layer_backward": 0}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3) + bias
        dx[window] += np.tensordot(dh[:, i, j], weight, axes=1)
    return dx


# %% forgets_the_bias points={"test_layer_backward": 0}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3)
        dx[window] += np.tensordot(dh[:, i, j] * (y > 0), weight, axes=1)
    return dx


# %% asks_the_first_filter points={"test_layer_backward": 6}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3) + bias
        dx[window] += dh[0, i, j] * (y[0] > 0) * weight[0]
    return dx


# %% flips_the_filter_where_it_paints points={"test_layer_backward": 0}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3) + bias
        dx[window] += np.tensordot(dh[:, i, j] * (y > 0), weight[:, :, ::-1, ::-1], axes=1)
    return dx


# %% follows_the_slide points={"test_layer_backward": 0}
# No padding: what comes out is smaller than the image.
def layer_backward(x, weight, bias, dh):
    turned = weight[0, 0, ::-1, ::-1]
    windows = np.lib.stride_tricks.sliding_window_view(dh[0], turned.shape)
    return np.einsum("ijab,ab->ij", windows, turned)[None]


# %% looks_at_dh_instead_of_y points={"test_layer_backward": 0}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3) + bias
        dx[window] += np.tensordot(dh[:, i, j] * (dh[:, i, j] > 0), weight, axes=1)
    return dx


# %% overwrites points={"test_layer_backward": 0}
def layer_backward(x, weight, bias, dh):
    k = weight.shape[-1]
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dh.shape[1:]):
        window = np.s_[:, i : i + k, j : j + k]
        y = np.tensordot(weight, x[window], axes=3) + bias
        dx[window] = np.tensordot(dh[:, i, j] * (y > 0), weight, axes=1)
    return dx


# %% second_solution points={}
# From the release alone: the slide's formula with all its parts.
def layer_backward(x, weight, bias, dh):
    filters, channels, k, _ = weight.shape
    y = np.zeros(dh.shape)
    for f in range(filters):
        y[f] = bias[f]
        for a in range(k):
            for b in range(k):
                for c in range(channels):
                    y[f] += weight[f, c, a, b] * x[c, a : a + y.shape[1], b : b + y.shape[2]]
    dy = np.where(y > 0, dh, 0)
    framed = np.pad(dy, ((0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, (k, k), axis=(1, 2))
    return np.einsum("fijab,fcab->cij", windows, weight[:, :, ::-1, ::-1])


# %% asks_each_weight points={}
# One pass a weight, in single precision.
def layer_backward(x, weight, bias, dh):
    _, channels, k, _ = weight.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))
    open_ = np.einsum("cijab,fcab->fij", windows, weight) + bias[:, None, None] > 0
    dy, dx = (dh * open_).astype(np.float32), np.zeros(x.shape, np.float32)
    rows, columns = dy.shape[1:]
    for a, b in np.ndindex(k, k):
        dx[:, a : a + rows, b : b + columns] += np.einsum("fij,fc->cij", dy, weight[:, :, a, b])
    return dx
