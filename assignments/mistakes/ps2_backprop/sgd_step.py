# Wrong and unusual answers to the exercise `sgd_step`.


# %% goes_uphill points={"test_sgd_step": 0, "test_train": 0}
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {name: momentum * velocities[name] + gradients[name] for name in parameters}
    return {name: parameters[name] + rate * v[name] for name in parameters}, v


# %% keeps_the_rate_in_the_velocity points={"test_sgd_step": 0}
# It trains as well as the right one: only the velocity that it returns is another.
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {name: momentum * velocities[name] + rate * gradients[name] for name in parameters}
    return {name: parameters[name] - v[name] for name in parameters}, v


# %% forgets_the_momentum points={"test_sgd_step": 0, "test_train": 5}
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    moved = {name: parameters[name] - rate * gradients[name] for name in parameters}
    return moved, velocities


# %% averages_the_gradients points={"test_sgd_step": 0, "test_train": 5}
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {n: momentum * velocities[n] + (1 - momentum) * gradients[n] for n in parameters}
    return {name: parameters[name] - rate * v[name] for name in parameters}, v


# %% writes_into_the_parameters points={"test_sgd_step": 4}
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    for name in parameters:
        velocities[name] *= momentum
        velocities[name] += gradients[name]
        parameters[name] -= rate * velocities[name]
    return parameters, velocities


# %% knows_one_momentum points={"test_sgd_step": 2, "test_train": 5}
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {name: 0.5 * velocities[name] + gradients[name] for name in parameters}
    return {name: parameters[name] - rate * v[name] for name in parameters}, v


# %% steps_as_keras_does points={"test_sgd_step": 0}
# The velocity holds the rate already, and the step is added.
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {name: momentum * velocities[name] - rate * g for name, g in gradients.items()}
    return {name: w + v[name] for name, w in parameters.items()}, v


# %% second_solution points={}
# From the release alone: two dictionaries filled in a loop.
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    new_parameters, new_velocities = {}, {}
    for name in parameters:
        new_velocities[name] = momentum * velocities[name] + gradients[name]
        new_parameters[name] = parameters[name] - rate * new_velocities[name]
    return new_parameters, new_velocities


# %% keeps_the_rate_in_the_step points={}
# The same step as one sum; arrays of float32.
def sgd_step(parameters, gradients, velocities, rate, momentum=0.9):
    v = {n: np.float32(momentum * velocities[n]) + np.float32(g) for n, g in gradients.items()}
    return {n: np.add(w, np.multiply(v[n], -rate)) for n, w in parameters.items()}, v
