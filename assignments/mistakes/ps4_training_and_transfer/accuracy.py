# Wrong and unusual answers to the exercise `accuracy`.


# %% asks_in_training_mode points={"test_accuracy": 3}
# Dropout and batch norm go on as in training.
def accuracy(network, images, labels):
    network.train()
    with torch.no_grad():
        right = network(images).argmax(dim=1) == labels
    return right.float().mean().item()


# %% leaves_the_mode_alone points={"test_accuracy": 3}
# Right as long as somebody else has thought of it.
def accuracy(network, images, labels):
    with torch.no_grad():
        right = network(images).argmax(dim=1) == labels
    return right.float().mean().item()


# %% counts points={"test_accuracy": 0}
def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        right = network(images).argmax(dim=1) == labels
    return right.sum().item()


# %% takes_the_largest_image points={"test_accuracy": 0}
# The argmax goes over the images.
def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        right = network(images).argmax(dim=0)[: len(labels)] == labels
    return right.float().mean().item()


# %% rounds_to_whole_percent points={"test_accuracy": 5}
def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        right = network(images).argmax(dim=1) == labels
    return round(right.float().mean().item(), 2)


# %% gives_the_error points={"test_accuracy": 0}
# The share that is wrong.
def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        right = network(images).argmax(dim=1) != labels
    return right.float().mean().item()


# %% divides_whole_numbers points={"test_accuracy": 0}
def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        return (network(images).argmax(1) == labels).sum().item() // len(labels)


# %% second_solution points={}
# From the release alone: one image after the other.
def accuracy(network, images, labels):
    network.eval()
    count = 0
    for image, label in zip(images, labels):
        logits = network(image[None])[0].detach().numpy()
        count += int(np.argmax(logits) == int(label))
    return count / len(labels)


# %% asks_for_the_best_one points={}
def accuracy(network, images, labels):
    with torch.inference_mode():
        _, best = network.train(mode=False)(images).topk(1)
    return np.mean(best.squeeze(1).numpy() == labels.numpy())
