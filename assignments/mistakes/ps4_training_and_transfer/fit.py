# Wrong and unusual answers to the exercise `fit`. Exercise 8 uses it, and copes with most of these.


# %% never_sets_the_gradients_to_zero points={"test_fit": 0, "test_fit_by_heart": 0}
# They add up, batch after batch.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% takes_the_softmax_twice points={"test_fit": 0, "test_fit_by_heart": 0}
# cross_entropy takes logits.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]).softmax(1), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% trains_in_evaluation_mode points={"test_fit": 0}
# Sixteen images are learnt by heart all the same.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.eval()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% forgets_to_step points={"test_fit": 0, "test_fit_by_heart": 0, "test_classify": 0}
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% never_shuffles points={"test_fit": 0}
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = np.arange(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% stays_in_training_mode points={"test_fit": 0}
# The network comes back as it was trained.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network, losses


# %% keeps_tensors points={"test_fit": 8}
# Every loss keeps the whole graph behind it.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.detach())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% makes_a_new_optimiser_each_epoch points={"test_fit": 0}
# Its momentum begins at 0 again.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% climbs points={"test_fit": 0, "test_fit_by_heart": 0, "test_classify": 0}
# Up the hill: the loss has the wrong sign.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network, losses = make(), []
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum)
    rng = np.random.default_rng(seed)
    network.train()
    for _ in range(epochs):
        order, epoch = rng.permutation(len(images)), []
        for start in range(0, len(images), batch):
            rows = order[start : start + batch]
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            (-loss).backward()
            optimiser.step()
            epoch.append(loss.item())
        losses.append(sum(epoch) / len(epoch))
    return network.eval(), losses


# %% second_solution points={}
# From the release alone: a generator of batches, the steps by `foreach`.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network = make()
    network.train(True)
    sgd = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
    generator = np.random.default_rng(seed)
    history = []

    def batches():
        places = torch.from_numpy(generator.permutation(len(images)))
        yield from places.split(batch)

    for epoch in range(epochs):
        total, count = 0.0, 0
        for chosen in batches():
            error = nn.CrossEntropyLoss()(network(images[chosen]), labels[chosen])
            sgd.zero_grad(set_to_none=False)
            error.backward()
            sgd.step()
            total, count = total + float(error), count + 1
        history.append(total / count)
    network.train(False)
    return network, history


# %% steps_by_hand points={}
# The formula of SGD with momentum instead of an optimiser.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    network = make().train()
    weights = [p for p in network.parameters() if p.requires_grad]
    velocities = [torch.zeros_like(w) for w in weights]
    rng, losses = np.random.default_rng(seed), []
    for _ in range(epochs):
        epoch = []
        for rows in np.array_split(rng.permutation(len(images)), range(batch, len(images), batch)):
            logits = network(images[rows])
            loss = -logits.log_softmax(1)[range(len(rows)), labels[rows]].mean()
            gradients = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                for w, v, g in zip(weights, velocities, gradients):
                    v.mul_(momentum).add_(g)
                    w.sub_(rate * v)
            epoch.append(loss.item())
        losses.append(float(np.mean(epoch)))
    return network.eval(), tuple(losses)


# %% means_with_numpy points={}
# NumPy's floats are plain numbers, and standard error is for progress.
def fit(make, images, labels, epochs=10, batch=20, rate=0.1, momentum=0.9, seed=0):
    import sys

    network, means = make(), np.zeros(epochs)
    network.train()
    optimiser = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        print(f"epoch {epoch}", file=sys.stderr)
        batch_losses = []
        for rows in torch.tensor(rng.permutation(len(images))).split(batch):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            batch_losses.append(loss.item())
        means[epoch] = np.mean(batch_losses)
    return network.eval(), means
