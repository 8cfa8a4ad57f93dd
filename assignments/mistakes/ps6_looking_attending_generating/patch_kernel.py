# Wrong and unusual answers to the exercise `patch_kernel`.


# %% puts_the_channel_in_front points={"test_patch_kernel": 0}
def patch_kernel(weight, size):
    return weight.T.reshape(weight.shape[1], -1, size, size)


# %% turns_the_patch points={"test_patch_kernel": 0}
def patch_kernel(weight, size):
    return weight.reshape(size, size, -1, weight.shape[1]).transpose(3, 2, 1, 0)


# %% leaves_it_as_keras_has_it points={"test_patch_kernel": 0}
def patch_kernel(weight, size):
    return weight.reshape(size, size, -1, weight.shape[1])


# %% swaps_inputs_and_outputs points={"test_patch_kernel": 0}
def patch_kernel(weight, size):
    return weight.reshape(size, size, -1, weight.shape[1]).transpose(2, 3, 0, 1)


# %% flips_the_patch points={"test_patch_kernel": 0}
# As if libraries turned kernels round.
def patch_kernel(weight, size):
    kernel = weight.reshape(size, size, -1, weight.shape[1]).transpose(3, 2, 0, 1)
    return kernel[:, :, ::-1, ::-1].copy()


# %% second_solution points={}
# Number by number.
def patch_kernel(weight, size):
    rows, d = weight.shape
    channels = rows // size**2
    kernel = np.zeros((d, channels, size, size))
    for index in range(rows):
        row, rest = divmod(index, size * channels)
        column, channel = divmod(rest, channels)
        kernel[:, channel, row, column] = weight[index]
    return kernel


# %% permutes_in_pytorch points={}
def patch_kernel(weight, size):
    kernel = torch.tensor(weight).unflatten(0, (size, size, -1))
    return torch.einsum("ijcd->dcij", kernel).contiguous()
