# Wrong and unusual answers to the exercise `numerical_gradient`.


# %% takes_one_side points={"test_numerical_gradient": 0}
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x)) / h
    return gradient


# %% divides_by_h points={"test_numerical_gradient": 0}
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / h
    return gradient


# %% changes_all_at_once points={"test_numerical_gradient": 0}
def numerical_gradient(f, x, h=1e-5):
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return np.full(x.shape, slope)


# %% forgets_to_put_the_number_back points={"test_numerical_gradient": 0}
# Changes the caller's array, one number after the other.
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        gradient[index] = (up - f(x)) / (2 * h)
    return gradient


# %% knows_rows_only points={"test_numerical_gradient": 7}
# A loop over the first axis is right for vectors.
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% takes_a_step_of_its_own points={"test_numerical_gradient": 7}
def numerical_gradient(f, x, h=1e-5):
    h, gradient = 1e-6, np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% never_puts_it_back_on_a_copy points={"test_numerical_gradient": 3}
# Right for sums over the numbers, wrong as soon as they are multiplied.
def numerical_gradient(f, x, h=1e-5):
    point, gradient = x.astype(float).copy(), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        point[index] += h
        up = f(point)
        point[index] -= 2 * h
        gradient[index] = (up - f(point)) / (2 * h)
    return gradient


# %% second_solution points={}
# From the release alone: a copy that is changed and put back.
def numerical_gradient(f, x, h=1e-5):
    point, slopes = x.astype(float).copy(), []
    for index in np.ndindex(point.shape):
        old = point[index]
        point[index] = old + h
        up = f(point)
        point[index] = old - h
        down = f(point)
        point[index] = old
        slopes.append((up - down) / (2 * h))
    return np.reshape(slopes, x.shape)


# %% moves_along_the_rows_of_the_identity points={}
def numerical_gradient(f, x, h=1e-5):
    units = np.eye(x.size).reshape(-1, *x.shape)
    steps = ((f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units)
    return np.fromiter(steps, float).reshape(x.shape)
