# Wrong and unusual answers to the exercise `correlate`.


# %% flips_the_kernel points={"test_correlate": 0}
# A convolution in the sense of mathematics.
def correlate(image, kernel):
    h, w = kernel.shape
    result = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + h, j : j + w] * kernel[::-1, ::-1])
    return result


# %% stays_in_uint8 points={"test_correlate": 8}
# Multiplies and adds bytes: neither 200 * 2 nor the sum fits.
def correlate(image, kernel):
    h, w = kernel.shape
    result = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1), image.dtype)
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + h, j : j + w] * kernel, dtype=image.dtype)
    return result


# %% multiplies_bytes points={"test_correlate": 8}
# np.sum adds in 64 bits, but 200 * 2 was cut to a byte before.
def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows * kernel, axis=(2, 3)).astype(float)


# %% adds_pixel_by_pixel_in_bytes points={"test_correlate": 8}
# NumPy warns about the overflow; the points do not depend on who reads the warning.
def correlate(image, kernel):
    result = np.zeros([a - b + 1 for a, b in zip(image.shape, kernel.shape)])
    for i, j in np.ndindex(*result.shape):
        total = 0
        for a, b in np.ndindex(*kernel.shape):
            total = total + image[i + a, j + b] * kernel[a, b]
        result[i, j] = total
    return result


# %% misses_the_last_row points={"test_correlate": 0}
# range(H - h) is one too few.
def correlate(image, kernel):
    h, w = kernel.shape
    return np.array(
        [
            [np.sum(image[i : i + h, j : j + w] * kernel) for j in range(image.shape[1] - w)]
            for i in range(image.shape[0] - h)
        ]
    )


# %% takes_kernels_for_square points={"test_correlate": 4}
def correlate(image, kernel):
    image, kernel = image.astype(float), kernel.astype(float)
    k = kernel.shape[0]
    result = np.zeros((image.shape[0] - k + 1, image.shape[1] - k + 1))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + k, j : j + k] * kernel)
    return result


# %% works_in_float32 points={}
# Right: single precision is what networks are trained in.
def correlate(image, kernel):
    image, kernel = image.astype(np.float32), kernel.astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)


# %% adds_up_slices points={}
# Right: one pass for each weight of the kernel, over whole slices of the image.
def correlate(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    result = np.zeros((rows, columns))
    for a, b in np.ndindex(h, w):
        result += image[a : a + rows, b : b + columns] * float(kernel[a, b])
    return result


# %% second_solution points={}
# Right: from the release alone, all in plain Python.
def correlate(image, kernel):
    image, kernel = image.astype(float).tolist(), kernel.astype(float).tolist()
    h, w = len(kernel), len(kernel[0])
    return [
        [
            sum(image[i + a][j + b] * kernel[a][b] for a in range(h) for b in range(w))
            for j in range(len(image[0]) - w + 1)
        ]
        for i in range(len(image) - h + 1)
    ]


# %% multiplies_spectra points={}
# The theorem of convolution; a conjugate makes a correlation of it.
def correlate(image, kernel):
    (height, width), (h, w) = image.shape, kernel.shape
    spectrum = np.fft.rfft2(image) * np.fft.rfft2(kernel, s=image.shape).conj()
    return np.fft.irfft2(spectrum, s=image.shape)[: height - h + 1, : width - w + 1]
