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
# Multiplies bytes: 200 * 1 fits, the result array does not hold the sum.
def correlate(image, kernel):
    h, w = kernel.shape
    result = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1), image.dtype)
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + h, j : j + w] * kernel, dtype=image.dtype)
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


# %% adds_up_slices points={}
# Right: one pass for each weight of the kernel, over whole slices of the image.
def correlate(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    result = np.zeros((rows, columns))
    for a, b in np.ndindex(h, w):
        result += image[a : a + rows, b : b + columns] * float(kernel[a, b])
    return result
