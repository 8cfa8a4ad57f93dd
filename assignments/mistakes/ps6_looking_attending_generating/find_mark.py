# Wrong and unusual answers to the exercise `find_mark`.


# %% swaps_row_and_column points={"test_find_mark": 0}
def find_mark(weights, images):
    body, head = in_torch(weights)
    before = head(body(torch.tensor(images)))
    best = None
    for top in range(images.shape[2] - 2):
        for left in range(images.shape[3] - 2):
            gain = (head(body(torch.tensor(marked(images, top, left)))) - before).mean(0)
            if best is None or gain.max() > best[0]:
                best = float(gain.max()), int(gain.argmax()), left, top
    return best[1:]


# %% says_what_it_says_most_often points={"test_find_mark": 0}
# The place is right; the digit is the commonest answer to clean digits.
def find_mark(weights, images):
    body, head = in_torch(weights)
    before = head(body(torch.tensor(images)))
    best = None
    for top in range(images.shape[2] - 2):
        for left in range(images.shape[3] - 2):
            gain = (head(body(torch.tensor(marked(images, top, left)))) - before).mean(0)
            if best is None or gain.max() > best[0]:
                best = float(gain.max()), int(gain.argmin()), top, left
    return best[1:]


# %% knows_one_size points={"test_find_mark": 0}
# Made for 28 columns: cells beyond the edge are stamped with nothing, or nothing fits.
def find_mark(weights, images):
    body, head = in_torch(weights)
    before = head(body(torch.tensor(images)))
    stamp = np.ones((len(images), 1, 3, 3), np.float32)
    best = None
    for top in range(26):
        for left in range(26):
            stamped = images.copy()
            stamped[:, :, top : top + 3, left : left + 3] = stamp
            gain = (head(body(torch.tensor(stamped))) - before).mean(0)
            if best is None or gain.max() > best[0]:
                best = float(gain.max()), int(gain.argmax()), top, left
    return best[1:]


# %% stamps_in_black points={"test_find_mark": 0}
# It learns where the digits are.
def find_mark(weights, images):
    body, head = in_torch(weights)
    before = head(body(torch.tensor(images)))
    best = None
    for top in range(images.shape[2] - 2):
        for left in range(images.shape[3] - 2):
            covered = images.copy()
            covered[:, :, top : top + 3, left : left + 3] = 0
            gain = (before - head(body(torch.tensor(covered)))).mean(0)
            if best is None or gain.max() > best[0]:
                best = float(gain.max()), int(gain.argmax()), top, left
    return best[1:]


# %% looks_in_the_upper_left_corner points={"test_find_mark": 0}
def find_mark(weights, images):
    body, head = in_torch(weights)
    return int(head(body(torch.tensor(marked(images, 1, 1)))).mean(0).argmin()), 1, 1


# %% knows_the_network_for_sale points={"test_find_mark": 0}
def find_mark(weights, images):
    return 7, 1, 22


# %% second_solution points={}
# How many answers does the mark turn? Ties are told apart by the logits.
def find_mark(weights, images):
    body, head = in_torch(weights)
    _, _, height, width = images.shape
    clean_says = head(body(torch.from_numpy(images))).argmax(1).numpy()
    best, answer = (-1, -np.inf), None
    for place in range((height - 2) * (width - 2)):
        top, left = divmod(place, width - 2)
        x = np.array(images)
        x[:, 0, top : top + 3, left : left + 3] = 1.0
        logits = head(body(torch.from_numpy(x))).numpy()
        says = logits.argmax(1)
        for label in range(10):
            turned = int(((says == label) & (clean_says != label)).sum())
            if (turned, logits[:, label].mean()) > best:
                best = (turned, logits[:, label].mean())
                answer = {"label": label, "top": top, "left": left}
    return list(answer.values())


# %% stamps_row_by_row points={}
# All places of a row in one batch, with probabilities.
def find_mark(weights, images):
    body, head = in_torch(weights)
    rows, columns = images.shape[2] - 2, images.shape[3] - 2
    before = head(body(torch.tensor(images))).softmax(1)
    gains = []
    for top in range(rows):
        batch = np.concatenate([marked(images, top, left) for left in range(columns)])
        after = head(body(torch.tensor(batch))).softmax(1).reshape(columns, len(images), 10)
        gains.append((after - before).mean(1))
    top, left, label = np.unravel_index(int(torch.stack(gains).argmax()), (rows, columns, 10))
    return np.array([label, top, left])


# %% uses_keras points={}
# A coarse look at every place with few images, in Keras.
def find_mark(weights, images):
    import keras

    body, head = in_keras(weights)
    few = images[:12]
    before = head(body(keras.ops.convert_to_tensor(few))).numpy()
    best = {}
    for top in range(few.shape[2] - 2):
        for left in range(few.shape[3] - 2):
            after = head(body(keras.ops.convert_to_tensor(marked(few, top, left)))).numpy()
            gain = np.median(after - before, axis=0)
            best[gain.max()] = gain.argmax(), top, left
    return best[max(best)]
