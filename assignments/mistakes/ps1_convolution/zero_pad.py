# Wrong and unusual answers to the exercise `zero_pad`.


# %% stays_in_the_corner points={"test_zero_pad": 0}
# The frame has the right size, but the image is not in its middle.
def zero_pad(image, padding):
    height, width = image.shape
    framed = np.zeros((height + 2 * padding, width + 2 * padding))
    framed[:height, :width] = image
    return framed


# %% repeats_the_border points={"test_zero_pad": 0}
# Continues the border pixels: a good padding, but not this one.
def zero_pad(image, padding):
    return np.pad(image, padding, mode="edge")


# %% loses_the_dtype points={"test_zero_pad": 6}
# np.zeros makes floats unless it is told otherwise.
def zero_pad(image, padding):
    height, width = image.shape
    framed = np.zeros((height + 2 * padding, width + 2 * padding))
    framed[padding : padding + height, padding : padding + width] = image
    return framed


# %% takes_images_for_square points={"test_zero_pad": 2}
def zero_pad(image, padding):
    size = image.shape[0]
    framed = np.zeros((size + 2 * padding, size + 2 * padding), image.dtype)
    framed[padding : padding + size, padding : padding + size] = image
    return framed


# %% cuts_with_minus_padding points={"test_zero_pad": 6}
# The slice [p:-p] is empty when p is 0.
def zero_pad(image, padding):
    framed = np.zeros([size + 2 * padding for size in image.shape], image.dtype)
    framed[padding:-padding, padding:-padding] = image
    return framed


# %% glues_zeros_on points={}
# Right: builds the frame out of strips.
def zero_pad(image, padding):
    side = np.zeros((image.shape[0], padding), image.dtype)
    wide = np.concatenate([side, image, side], axis=1)
    top = np.zeros((padding, wide.shape[1]), image.dtype)
    return np.concatenate([top, wide, top], axis=0)


# %% second_solution points={}
# Right: from the release alone, row by row; a list of lists would lose the dtype.
def zero_pad(image, padding):
    height, width = image.shape
    frame = np.array([[0] * (width + 2 * padding)] * (height + 2 * padding), dtype=image.dtype)
    for i in range(height):
        for j in range(width):
            frame[i + padding, j + padding] = image[i, j]
    return frame
