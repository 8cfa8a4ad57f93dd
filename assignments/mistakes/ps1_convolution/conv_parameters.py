# Wrong and unusual answers to the exercise `conv_parameters`.


# %% forgets_the_bias points={"test_conv_parameters": 0}
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    return filters * in_channels * kernel_size[0] * kernel_size[1]


# %% one_bias_for_the_layer points={"test_conv_parameters": 2}
# Right for one filter, and without a bias.
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    h, w = kernel_size
    return filters * in_channels * h * w + 1 * bias


# %% takes_kernels_for_square points={"test_conv_parameters": 6}
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    return filters * (in_channels * kernel_size[0] ** 2 + bias)


# %% always_counts_the_bias points={"test_conv_parameters": 6}
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    return filters * (in_channels * kernel_size[0] * kernel_size[1] + 1)


# %% prints_it points={"test_conv_parameters": 0}
# Prints the right number and returns nothing.
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    h, w = kernel_size
    print(filters * (in_channels * h * w + bias))


# %% builds_the_layer points={}
# Right: makes the arrays and counts what is in them.
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    arrays = [np.zeros((filters, in_channels, *kernel_size))] + [np.zeros(filters)] * bias
    return sum(array.size for array in arrays)


# %% second_solution points={}
# Right: from the release alone; what one filter learns, so many times.
def conv_parameters(in_channels, filters, kernel_size, bias=True):
    height, width = kernel_size
    of_one = height * width * in_channels
    if bias:
        of_one = of_one + 1
    return sum(of_one for _ in range(filters))
