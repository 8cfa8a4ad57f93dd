// The page "Draw a digit": a drawing goes through LeNet-5, and all of it is shown.

{
  // How many maps stand in a row, and the least side of a unit in pixels.
  const LAYOUT = {
    picture: { rows: [1], least: 1, most: 7 },
    c1: { rows: [6, 3], least: 4 },
    s2: { rows: [6, 3], least: 6 },
    c3: { rows: [8, 4], least: 6 },
    s4: { rows: [16, 8, 4], least: 8 },
    c5: { rows: [40, 24, 12], least: 16 },
    f6: { rows: [42, 21, 12], least: 16 },
    output: { rows: [10], least: 16, most: 30 },
  }
  const UNCHANGED = { right: 0, down: 0, size: 1, noise: 0 }
  const QUIET = 500 // milliseconds without a change, before a screen reader says the answer

  const page = document.querySelector(".digit-page")
  const find = (selector) => document.querySelector(`.playground ${selector}`)
  const network = new playground.Network(playground.networks.lenet5)
  const names = ["picture", ...network.layers.map((layer) => layer.name)]

  let change = { ...UNCHANGED }
  let chosen = { layer: 1, unit: { map: 0, row: 14, column: 14 } }
  let shown = null // the drawing as it was changed
  let maps = null
  let covered = null // what covering parts of this drawing has shown
  let waiting = 0
  let speaking = 0

  const said = find(".said")
  const pad = new playground.Pad(find(".pad"), {
    ...{ onDrawn: soon, onSaid: say },
    onTaken: () => changeTo(UNCHANGED),
  })
  const answers = new playground.Answers(find(".answers"), find(".headline .digit"))
  const tip = new playground.Tip(page)
  const panel = find(".sum")
  const sum = new playground.Sum(panel)
  const views = names.map((name, number) => {
    const canvas = find(`[data-layer="${name}"] canvas`)
    const onChosen = number ? (unit) => choose(number, unit) : null
    const onPointed = (unit, event) => point(number, unit, event)
    return new playground.MapsView(canvas, { ...LAYOUT[name], onChosen, onPointed })
  })
  const asking = document.querySelector(".grad-cam")
  const gradCam = new playground.GradCamView(asking, network, { tip, onSaid: say })

  /** Answer again before the page is next painted, once for all that has happened until then. */
  function soon() {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0
      answer()
    })
  }

  function answer() {
    shown = playground.shown = playground.changed(pad.pixels, change)
    pad.show(shown)
    maps = network.run(playground.bordered(shown))
    const shares = playground.softmax([...maps.at(-1).values])
    const [digit, share] = answers.show(shares)
    const [next, less] = playground.ranked(shares)[1]
    const empty = shown.every((value) => value < 0.05)
    find(".headline .sure").textContent = empty
      ? "Nothing is drawn, yet it has to choose one."
      : `with ${playground.percent(share)}; next comes ${next} with ${playground.percent(less)}`
    show(shares)
    gradCam.show(maps, digit)
    showCovered(null)
    clearTimeout(speaking)
    speaking = setTimeout(() => {
      find(".spoken").textContent = `The network says ${digit}, ${playground.percent(share)}`
    }, QUIET)
  }

  /** Draw all maps, and take the chosen unit apart. */
  function show(shares = playground.softmax([...maps.at(-1).values])) {
    const { layer: number, unit } = chosen
    const layer = network.layers[number - 1]
    const window = {
      maps: layer.sees(unit),
      row: unit.row * layer.stride,
      column: unit.column * layer.stride,
      size: layer.kernel,
    }
    for (const [place, view] of views.entries())
      view.draw(maps[place], {
        chosen: place === number ? unit : null,
        window: place === number - 1 ? window : null,
      })
    sum.show({
      ...{ layer, unit, belowName: names[number - 1] },
      ...{ below: maps[number - 1], above: maps[number] },
      share: layer.name === "output" ? shares[unit.map] : undefined,
    })
  }

  /** Choose a unit. Its sum stands below its layer, which does not move on the screen. */
  function choose(number, unit) {
    const { canvas } = views[number]
    const before = canvas.getBoundingClientRect().top
    chosen = { layer: number, unit }
    canvas.closest("[data-layer]").after(panel)
    show()
    scrollBy(0, canvas.getBoundingClientRect().top - before)
    const name = playground.unitName(names[number], maps[number], unit)
    say(`${name}: ${playground.written(maps[number].at(unit))}`)
  }

  /** Tell a mouse in brief of the unit that it points at. */
  function point(number, unit, event) {
    if (!unit) return tip.hide()
    const [layer, below] = [network.layers[number - 1], maps[number - 1]]
    tip.show(event, playground.inBrief({ layer, unit, below, above: maps[number] }))
  }

  function say(words) {
    said.textContent = words
  }

  function changeTo(settings) {
    change = { ...change, ...settings }
    for (const slider of page.querySelectorAll("input[type=range]")) {
      slider.value = change[slider.name]
      slider.nextElementSibling.textContent = inWords[slider.name](Number(slider.value))
      slider.setAttribute("aria-valuetext", slider.nextElementSibling.textContent)
    }
    soon()
  }

  const inWords = {
    right: (value) => moved(value, "right", "left"),
    down: (value) => moved(value, "down", "up"),
    size: (value) => `${Math.round(100 * value)} %`,
    noise: (value) => `${Math.round(100 * value)} %`,
  }

  function moved(pixels, onward, back) {
    const count = `${Math.abs(pixels)} pixel${Math.abs(pixels) === 1 ? "" : "s"}`
    return pixels ? `${count} ${pixels > 0 ? onward : back}` : count
  }

  for (const slider of page.querySelectorAll("input[type=range]"))
    slider.addEventListener("input", () => changeTo({ [slider.name]: Number(slider.value) }))
  find(".unchanged").addEventListener("click", () => changeTo(UNCHANGED))
  find(".centre").addEventListener("click", () => {
    const still = { ...change, right: 0, down: 0 }
    const by = playground.offCentre(playground.changed(pad.pixels, still))
    if (by) changeTo(by)
  })
  find(".clear").addEventListener("click", () => {
    changeTo(UNCHANGED)
    pad.put(new Float64Array(playground.SIDE ** 2))
    say("The pad is empty")
  })
  for (const tool of page.querySelectorAll("[name=tool]"))
    tool.addEventListener("change", () => (pad.erases = tool.value === "eraser"))
  panel.addEventListener("part", () => show())

  for (const { label, pixels } of playground.digits) offer(label, playground.bytes(pixels))

  /** A button with a real digit, among those that the network gets right or among the others. */
  function offer(label, bytes) {
    const values = Float64Array.from(bytes, (byte) => byte / 255)
    const scores = network.scores(playground.bordered(values))
    const says = scores.indexOf(Math.max(...scores))
    const button = document.createElement("button")
    const canvas = document.createElement("canvas")
    canvas.width = canvas.height = 2 * playground.SIDE
    button.type = "button"
    button.setAttribute("aria-label", words(label, says))
    button.append(canvas)
    if (says !== label) button.append(caption(`${label} → ${says}`))
    button.addEventListener("click", () => {
      changeTo(UNCHANGED)
      pad.put(values)
    })
    button.repaint = () => playground.paint(canvas.getContext("2d"), values, playground.SIDE, 2)
    find(says === label ? ".right-ones" : ".wrong-ones").append(button)
    return button
  }

  /** For eyes; the button's name says it in words. */
  function caption(text) {
    const span = document.createElement("span")
    span.ariaHidden = "true"
    span.textContent = text
    return span
  }

  function words(label, says) {
    const article = (digit) => (digit === 8 ? "an 8" : `a ${digit}`)
    const name = article(label).replace("a", "A")
    return says === label ? name : `${name}, called ${article(says)}`
  }

  find(".cover").addEventListener("click", async () => {
    const drawing = shown
    const found = await playground.covered(network, drawing)
    if (drawing === shown) showCovered(found) // else it was drawn on in the meantime
  })

  /** What covers have found in the drawing; nothing as soon as it is another one. */
  function showCovered(found) {
    covered = found
    find(".covered canvas").hidden = !found
    if (found) playground.showCovered(find(".covered canvas"), shown, found)
    find(".covered p").textContent = found ? playground.coveredInWords(found) : ""
  }

  /** Colours and widths of the page have changed: paint again. */
  function repaint() {
    playground.readColours(page)
    for (const button of page.querySelectorAll(".offered button")) button.repaint()
    if (maps) {
      show()
      gradCam.redraw()
      if (covered) playground.showCovered(find(".covered canvas"), shown, covered)
    }
    pad.show()
  }

  playground.whenLooksChange(page, repaint)
  repaint()
  page.querySelector('.right-ones [aria-label="A 7"]').click()
  page.classList.add("is-ready")
}
