# Wrong and unusual answers to the exercise `output_size`.


# %% forgets_the_first_place points={"test_output_size": 0}
# Counts the steps between positions, not the positions.
def output_size(size, kernel, padding=0, stride=1):
    return (size + 2 * padding - kernel) // stride


# %% pads_one_end points={"test_output_size": 3}
# Adds the padding once; the rest is right, except that it never looks whether the window fits.
def output_size(size, kernel, padding=0, stride=1):
    return (size + padding - kernel) // stride + 1


# %% divides_with_a_slash points={"test_output_size": 5}
# A number of positions that is 3.5; with stride 1 nobody notices.
def output_size(size, kernel, padding=0, stride=1):
    if kernel > size + 2 * padding:
        raise ValueError("too large")
    return (size + 2 * padding - kernel) / stride + 1


# %% rounds_up points={"test_output_size": 3}
# Makes a last step that does not fit.
def output_size(size, kernel, padding=0, stride=1):
    return -(-(size + 2 * padding - kernel) // stride) + 1


# %% returns_none_when_it_does_not_fit points={"test_output_size": 6}
# No error for a window that does not fit.
def output_size(size, kernel, padding=0, stride=1):
    if size + 2 * padding >= kernel:
        return (size + 2 * padding - kernel) // stride + 1


# %% forgets_the_padding_when_it_looks_whether_it_fits points={"test_output_size": 6}
def output_size(size, kernel, padding=0, stride=1):
    if size < kernel:
        raise ValueError("too large")
    return (size + 2 * padding - kernel) // stride + 1


# %% never_ends points={"test_output_size": 0}
# Walks along the row and forgets to take the step.
def output_size(size, kernel, padding=0, stride=1):
    position, count = 0, 0
    while position + kernel <= size + 2 * padding:
        count += 1
    return count


# %% walks_along_the_row points={}
# Right: counts by walking, without a formula.
def output_size(size, kernel, padding=0, stride=1):
    row = [0] * padding + [1] * size + [0] * padding
    places = [at for at in range(0, len(row), stride) if len(row[at : at + kernel]) == kernel]
    if not places:
        raise ValueError(f"a window of {kernel} does not fit a row of {len(row)}")
    return len(places)


# %% second_solution points={}
# Right: from the release alone, by asking where the window may begin.
def output_size(size, kernel, padding=0, stride=1):
    last = size + 2 * padding - kernel
    if last < 0:
        raise ValueError("the window does not fit")
    return len(range(0, last + 1, stride))
