# Wrong and unusual answers to the exercise `conv_backward`. The small CNN is built on it, so what
# goes wrong here costs points there too.


# %% averages_the_bias points={"test_conv_bias": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.mean(axis=(0, 2, 3))


# %% keeps_the_images_of_the_bias_apart points={"test_conv_bias": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy[0].sum(axis=(1, 2))


# %% adds_the_bias_over_everything points={"test_conv_bias": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    dbias = np.full(len(weight), dy.sum())
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dbias


# %% leaves_the_bias_at_zero points={"test_conv_bias": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, np.zeros(len(weight))


# %% turns_the_window points={"test_conv_weights": 0, "test_conv_stride_padding": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])[:, :, ::-1, ::-1]
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% keeps_the_last_place_only points={"test_conv_weights": 0, "test_conv_stride_padding": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight = np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% averages_over_the_images points={"test_conv_weights": 4, "test_conv_stride_padding": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window]) / len(x)
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% looks_at_the_first_channel points={"test_conv_weights": 7}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        first = x[window][:, :1]
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], first)
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% turns_the_filter_where_it_paints points={"test_conv_pixels": 0, "test_conv_stride_padding": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight[:, :, ::-1, ::-1])
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% paints_over_what_was_there points={"test_conv_pixels": 0, "test_conv_stride_padding": 2}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] = np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% asks_the_first_filter points={"test_conv_pixels": 4}
# A pixel hears from one filter only.
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :1, i, j], weight[:1])
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% adds_the_gradients_of_all_images points={"test_conv_pixels": 7, "test_conv_stride_padding": 0}
# Every image gets the sum of what belongs to each of them.
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->cab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% forgets_the_stride points={"test_conv_stride_padding": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    p, (h, w) = padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i : i + h, j : j + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p : x.shape[2] - p, p : x.shape[3] - p], dweight, dy.sum(axis=(0, 2, 3))


# %% keeps_the_padding points={"test_conv_stride_padding": 2}
# dx has the shape of the padded images.
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx, dweight, dy.sum(axis=(0, 2, 3))


# %% cuts_with_minus_padding points={"test_conv_pixels": 0, "test_conv_stride_padding": 0}
# Without padding the slice 0:-0 is empty.
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, p:-p, p:-p], dweight, dy.sum(axis=(0, 2, 3))


# %% pads_above_and_left_only points={"test_conv_stride_padding": 2}
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (h, w) = stride, padding, weight.shape[2:]
    height, width = x.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (2 * p, 0), (2 * p, 0)))
    dx, dweight = np.zeros(x.shape), np.zeros(weight.shape)
    for i, j in np.ndindex(*dy.shape[2:]):
        window = np.s_[:, :, i * s : i * s + h, j * s : j * s + w]
        dx[window] += np.einsum("nf,fcab->ncab", dy[:, :, i, j], weight)
        dweight += np.einsum("nf,ncab->fcab", dy[:, :, i, j], x[window])
    return dx[:, :, 2 * p :, 2 * p :], dweight, dy.sum(axis=(0, 2, 3))


# %% is_not_answered points={"test_conv_bias": 0, "test_conv_weights": 0, "test_conv_pixels": 0, "test_conv_stride_padding": 0, "test_loss_and_gradients": 0, "test_train": 0}
def conv_backward(x, weight, dy, stride=1, padding=0):
    """Gradients of a convolutional layer: of its input, its weights and its biases."""
    raise NotImplementedError()  # no time for this one


# %% second_solution points={}
# From the release alone: one pass for each weight of the filters, over whole slices.
def conv_backward(x, weight, dy, stride=1, padding=0):
    images, channels, height, width = x.shape
    filters, _, h, w = weight.shape
    framed = np.zeros((images, channels, height + 2 * padding, width + 2 * padding))
    framed[:, :, padding : padding + height, padding : padding + width] = x
    dframed, dweight = np.zeros_like(framed), np.zeros_like(weight, dtype=float)
    rows, columns = dy.shape[2] * stride, dy.shape[3] * stride
    for a in range(h):
        for b in range(w):
            met = np.s_[:, :, a : a + rows : stride, b : b + columns : stride]
            seen = framed[met][:, :, : dy.shape[2], : dy.shape[3]]
            for f in range(filters):
                above = dy[:, f : f + 1]
                dweight[f, :, a, b] = (above * seen).sum(axis=(0, 2, 3))
                part = weight[f, :, a, b][None, :, None, None] * above
                dframed[met][:, :, : dy.shape[2], : dy.shape[3]] += part
    dx = dframed[:, :, padding : padding + height, padding : padding + width]
    return [dx, dweight, np.array([dy[:, f].sum() for f in range(filters)])]


# %% multiplies_matrices points={}
# im2col: all windows as rows of a matrix, and back.
def conv_backward(x, weight, dy, stride=1, padding=0):
    p, (filters, channels, h, w) = padding, weight.shape
    framed = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    places = np.arange(framed.size).reshape(framed.shape)
    windows = np.lib.stride_tricks.sliding_window_view(places, (h, w), axis=(2, 3))
    rows = windows[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5).reshape(-1, channels * h * w)
    above = dy.transpose(0, 2, 3, 1).reshape(-1, filters)
    dweight = (above.T @ framed.ravel()[rows]).reshape(weight.shape)
    dframed = np.bincount(rows.ravel(), (above @ weight.reshape(filters, -1)).ravel(), framed.size)
    dframed = dframed.reshape(framed.shape)
    return dframed[:, :, p : p + x.shape[2], p : p + x.shape[3]], dweight, above.sum(axis=0)


# %% correlates_the_gradient_with_the_turned_filter points={}
# The other view: zeros between the gradients, a frame round them, filters turned by 180 degrees.
def conv_backward(x, weight, dy, stride=1, padding=0):
    s, p, (filters, channels, h, w) = stride, padding, weight.shape
    framed = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    wide = np.zeros((*dy.shape[:2], framed.shape[2] - h + 1, framed.shape[3] - w + 1))
    wide[:, :, ::s, ::s][:, :, : dy.shape[2], : dy.shape[3]] = dy
    dweight = conv_forward(framed.swapaxes(0, 1), wide.swapaxes(0, 1), np.zeros(filters))
    around = np.pad(wide, ((0, 0), (0, 0), (h - 1, h - 1), (w - 1, w - 1)))
    turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    dx = conv_forward(around, turned, np.zeros(channels))
    dx = dx[:, :, p : p + x.shape[2], p : p + x.shape[3]]
    return dx.astype(np.float32), dweight.swapaxes(0, 1), dy.sum(axis=(0, 2, 3))


# %% loops_over_images_too points={}
# Plain loops over everything, slow and right; it says on standard error how far it is.
def conv_backward(x, weight, dy, stride=1, padding=0):
    import sys

    N, C, H, W = x.shape
    F, _, h, w = weight.shape
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    padded[:, :, padding : padding + H, padding : padding + W] = x
    dpadded, dweight, dbias = np.zeros(padded.shape), np.zeros(weight.shape), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    a, b, d = i * stride, j * stride, dy[n, f, i, j]
                    dbias[f] += d
                    dweight[f] += d * padded[n, :, a : a + h, b : b + w]
                    dpadded[n, :, a : a + h, b : b + w] += d * weight[f]
    print("conv_backward: done", file=sys.stderr)
    return dpadded[:, :, padding : padding + H, padding : padding + W], dweight, dbias
