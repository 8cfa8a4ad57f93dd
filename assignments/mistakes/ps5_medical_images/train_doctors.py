# Wrong and unusual answers to the exercise `train_doctors`. The grader's images are drawn anew every time;
# each answer here is far from the shares at which points begin.


# %% says_healthy_to_everybody points={"test_diagnose": 0}
def train_doctors():
    def diagnose(images):
        return np.zeros(len(images), int)

    return diagnose


# %% trains_one_network_as_it_is points={"test_diagnose": 0}
# One in twenty-one is ill, and nothing in the loss says that they matter.
def train_doctors():
    doctor = fit(new_network(1), nn.functional.cross_entropy)

    def diagnose(images):
        return doctor(prepare(images)).argmax(dim=1).numpy()

    return diagnose


# %% asks_three_that_look_away points={"test_diagnose": 0}
# An ensemble of networks that were trained without weights agrees on the healthy.
def train_doctors():
    doctors = [fit(new_network(seed), nn.functional.cross_entropy) for seed in (1, 2, 3)]

    def diagnose(images):
        return sum(doctor(prepare(images)).softmax(dim=1) for doctor in doctors).argmax(dim=1).numpy()

    return diagnose


# %% trains_a_lucky_one points={"test_diagnose": 6}
# The second seed finds half of them.
def train_doctors():
    doctor = fit(new_network(2), nn.functional.cross_entropy)

    def diagnose(images):
        return doctor(prepare(images)).argmax(dim=1).numpy()

    return diagnose


# %% gives_probabilities points={"test_diagnose": 0}
def train_doctors():
    balance = torch.tensor([0.525, 10.5])
    doctor = fit(new_network(1), lambda z, t: nn.functional.cross_entropy(z, t, weight=balance))

    def diagnose(images):
        return doctor(prepare(images)).softmax(dim=1)[:, 1].detach().numpy()

    return diagnose


# %% weighs_the_healthy points={"test_diagnose": 0}
def train_doctors():
    balance = torch.tensor([10.5, 0.525])
    doctor = fit(new_network(1), lambda z, t: nn.functional.cross_entropy(z, t, weight=balance))

    def diagnose(images):
        return doctor(prepare(images)).argmax(dim=1).numpy()

    return diagnose


# %% knows_its_patients_by_heart points={"test_diagnose": 0}
# It looks each image up among those that it was given.
def train_doctors():
    known = {image.tobytes(): label for image, label in zip(patient_images, patient_labels)}

    def diagnose(images):
        return np.array([known.get(np.asarray(image).tobytes(), 0) for image in images])

    return diagnose


# %% compares_with_the_median points={"test_diagnose": 0}
# Half of each batch is ill, whoever they are.
def train_doctors():
    doctors = [fit(new_network(seed), nn.functional.cross_entropy) for seed in SEEDS]

    def diagnose(images):
        with torch.no_grad():
            p = sum(doctor(prepare(images)).softmax(dim=1)[:, 1] for doctor in doctors).numpy()
        return (p > np.median(p)).astype(int)

    return diagnose


# %% normalises_with_the_batch points={"test_diagnose": 6}
# An image is seen relative to the others that come with it.
def train_doctors():
    balance = torch.tensor([210 / 400, 210 / 20])
    doctors = [
        fit(new_network(seed), lambda z, t: nn.functional.cross_entropy(z, t, weight=balance))
        for seed in SEEDS
    ]
    usual = prepare(patient_images)

    def diagnose(images):
        x = prepare(images)
        x = (x - x.mean()) / x.std() * usual.std() + usual.mean()
        with torch.no_grad():
            return sum(doctor(x).softmax(dim=1) for doctor in doctors).argmax(dim=1).numpy()

    return diagnose


# %% second_solution points={}
# From the release alone: weights in the loss, and the ill mirrored in use.
def train_doctors():
    w = torch.tensor([210 / 400, 210 / 20])

    def careful(logits, labels):
        each = nn.functional.cross_entropy(logits, labels, reduction="none")
        return (w[labels] * each).sum() / w[labels].sum()

    mine = [fit(new_network(seed), careful, epochs=10) for seed in (4, 5)]

    def diagnose(images):
        x, total = prepare(images), 0
        for network in mine:
            for view in (x, x.flip(-1), x.flip(-2)):
                total = total + network(view).detach().softmax(dim=1)
        return [int(row[1] > row[0]) for row in total]

    return diagnose


# %% measures_the_middle points={}
# No network: the smoothed image has its peak on the shape; a ring is dark in the middle, a cross is not.
def train_doctors():
    def diagnose(images):
        smooth = nn.functional.avg_pool2d(prepare(images), 9, 1, padding=4, count_include_pad=False)
        flat = nn.functional.avg_pool2d(prepare(images), 15, 1, padding=7, count_include_pad=False)
        rows = (smooth - flat).flatten(1).argmax(dim=1)
        small = nn.functional.avg_pool2d(prepare(images), 3, 1, padding=1)
        around = smooth.flatten(1).gather(1, rows[:, None])[:, 0]
        middle = small.flatten(1).gather(1, rows[:, None])[:, 0]
        return (middle > around).numpy().astype(int)

    return diagnose
