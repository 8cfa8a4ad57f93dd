# Wrong and unusual answers to the exercise `conv_forward`.


# %% forgets_the_bias points={"test_conv_one_image_one_filter": 0, "test_conv_batch_and_filters": 8}
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncijab,fcab->nfij", windows[:, :, ::stride, ::stride], weight)


# %% looks_at_the_first_channel points={"test_conv_one_image_one_filter": 0, "test_conv_batch_and_filters": 2}
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x[:, 0], ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return np.einsum("nijab,fab->nfij", windows, weight[:, 0]) + bias[:, None, None]


# %% turns_the_filters points={"test_conv_one_image_one_filter": 0}
# The exercise before was about convolution; this layer correlates.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows, turned = windows[:, :, ::stride, ::stride], weight[:, :, ::-1, ::-1]
    return np.einsum("ncijab,fcab->nfij", windows, turned) + bias[:, None, None]


# %% adds_the_first_bias_everywhere points={"test_conv_batch_and_filters": 8}
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncijab,fcab->nfij", windows[:, :, ::stride, ::stride], weight) + bias[0]


# %% sees_the_first_image_only points={"test_conv_batch_and_filters": 6, "test_conv_padding": 0, "test_conv_stride": 0}
# Every image of the batch gets the first one's feature maps.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (x.shape[2] - weight.shape[2]) // stride + 1
    columns = (x.shape[3] - weight.shape[3]) // stride + 1
    y = np.zeros((len(x), len(weight), rows, columns))
    for n, f, i, j in np.ndindex(*y.shape):
        top, left = i * stride, j * stride
        block = x[0, :, top : top + weight.shape[2], left : left + weight.shape[3]]
        y[n, f, i, j] = np.sum(block * weight[f]) + bias[f]
    return y


# %% ignores_stride_and_padding points={"test_conv_padding": 0, "test_conv_stride": 0}
def conv_forward(x, weight, bias, stride=1, padding=0):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncijab,fcab->nfij", windows, weight) + bias[:, None, None]


# %% forgets_to_multiply_by_the_stride points={"test_conv_stride": 0}
# As many positions as it should, but the window still moves by one.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (x.shape[2] - weight.shape[2]) // stride + 1
    columns = (x.shape[3] - weight.shape[3]) // stride + 1
    y = np.zeros((len(x), len(weight), rows, columns))
    for n, f, i, j in np.ndindex(*y.shape):
        block = x[n, :, i : i + weight.shape[2], j : j + weight.shape[3]]
        y[n, f, i, j] = np.sum(block * weight[f]) + bias[f]
    return y


# %% pads_batch_and_channels_too points={"test_conv_padding": 0, "test_conv_stride": 4}
# np.pad(x, padding) pads every axis.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return np.einsum("ncijab,fcab->nfij", windows, weight) + bias[:, None, None]


# %% pads_below_and_right_only points={"test_conv_padding": 0, "test_conv_stride": 4}
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return np.einsum("ncijab,fcab->nfij", windows, weight) + bias[:, None, None]


# %% ignores_the_padding_when_it_counts points={"test_conv_padding": 0, "test_conv_stride": 4}
# The positions are counted before the padding.
def conv_forward(x, weight, bias, stride=1, padding=0):
    rows = (x.shape[2] - weight.shape[2]) // stride + 1
    columns = (x.shape[3] - weight.shape[3]) // stride + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride][:, :, :rows, :columns]
    return np.einsum("ncijab,fcab->nfij", windows, weight) + bias[:, None, None]


# %% rounds_the_size_up points={"test_conv_stride": 0}
# One position too many where the last step does not fit.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = -(-(x.shape[2] - weight.shape[2]) // stride) + 1
    columns = -(-(x.shape[3] - weight.shape[3]) // stride) + 1
    y = np.zeros((len(x), len(weight), rows, columns))
    for n, f, i, j in np.ndindex(*y.shape):
        top, left = i * stride, j * stride
        block = x[n, :, top : top + weight.shape[2], left : left + weight.shape[3]]
        y[n, f, i, j] = np.sum(block * weight[f]) + bias[f]
    return y


# %% does_not_parse points={"test_conv_one_image_one_filter": 0, "test_conv_batch_and_filters": 0, "test_conv_padding": 0, "test_conv_stride": 0}
# A colon is missing.
def conv_forward(x, weight, bias, stride=1, padding=0)
    return x


# %% multiplies_matrices points={}
# Right: every window becomes a row (im2col), and one matrix product does the rest.
def conv_forward(x, weight, bias, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # N, C, rows, columns, h, w
    n, c, rows, columns, h, w = windows.shape
    table = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * rows * columns, c * h * w)
    maps = table @ weight.reshape(len(weight), -1).T + bias
    return maps.reshape(n, rows, columns, len(weight)).transpose(0, 3, 1, 2)


# %% second_solution points={}
# Right: from the release alone; one image and one filter after the other, channels added up.
def conv_forward(x, weight, bias, stride=1, padding=0):
    def correlate_steps(image, kernel):
        h, w = kernel.shape
        tops = range(0, image.shape[0] - h + 1, stride)
        lefts = range(0, image.shape[1] - w + 1, stride)
        return np.array([[np.sum(image[t : t + h, l : l + w] * kernel) for l in lefts] for t in tops])

    framed = np.pad(x, [(0, 0)] * 2 + [(padding, padding)] * 2)
    return np.array(
        [
            [sum(map(correlate_steps, image, filters)) + b for filters, b in zip(weight, bias)]
            for image in framed
        ]
    )
