# Wrong and unusual answers to the exercise `touched`.


# %% takes_the_nearest_only points={"test_touched": 0}
# As on the slide: one term a pixel.
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    return [(min(row // stride, rows - 1), min(column // stride, columns - 1))]


# %% forgets_the_last_pixel_of_a_window points={"test_touched": 0}
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    return [
        (i, j)
        for i in range(rows)
        for j in range(columns)
        if 0 <= row - i * stride < kernel - 1 and 0 <= column - j * stride < kernel - 1
    ]


# %% goes_through_columns_first points={"test_touched": 0}
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    return [
        (i, j)
        for j in range(columns)
        for i in range(rows)
        if 0 <= row - i * stride < kernel and 0 <= column - j * stride < kernel
    ]


# %% forgets_the_stride points={"test_touched": 5}
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    return [
        (i, j)
        for i in range(rows)
        for j in range(columns)
        if 0 <= row - i < kernel and 0 <= column - j < kernel
    ]


# %% makes_windows_that_do_not_fit points={"test_touched": 0}
def touched(row, column, height, width, kernel, stride):
    rows, columns = -(-height // stride), -(-width // stride)
    return [
        (i, j)
        for i in range(rows)
        for j in range(columns)
        if 0 <= row - i * stride < kernel and 0 <= column - j * stride < kernel
    ]


# %% takes_images_for_square points={"test_touched": 2}
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (height - kernel) // stride + 1
    return [
        (i, j)
        for i in range(rows)
        for j in range(columns)
        if 0 <= row - i * stride < kernel and 0 <= column - j * stride < kernel
    ]


# %% begins_behind_the_first_pixel points={"test_touched": 0}
def touched(row, column, height, width, kernel, stride):
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    return [
        (i, j)
        for i in range(rows)
        for j in range(columns)
        if 0 < row - i * stride < kernel and 0 <= column - j * stride < kernel
    ]


# %% second_solution points={}
# From the release alone: each window as sets of rows and columns.
def touched(row, column, height, width, kernel, stride):
    found = []
    for i, top in enumerate(range(0, height - kernel + 1, stride)):
        for j, left in enumerate(range(0, width - kernel + 1, stride)):
            if row in range(top, top + kernel) and column in range(left, left + kernel):
                found.append((i, j))
    return found


# %% computes_the_borders points={}
# First and last output, directly; an array of pairs instead of a list.
def touched(row, column, height, width, kernel, stride):
    def along(place, size):
        first = max(0, -((kernel - 1 - place) // stride))
        return np.arange(first, min(place // stride, (size - kernel) // stride) + 1)

    i, j = np.meshgrid(along(row, height), along(column, width), indexing="ij")
    return np.stack([i.ravel(), j.ravel()], axis=1)
