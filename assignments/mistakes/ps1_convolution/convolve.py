# Wrong and unusual answers to the exercise `convolve`.


# %% does_not_turn_the_kernel points={"test_convolve": 0}
def convolve(image, kernel):
    h, w = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, (h, w))
    return np.sum(windows * kernel, axis=(2, 3))


# %% flips_rows_only points={"test_convolve": 0}
def convolve(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel[::-1], axis=(2, 3))


# %% transposes points={"test_convolve": 0}
# Takes "the other way round" for the transpose.
def convolve(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.T.shape)
    return np.sum(windows * kernel.T, axis=(2, 3))


# %% turns_the_callers_kernel points={"test_convolve": 0}
# Right numbers, but the caller's kernel is changed.
def convolve(image, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel, axis=(2, 3))


# %% is_not_answered points={"test_convolve": 0}
def convolve(image, kernel):
    # Write your answer here, in place of the next line.
    raise NotImplementedError()


# %% follows_the_formula points={}
# Right: the sum exactly as it is written.
def convolve(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    y = np.zeros((rows, columns))
    for i, j, a, b in np.ndindex(rows, columns, h, w):
        y[i, j] += image[i + h - 1 - a, j + w - 1 - b] * kernel[a, b]
    return y


# %% second_solution points={}
# Right: from the release alone; the kernel is turned twice by 90 degrees and read as float32.
def convolve(image, kernel):
    kernel = np.rot90(kernel, 2).astype(np.float32)
    h, w = kernel.shape
    rows = []
    for i in range(image.shape[0] - h + 1):
        rows.append([(image[i : i + h, j : j + w] * kernel).sum() for j in range(image.shape[1] - w + 1)])
    return rows
