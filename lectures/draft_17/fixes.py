import re
s="".join(open(f"lec{i}.txt").read() for i in range(1,8))
def sub(a,b,n=1):
    global s
    assert s.count(a)>=1,a
    s=s.replace(a,b)
sub('''from sklearn.linear_model import LinearRegression, LogisticRegression''','''from sklearn.linear_model import LogisticRegression, Ridge''')
# VAE sums
sub('''    def losses(self, x):
        """For every example: what is wrong with the image, and the divergence."""''','''    def losses(self, x):
        """Summed over the batch: what is wrong with the images, and the divergence."""''')
sub('''        return wrong.flatten(1).sum(dim=1), divergence.sum(dim=1)''','''        return wrong.sum(), divergence.sum()''')
sub('''        return (wrong + divergence).mean()

    return fit(vae''','''        return (wrong + divergence) / len(rows)

    return fit(vae''')
sub('''        spread, divergence = (log_variance / 2).exp(), vae.losses(x_test)[1] / len(x_test)
        error = off(vae.decoder(mean))
    drawn |= {(f"s = {noise}" if n == 0 else "") + " " * n + f"{noise}"[:0]: None for n in ()}
    drawn |= {" " * len(drawn) + (f"s = {noise}" if n == 0 else ""): i[0].numpy() for n, i in enumerate(vae.draw(10))}
    print(f"s = {noise}: squared error {error:.4f}, divergence {divergence:.1f}, mean spread {spread.mean():.2f}")
''','''        spread, divergence = (log_variance / 2).exp(), vae.losses(x_test)[1] / len(x_test)
        error = off(vae.decoder(mean))
    for n, image in enumerate(vae.draw(10)):
        drawn[f"s = {noise}" if n == 0 else " " * len(drawn)] = image[0].numpy()
    dial[noise] = {"error": error, "divergence": divergence, "spread": spread.mean()}
''')
sub('''drawn = {}
for noise in (0.05''','''drawn, dial = {}, {}
for noise in (0.05''')
sub('''            (name.replace("\\n", " ") if n == 0 else "") + " " * (20 * k + n): image
            for k, (name, images) in enumerate(examples[0].items())
            for n, image in enumerate(images)
''','''            " " * (10 * k + n): image
            for k, images in enumerate(examples[0].values())
            for n, image in enumerate(images)
''')
# denoising
a=s.index("def projected(flat"); b=s.index("#%% code ace2f426")
s=s[:a]+'''def projected(flat, images, directions):
    """On the first so many directions of a PCA."""
    axes = torch.from_numpy(flat.components_[:directions]).float()
    mean = torch.from_numpy(flat.mean_).float()
    return (((images.flatten(1) - mean) @ axes.T) @ axes + mean).reshape(images.shape)


def off(images):
    return mean_squared_error(images, x_test).item()
'''+s[b:]
a=s.index("#%% code ace2f426"); b=s.index("#%% code 22e7bbbb")
s=s[:a]+'''#%% code ace2f426
def linear_filter(given, wanted, asked):
    """What linear regression makes of noisy images: every pixel from all 784."""
    fitted = Ridge(1.0).fit(given.flatten(1), wanted.flatten(1))
    return torch.from_numpy(fitted.predict(asked.flatten(1))).reshape(asked.shape)


def clean(seed):
    x, flat = kept[seed][0], PCA(60).fit(kept[seed][0].flatten(1))
    given, wanted = torch.cat([noisy(x), noisy(x)]), torch.cat([x, x])  # noise twice
    spoiled = noisy(x_test)
    blurs = [blurred(spoiled, width) for width in (0.6, 0.8, 1.0, 1.2)]
    flats = [projected(flat, spoiled, n) for n in (10, 15, 20, 30, 40, 60)]
    network = nn.Sequential(convolutional_encoder(32), convolutional_decoder(32))
    restore(network, given, wanted, epochs=<<clean_epochs>>)
    made = {"noisy": spoiled, "best blur": min(blurs, key=off), "best PCA": min(flats, key=off)}
    made["linear regression"] = linear_filter(given, wanted, spoiled)
    with torch.no_grad():
        made["autoencoder"] = network(spoiled)
    cleaned.append(made)
    return {name: off(images) for name, images in made.items()}


cleaned = []  # of each draw: the test digits with noise, and what each method makes of them
left = repeat(clean)
'''+s[b:]
sub('''    return codes.mean(dim=0) + centred * spread
''','''    return codes.mean(dim=0) + centred * codes.std(dim=0)
''')
sub('''    centred = torch.randn(count, codes.shape[1])
    spread = codes.std(dim=0)
    if together:
        return codes.mean(dim=0) + centred @ torch.linalg.cholesky(codes.T.cov()).T
''','''    centred = torch.randn(count, codes.shape[1])
    if together:
        covariance = codes.T.cov() + 1e-4 * torch.eye(codes.shape[1])
        return codes.mean(dim=0) + centred @ torch.linalg.cholesky(covariance).T
''')
open("lec.txt","w").write(s)
s=open("lec.txt").read()
sub('''# @markdown "full" downloads 11.6 MB (MNIST); the lecture then takes about <<full_minutes>>
# @markdown minutes on two CPU cores, and no less with a GPU, which is not used here.
# @markdown Look for "On the full data".
''','''# @markdown "full" downloads 11.6 MB (MNIST); the lecture then takes about
# @markdown <<full_minutes>> minutes, also with a GPU, which is not used here. Networks then
# @markdown learn from other digits, and more of them. Look for "On the full data".
''')
sub('''    return pixels_and_labels("train", np.random.permutation(len(digits["train"]))[:count])
''','''    rows = np.random.permutation(len(digits["train"]))[:count]
    return pixels_and_labels("train", rows)
''')
sub('''    return {name: mean_squared_error(images, x_test).item() for name, images in seen.items()}
''','''    return {name: off(images) for name, images in seen.items()}
''')
sub('''

def off(images):
    return mean_squared_error(images, x_test).item()
''','')
sub('''kept = []  # of each draw: its digits, PCA and the two autoencoders
''','''def off(images):
    """How far what was made of the test digits is from them."""
    return mean_squared_error(images, x_test).item()


kept = []  # of each draw: its digits, PCA and the two autoencoders
''')
sub('''    made = {"noisy": spoiled, "best blur": min(blurs, key=off), "best PCA": min(flats, key=off)}
    made["linear regression"]''','''    made = {"noisy": spoiled, "best blur": min(blurs, key=off)}
    made["best PCA"] = min(flats, key=off)
    made["linear regression"]''')
sub('''cleaned = []  # of each draw: the test digits with noise, and what each method makes of them
''','''cleaned = []  # of each draw: what each method makes of the noisy test digits
''')
sub('''

def variational(x, size''','''
#%% code 17e00045
def variational(x, size''')
sub('''    real, generated_ones = 1 + 0.5 * torch.randn(256, 1), -1 + torch.randn(256, 1)
    loss = softplus(-discriminator(real)).mean() + softplus(discriminator(generated_ones)).mean()
    step(optimiser, loss)
''','''    real, made = 1 + 0.5 * torch.randn(256, 1), -1 + torch.randn(256, 1)
    loss = softplus(-discriminator(real)) + softplus(discriminator(made))
    step(optimiser, loss.mean())
''')
sub('''print(f"Jensen-Shannon divergence {float(jensen_shannon):.3f}, of at most {np.log(2):.3f}")
claim("log 4 - 2 JS", least, at_least=0.<<js_lo>>, at_most=0.<<js_hi>>)
claim("the trained discriminator's loss lies above it by", loss - least, at_least=0, at_most=0.05)
''','''claim("Jensen-Shannon divergence", float(jensen_shannon), at_least=0, at_most=np.log(2))
claim("log 4 - 2 JS, the least loss", least, at_least=<<js_lo>>, at_most=<<js_hi>>)
sentence = "the trained discriminator's loss is larger by"
claim(sentence, loss - least, at_least=0, at_most=0.05)
''')
sub('''quiz.check(
    answer, lambda: round(float(-2 * np.log(0.5)), 2), "The best it can say is 1/2, to everything."
)''','''hint = "The best it can say is 1/2, to everything."
quiz.check(answer, lambda: round(float(-2 * np.log(0.5)), 2), hint)''')
sub('''        weight, bias = torch.empty(GAMES, inputs, outputs), torch.empty(GAMES, 1, outputs)
        limit = inputs**-0.5  # of the first weights and biases, as in nn.Linear
        self.weight = nn.Parameter(weight.uniform_(-limit, limit))
        self.bias = nn.Parameter(bias.uniform_(-limit, limit))
''','''        limit = inputs**-0.5  # of the first weights and biases, as in nn.Linear
        weight = torch.empty(GAMES, inputs, outputs).uniform_(-limit, limit)
        bias = torch.empty(GAMES, 1, outputs).uniform_(-limit, limit)
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
''')
sub('''    """Points of five generators, discriminators' losses, and the first game at `looks`."""
    torch.manual_seed(0)
    generator, discriminator = small_network(4, 2, Several), small_network(2, 1, Several)
    theirs''','''    """Points at the end, the discriminators' losses, and points at some `looks`."""
    torch.manual_seed(0)
    generator = small_network(4, 2, Several)
    discriminator = small_network(2, 1, Several)
    theirs''')
sub('''            said = discriminator(generator(torch.randn(GAMES, 64, 4)))
            step(theirs, per_game(softplus(-said) if second_loss else -softplus(said)).sum())
''','''            said = discriminator(generator(torch.randn(GAMES, 64, 4)))
            loss = softplus(-said) if second_loss else -softplus(said)
            step(theirs, per_game(loss).sum())
''')
sub('''SIGN = torch.cat([-torch.ones(64, 1), torch.ones(64, 1)])  # real, then generated


def per_game(loss):
    return loss.mean(dim=(1, 2))


def play(''','''def play(''')
sub('''def discriminator_loss(discriminator, points, penalty):''','''SIGN = torch.cat([-torch.ones(64, 1), torch.ones(64, 1)])  # real, then generated


def per_game(loss):
    return loss.mean(dim=(1, 2))


def discriminator_loss(discriminator, points, penalty):''')
# helper cell before play
a=s.index("#%% code 0b52ff27"); b=s.index("#%% code 17e00027"); c=s.index("#%% md 17e00028")
s=s[:a]+s[b:c]+s[a:b]+s[c:]
sub('''    found = []
    for game in points:
        distance, mode = torch.cdist(game, MODES).min(dim=1)
        shares = torch.bincount(mode[distance < 0.3], minlength=8) / len(game)
        found.append(
            [(shares >= 0.01).sum(), 100 * shares.sum(), 100 * shares.clamp(max=1 / 8).sum()]
        )
    return [Draws(column) for column in torch.tensor(found).T]
''','''    found = []
    for game in points:
        distance, mode = torch.cdist(game, MODES).min(dim=1)
        shares = torch.bincount(mode[distance < 0.3], minlength=8) / len(game)
        overlap = shares.clamp(max=1 / 8).sum()
        found.append([(shares >= 0.01).sum(), 100 * shares.sum(), 100 * overlap])
    return [Draws(column) for column in torch.tensor(found).T]
''')
a=s.index("#%% code 17e00031"); b=s.index("#%% md 0b933600")
s=s[:a]+'''#%% code 17e00031
even, rash, strict, _, cured = games
claim("k1 = k2 = 1, modes found", found[even], at_least=<<b_found11>>)
claim("k1 = k2 = 1, overlap", overlap[even], "%", at_least=<<b_over11>>)
claim("k2 = 3, overlap", overlap[rash], "%", at_most=<<b_overk2>>)
claim("k1 = 4, points near a mode", near[strict], "%", at_least=<<b_neark1>>)
claim("k1 = 4, modes found", found[strict], at_most=<<b_foundk1>>)
claim("k1 = 4 and the penalty, modes found", found[cured], at_least=<<b_foundpen>>)
claim("k1 = 4 and the penalty, overlap", overlap[cured], "%", at_least=<<b_overpen>>)
'''+s[b:]
sub('''claim("its overlap is larger by", apart, "points", at_least=<<b_apart1>>, at_most=<<b_apart2>>)
''','''sentence, low, high = "its overlap is larger by", <<b_apart1>>, <<b_apart2>>
claim(sentence, apart, "points", at_least=low, at_most=high)
''')
sub('''claim("distance to the nearest training digit, test digits = 1", repeat(copied), at_least=<<b_copy>>)
''','''distance = repeat(copied)
claim("distance to the nearest, where test digits have 1", distance, at_least=<<b_copy>>)
''')
sub('''answer = None
quiz.check(
    answer,
    lambda: nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1)(torch.zeros(1, 2, 7, 7)).shape[-1],
    "(7 - 1) · 2 - 2 · 1 + 4",
)''','''answer = None
enlarge = nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1)
maps = torch.zeros(1, 2, 7, 7)
quiz.check(answer, lambda: enlarge(maps).shape[-1], "(7 - 1) · 2 - 2 · 1 + 4")''')
open("lec.txt","w").write(s)
s=open("lec.txt").read()
sub('''apart = "autoencoder,\\ncodes apart"
''','''plain = "autoencoder,\\ncodes apart"
''')
sub('''generated[apart, measure]''','''generated[plain, measure]''')
sub('''if n != apart}''','''if n != plain}''')
a=s.index('''some, names = drawn_digits(4000)'''); b=s.index("#%% code 17e00015")
s=s[:a]+'''some, names = drawn_digits(4000)
fit(reader, reading, 2000)  # the other 2,000 are real digits that it has not seen
unseen = some[2000:]
with torch.no_grad():
    right = 100 * (reader(x_test).argmax(dim=1) == y_test).float().mean()
claim("the reader classifies test digits correctly", right, "%", at_least=<<b_reader>>)
'''+s[b:]
sub('''    rivals = {"real digits": x[:1000], "ten of them": x[:10].repeat(100, 1, 1, 1)}
''','''    real = unseen[torch.randperm(2000)[:1000]]
    rivals = {"real digits": real, "ten of them": real[:10].repeat(100, 1, 1, 1)}
''')
sub('''    x, flat = kept[seed][0], PCA(50).fit(kept[seed][0].flatten(1))
    codes = torch.randn(1000, 50)''','''    flat = PCA(50).fit(unseen.flatten(1))
    codes = torch.randn(1000, 50)''')
sub('''    rivals["pairs, mixed"] = (x[:1000] + x[1000:2000]) / 2
''','''    rivals["pairs, mixed"] = (real + real.roll(1, dims=0)) / 2
''')
sub('''    distance = to_nearest(thief, x).values.median().item()''','''    distance = to_nearest(thief, x).values.median().item()''') if False else None
sub('''claim("distance to the nearest training digit", distance, at_least=0, at_most=0.02)''','''claim("distance to the nearest training digit", distance, at_least=0, at_most=0.1)''')
open("lec.txt","w").write(s)
s=open("lec.txt").read()
sub('''    layers = [nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU()]
    layers += [nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(32 * 49, numbers))''','''    layers = [nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU()]
    layers += [nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 49, numbers))''')
sub('''    layers = [nn.Linear(numbers, 32 * 49), nn.ReLU(), nn.Unflatten(1, (32, 7, 7))]
    layers += [nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ReLU()]
    layers += [nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1), nn.Sigmoid()]''','''    layers = [nn.Linear(numbers, 16 * 49), nn.ReLU(), nn.Unflatten(1, (16, 7, 7))]
    layers += [nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1), nn.ReLU()]
    layers += [nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1), nn.Sigmoid()]''')
sub('''    "conv": (16, 14, 14),
    "conv ": (32, 7, 7),
    "code": (16,),
    "linear": (32, 7, 7),
    "up": (16, 14, 14),''','''    "conv": (8, 14, 14),
    "conv ": (16, 7, 7),
    "code": (16,),
    "linear": (16, 7, 7),
    "up": (8, 14, 14),''')
open("lec.txt","w").write(s)
s=open("lec.txt").read()
a=s.index("#%% md b48bd910"); b=s.index("#%% code 49b22a53"); c=s.index("#%% code 546c3a24")
md=s[a:b]; code=s[c:a]
md=md.replace("The network returns a logit","A small network returns a logit")
code=code.rstrip("\n").replace("#%% code 546c3a24\n","#%% code 546c3a24\nsoftplus = nn.functional.softplus\n\n\n")+"\n"
s=s[:c]+md+code+s[b:]
sub('''#%% code 49b22a53
softplus = nn.functional.softplus
''','''#%% code 49b22a53
''')
open("lec.txt","w").write(s)

s=open("lec.txt").read()
sub('"""Minimise `loss(rows)` over batches of 64 rows."""','"""Minimise `loss(rows)` over batches of 32 rows."""')
sub("steps = epochs * -(-count // 64)","steps = epochs * -(-count // 32)")
sub("torch.randperm(count).split(64)","torch.randperm(count).split(32)")
open("lec.txt","w").write(s)
