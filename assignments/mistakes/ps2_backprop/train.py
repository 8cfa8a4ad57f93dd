# Wrong and unusual answers to the exercise `train`.


# %% never_shuffles points={"test_train": 5}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    losses = []
    for _ in range(epochs):
        epoch = []
        for start in range(0, len(images), batch):
            rows = slice(start, start + batch)
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% forgets_the_velocities points={"test_train": 5}
# They begin at 0 in every batch.
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, losses = np.random.default_rng(seed), []
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% throws_the_steps_away points={"test_train": 0}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, losses = np.random.default_rng(seed), []
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% leaves_out_the_last_images points={"test_train": 5}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, losses = np.random.default_rng(seed), []
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images) - batch + 1, batch):
            rows = order[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% keeps_the_last_loss_of_an_epoch points={"test_train": 5}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, losses = np.random.default_rng(seed), []
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
        losses.append(loss)
    return parameters, losses


# %% shuffles_images_but_not_labels points={"test_train": 0}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, losses = np.random.default_rng(seed), []
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            there = labels[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], there)
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% makes_the_generator_anew points={"test_train": 5}
# Every epoch has the order of the first.
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    losses = []
    for _ in range(epochs):
        order = np.random.default_rng(seed).permutation(len(images))
        epoch = []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% shuffles_once points={"test_train": 5}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    order = np.random.default_rng(seed).permutation(len(images))
    velocities = {name: np.zeros(value.shape) for name, value in parameters.items()}
    losses = []
    for _ in range(epochs):
        order = order.copy()
        epoch = []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            loss, gradients = loss_and_gradients(parameters, images[rows], labels[rows])
            parameters, velocities = sgd_step(parameters, gradients, velocities, rate, momentum)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


# %% second_solution points={}
# From the release alone: arrays put in order first, a running sum, a generator of batches.
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    def batches(order):
        while len(order):
            yield images[order[:batch]], labels[order[:batch]]
            order = order[batch:]

    generator = np.random.default_rng(seed)
    velocity = {name: 0 * parameters[name] for name in parameters}
    history = []
    for epoch in range(epochs):
        total, count = 0, 0
        for x, t in batches(generator.permutation(len(labels))):
            value, slope = loss_and_gradients(parameters, x, t)
            parameters, velocity = sgd_step(parameters, slope, velocity, rate, momentum)
            total, count = total + value, count + 1
        history.append(total / count)
    return parameters, np.array(history)


# %% splits_with_numpy points={}
def train(parameters, images, labels, epochs=8, batch=20, rate=0.05, momentum=0.9, seed=0):
    rng, velocity = np.random.default_rng(seed), {n: np.zeros_like(v) for n, v in parameters.items()}
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        parts = np.split(rng.permutation(len(images)), range(batch, len(images), batch))
        for rows in parts:
            loss, slope = loss_and_gradients(parameters, images[rows], labels[rows])
            losses[epoch] += loss / len(parts)
            parameters, velocity = sgd_step(parameters, slope, velocity, rate, momentum)
    return parameters, tuple(losses)
