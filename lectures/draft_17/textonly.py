import json
P="SCRATCH"
nb=json.load(open(P)); C={c["id"]:c for c in nb["cells"]}
def get(i): return "".join(C[i]["source"])
def put(i,t):
    assert C[i]["cell_type"]=="markdown",i
    C[i]["source"]=t.strip("\n").splitlines(True)
t=get("c3bd6ffd")
a=t.index("So far somebody"); b=t.index("**Time**")
put("c3bd6ffd",t[:a]+"""So far somebody had to label the images. In this lecture nobody does. An **autoencoder** squeezes an image through a narrow bottleneck and restores it on the other side; whatever gets through must be essential. A **generative adversarial network** makes images that nobody has drawn: one network, the generator, makes them, another one, the discriminator, looks for the generated ones among real ones, and both learn from the contest.

**Afterwards you will be able to**
- build dense and convolutional autoencoders, and compare them with the best linear method;
- explore a latent space: maps, walks, and where they lead astray;
- denoise images;
- write the minimax game of a GAN, and its two losses for the generator;
- say which loss the generator takes and why, and how many steps each side gets;
- recognise mode collapse, cure it, and judge a generator by two numbers.

"""+t[b:])
put("3b03e7f6","""
## 1. What gets through a bottleneck?

Images of clothes, 28×28 pixels: 784 numbers. (Unless you choose the full data, the garments are stand-ins, drawn by the course's own generator, as every figure says.) An **encoder** turns an image into a few numbers, the **latent vector** or code; a **decoder** turns the code into an image again. The two are trained together, and the loss compares what comes out with what went in. So each image is its own label, and nobody has to provide one. If the code had 784 numbers, copying would be enough. The narrow place in the middle, the **bottleneck**, rules that out; the code calls it the `gap`. What gets through if it has 16 numbers?

`squeeze` is the training: Adam and the mean squared error between what the network makes of the `given` images and the `wanted` ones. Here these are the same.
""")
put("88a1cbc6","""
Two architectures. The dense one has a hidden layer of 128 units on each side of the bottleneck. The convolutional one halves the side of the image twice with strides and doubles it twice with transposed convolutions, whose kernel of 4 is a multiple of the stride of 2, so that every pixel is painted equally often (lecture 15). Both end in a sigmoid, because pixels lie between 0 and 1.
""")
put("63250cd9","""
These are the shapes inside the convolutional one, drawn to scale. The thin block in the middle is all that gets through.
""")
put("0a3543e2","""
A squared error alone means nothing, so we need a yardstick. **Principal component analysis** (PCA) encodes and decodes, too, but both steps are linear: it projects the image onto the directions in which the training images vary most. No linear encoder and decoder with the same bottleneck has a smaller squared error on the training set. So whatever an autoencoder gains over PCA, it owes to its nonlinearities. **Predict** the order of the three on images that none of them has seen.
""")
put("squeeze-five","""
With 16 numbers the dense autoencoder leaves about nine tenths of PCA's error. Is the convolutional one better still? With two numbers we cannot say, and a single training proves little. So here are five trainings of each, from other initial weights, with 16 numbers. Now and then a training gets stuck, which says little about the architecture, so we compare the medians. Keep in mind that the convolutional one has a third of the parameters.
""")
put("7a3b0e7d","""
A number does not say *what* is lost. Look at six garments after 16 numbers, and after two. Which properties survive, and which are lost first?
""")
put("8a4d3f2e","""
The error is measured pixel by pixel, so the best answer to whatever is uncertain is its mean: autoencoders blur. The pattern of the fabric is lost first, then the handle of the bag. After two numbers the T-shirt and the trousers have become the same shape, and the bag looks like a shoe: not even the class survives everywhere.

**Check yourself.** How many times fewer numbers are 16 than the image has?
""")
put("438b378a","""
## 2. What does the latent space look like?

With a bottleneck of two numbers every garment is a point in a plane, so we can look at it. The colours below are the true classes, which the autoencoder was never told. (We take the dense one: with so narrow a bottleneck, the training of the convolutional one sometimes ends in a black image for every garment.) A linear classifier, fitted to the codes of the *training* garments, draws the boundaries between the classes. Guessing would be right in 25 % of the cases. **Predict**: will the classes lie apart?
""")
put("58e0e0ed","""
Without a single label, garments of one class have come to lie together: it is cheaper to give similar images similar codes. Three of four test garments can be classified by two numbers.

Every point of the plane decodes to an image, also the points where no garment lies. Here is the whole plane, decoded on a grid of 12×12 points:
""")
put("74f56666","""
On the left of the sheet there are tops, on the right shoes, and in between shapes that are neither the one nor the other. Bags, a class of their own, can hardly be made out. Now a walk from one garment to another, once by mixing their pixels and once by mixing their 16 latent numbers. What do you expect halfway between a boot and a T-shirt?
""")
put("ada3a79b","""
Mixed pixels are a double exposure: two garments at once. Mixed codes decode to one blurred thing, which changes its shape on the way. And what does a code decode to that is drawn *at random*? Each of the 16 numbers gets the mean and the standard deviation that it has over the training images. The plane had nonsense between its regions, and in 16 dimensions nearly everything lies in between:
""")
put("f19d902f","""
An autoencoder learns to get *its* images through the bottleneck. Nothing in its loss says what the codes between them should decode to, nor which codes are likely.

The **variational autoencoder** (VAE; Kingma and Welling, 2014) mends both by two changes. Its encoder answers with a small cloud in place of a point, a mean $\\mu$ and a standard deviation $\\sigma$ for each latent number, and the decoder gets a point drawn from the cloud; so whatever lies near a code must decode to nearly the same image. And a second loss, the Kullback–Leibler divergence $\\tfrac12(\\mu^2 + \\sigma^2 - 1 - \\log\\sigma^2)$, pulls each cloud towards the standard normal distribution, so that one knows how to draw a code: from just that. On paper, a cloud with $\\mu = 0$ and $\\sigma = 1$ costs nothing, one with $\\mu = 1$ and $\\sigma = 0.5$ costs ½(1 + 0.25 − 1 + 1.39) = 0.82. Without the second loss the clouds would shrink to points and move apart, and we would have an autoencoder again.

## 3. Can it clean a noisy image?

Give the network a noisy image and ask for the clean one: a **denoising autoencoder** (Vincent, 2008). Copying is useless now, whatever the width of the bottleneck; the network has to know what clothes look like. What would one use without a network? A Gaussian blur, and as a rival it gets the width that serves best on the very images that it is judged by.
""")
put("f951c877","""
The network learns from two noisy copies of every training garment, each with noise of its own. The noise on the test garments is a third one. Its standard deviation is 0.4 everywhere, where black is 0 and white is 1.
""")
put("ab4795c6","""
The network leaves about two thirds of the error that the best blur leaves. But look at what is missing: the bag has lost its handle, and the T-shirt its sleeves. Where the noise hides something, the network puts what garments usually look like there, and most have no handle.

## 4. What does the best discriminator know?

Autoencoders blur because their loss compares pixels. Could a network *learn* what is wrong with an image, so that nobody has to write a loss for it? That is the idea of **generative adversarial networks** (GAN; Goodfellow, 2014). The **generator** $G$ turns random numbers $z$ into an image. The **discriminator** $D$ sees real and generated images, and says with which probability an image is real. Think of a **forger** who learns from a **detective**: figures and code call them so, the text uses the words of the field. They play for one value:

$$\\min_G \\max_D \\;\\; \\mathbb{E}_{x}\\left[\\log D(x)\\right] + \\mathbb{E}_{z}\\left[\\log(1 - D(G(z)))\\right]$$

First the discriminator alone. Suppose that the generator is fixed. At a point where real examples have the density $p$ and generated ones the density $q$, the value is $p \\log D + q \\log(1 - D)$. Its derivative with respect to $D$ is zero where $p/D = q/(1 - D)$, so the best answer is $D^* = \\frac{p}{p + q}$. Does a trained network find it? Real numbers come from a bell curve around 1 with a standard deviation of ½, generated ones from a wider one around −1.
""")
put("b48bd910","""
The network returns a logit $a$, and $D$ is its sigmoid. In place of a sigmoid and two logarithms we use `softplus`, $\\log(1 + e^a)$, which never overflows: $-\\log D$ is `softplus(-a)`, and $-\\log(1 - D)$ is `softplus(a)`. A **leaky** ReLU lets a fifth of a negative value through, so that the gradient which the generator will learn from is nowhere zero.
""")
put("457efc0c","""
Where there are examples, the two curves agree; beyond 2.3 or so there were hardly any, and they part. So a discriminator that is trained to the end knows the *ratio* of two densities, although it was only shown examples of both, and nobody can write down the density of images.

What is the value of the game against such an opponent? Putting $D^*$ into it gives

$$\\mathbb{E}_{x \\sim p}\\left[\\log \\frac{p}{p + q}\\right] + \\mathbb{E}_{x \\sim q}\\left[\\log \\frac{q}{p + q}\\right] = 2\\,\\mathrm{JS}(p, q) - \\log 4,$$

where the **Jensen–Shannon divergence** JS is the mean of the Kullback–Leibler divergences of $p$ and of $q$ from their average $(p + q)/2$. It is 0 if the two are the same, and log 2 if they do not overlap at all. For the two curves above it is 0.47 (summed on a fine grid), so the least loss is log 4 − 2 · 0.47 = 0.44, and the trained discriminator's lies only 0.001 above that. So a generator that plays against a perfect discriminator makes this divergence small, and nobody had to choose it.

**Check yourself.** The generator is perfect: $q = p$. What is the discriminator's loss then (the sum of the two terms of the game, with a minus)? Two decimals.
""")
put("a76aa16c","""
## 5. Which loss for the generator?

As the game is written, the generator minimises $\\log(1 - D)$. At the beginning its images are bad, and $D$ is nearly 0 on them. **Predict**: how strong is its gradient just then? The other loss, $-\\log D$, falls in the same direction, but is steepest where things are worst.

On paper, with respect to the logit $a$: the derivative of $\\log(1 - D) = -\\log(1 + e^a)$ is $-D$, and that of $-\\log D = \\log(1 + e^{-a})$ is $-(1 - D)$. At $D = 0.002$ the first has the size 0.002 and the second 0.998. Automatic differentiation should say the same. (The axis of the figure is $D(G(z))$: how *real* the generated image looks to the discriminator.)
""")
put("15a8d4d7","""
The first loss **saturates**: a generator that is told nothing but "certainly not real" gets almost no gradient, and does not learn in which direction to improve. The second is called the **non-saturating** loss. Whether the difference matters in a real game is measured in the next section.

## 6. How many steps for each, and what is mode collapse?

The two are trained in turn: $k_1$ steps for the discriminator, then $k_2$ for the generator, and again. What should the two numbers be? We play on a field where everything can be seen: real points come from eight small clusters on a ring, the eight **modes** of their distribution (`HEAPS` in the code). A good generator finds all eight. How a game ends is a matter of chance, so we play each kind five times, all five at once: `Several` keeps the weights of five dense layers side by side, and none of the five games feels the others.
""")
put("fa3df3b1","""
The whole game is one function. Three details are worth a second look:

- We sum over the games, each of which is a mean over its points. So the gradient of one game's weights is that of its own loss.
- Note the `detach`: while the discriminator learns, nothing flows back into the generator.
- While the generator learns, the gradient comes *through* the discriminator, but only the generator's optimiser takes a step.

The `penalty` will be needed later. It punishes a discriminator whose slope at the real points is large; `create_graph=True` keeps the graph of the derivative itself, so that the derivative can be differentiated once more.
""")
put("0d8ee86d","""
Two numbers describe a game. A mode is *found* if at least 1 % of the generated points are near it, that is, within 0.3 of its centre; and we count the percentage of all points that are *near* any mode. The first asks whether the points are varied, the second whether they are realistic. Whoever puts every point on a single mode is perfect by the second measure, so neither will do alone.

Five kinds of games, always from the same initial weights. The fourth and the fifth will be needed below. And a yardstick, because all modes lie on a circle: what does somebody get who has never seen a mode and spreads points evenly on that circle? On paper: the points near one mode span an angle of 4 · arcsin(0.075) = 0.30, and eight of these are 2.4 of 2π, so 38 % are near a mode, and all eight modes are found.
""")
put("031d16f1","""
The eight modes are grey, the generated points wine-red, from the first of the five games of each kind. Which of the four generators would you choose?
""")
put("0b933600","""
A generator that moves too fast ($k_2 = 3$) follows a discriminator that has had no time to learn: it piles everything up where the discriminator errs *now*. A discriminator that is too good ($k_1 = 4$) knows all the modes that the generator has missed, but its answer there is flat, so the generator feels no pull towards them and perfects the few that it has. In these five games they were three to five of eight. That is **mode collapse**: each generated point is fine, and they are all alike.

Two cures are among the games: balanced steps, and a small slope of the discriminator at the real points (a **gradient penalty**; Mescheder, 2018), so that there is a pull everywhere. WGAN (2017) uses another distance for the same reason. But look at the last row: the circle finds all eight modes as well! A measure that a circle satisfies says little, so we need the other one, too. And does the *first* loss of section 5 matter?
""")
put("672c6ab8","""
Look at both measures together. One by one, the points of the collapsed generators are no worse than those of the balanced ones! Whoever looks at single images will not notice the collapse; one has to look at many.

The first loss is better by one measure and worse by the other: with it $k_1 = 4$ finds 5.6 of eight modes on average, where the second loss finds 4.0, and only 32 % of its points are near one, where the second loss has 64 %. That is *less* than the circle's 38 %, so we should not call it the better one; its points have not yet come together, because its gradients were weak.

No game is finished after 900 rounds. The balanced one, played once for 4,000 rounds with the same networks and rates, found all eight modes in each of five games, with 77 to 86 % of its points near one (81 % on average, after 53 % at 900 rounds and 76 % at 2,000). That leaves the circle far behind.

And the losses? They tell little, since each depends on how good the opponent is:
""")
put("20120093","""
## 7. Can it write digits?

Now images: real digits of MNIST, reduced to 16×16 pixels so that a game takes seconds. The generator is a decoder as in section 1, with batch norm; the discriminator is a small convolutional classifier (Radford, 2016: **DCGAN**). The pixels are scaled to lie between −1 and 1, to match the generator's final tanh. We play 500 rounds and look in between. After how many rounds can you read the first digit?
""")
put("cb6c2aca","""
The same two steps in turn, $k_1 = k_2 = 1$. Every generated batch serves twice: with `detach` for the discriminator, and with its graph for the generator. Ten random vectors are kept, so that you can watch what becomes of each of them:
""")
put("17027c08","""
Are they copies? A generator that has learned its training images by heart would look perfect. So here are five generated digits, each beside the real digit that is most like it, pixel by pixel:
""")
put("7d916673","""
A few of them can be read, with some good will, and none is the copy of its neighbour. But a glance proves little, so we measure. First, how far is a generated digit from its nearest real one, compared with how far a real digit is from its own nearest neighbour? Copies would be at 0. Second, how many of the ten classes does a linear classifier find among 300 generated digits? A collapsed generator would have few.
""")
put("617b53dd","""
The distance is larger than 1: these are no copies, but they are also farther from the real digits than those are from each other. All classes occur, so no mode has been lost altogether.

**Check yourself.** The generator's first transposed convolution turns 48 maps of 4×4 into 24 maps. Of which side? (Kernel 4, stride 2, padding 1; lecture 15.)
""")
put("8f575dcf","""
What came after? Larger GANs, until generated faces could hardly be told from photographs (StyleGAN, 2019). Then **diffusion models** (2020): *denoising* networks as in section 3, applied many times, beginning with pure noise. Their loss is a squared error, so there is no game that can collapse, and many of today's image generators are built on them. With all of these came generated pictures of real people. If you make such images, say so.

## To remember

- An autoencoder is judged by what comes back: with the same bottleneck a nonlinear one beats PCA, and the convolutional one needs fewer weights.
- A latent space puts like to like without labels; between the classes lies nonsense.
- To denoise, a network has to know what images look like.
- GAN: $\\min_G \\max_D$; the best discriminator is $p/(p+q)$, and when it cannot tell, its loss is $\\log 4$.
- The generator takes $-\\log D$, because $\\log(1 - D)$ has almost no gradient while the images are bad.
- If the discriminator is too good, the generator collapses to few modes. Balance the steps, penalise the slope, and look at *many* images.
- Judge a generator by two numbers, realistic and varied, and try each measure on a trivial rival first: a circle finds all eight modes.
""")
put("33534fb6","""
## Exercises

Small changes to the cells above:

1. In section 1 let a single number through (`gap` of 1). What does it mean? (Decode a row of values.)
2. In section 3 train from a noisy image to *another noisy copy* of the same garment, never showing a clean one. How much is lost? (Lehtinen, 2018.)
3. In section 6 play 4,000 rounds. Let the discriminator see two points at once (`small_network(4, 1, Several)` on pairs): does that cure the collapse, too? (PacGAN, 2018.)
4. In section 7 give the discriminator five steps in each round. What do the generated digits look like?
5. On paper: in section 6, a generator puts half of its points on one mode and spreads the other half evenly on the circle. Which values do the two measures have?

   <details><summary>Solution to exercise 5</summary>
   Of the half on the circle 38 % are near a mode, so 50 + 19 = 69 % in all. Each of the eight modes gets about 19/8 = 2.4 % from the circle, more than 1 %, so all eight are found. Both measures are deceived together; only the shares of the modes, 52 % for one and 2.4 % for each of the others, show the collapse.
   </details>
""")
json.dump(nb,open(P,"w"),indent=1,ensure_ascii=False); open(P,"a").write("\n")
p="SCRATCH"; s=open(p).read()
for a,b in {"1. Through the needle's eye":"1. What gets through a bottleneck?","<br>2. The latent space<br>3. Denoising |":"<br>2. What does the latent space look like?<br>3. Can it clean a noisy image? |","4. Forger and detective<br>5. Two losses for the forger<br>6. Alternating steps, and the collapse<br>7. Forged digits":"4. What does the best discriminator know?<br>5. Which loss for the generator?<br>6. How many steps for each, and what is mode collapse?<br>7. Can it write digits?"}.items():
    assert s.count(a)==1,a; s=s.replace(a,b)
open(p,"w").write(s)
