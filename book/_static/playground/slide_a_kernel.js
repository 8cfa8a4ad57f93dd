// The page "Slide a kernel": nine weights, a photograph, and the map that they make of it.

{
  const SIDE = 128 // of a photograph in pixels
  const SHADES =
    "On the right, the stronger the shade, the further from 0; another colour means that a " +
    "number is negative."
  const GREYS =
    "The weights add up to 1, so the right is painted as the photograph is: 0 is black, 1 is white."
  // Weights row by row.
  const KERNELS = {
    "Right minus left": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
    "Bottom minus top": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
    "The mean of nine": Array(9).fill(1 / 9),
    "Sharper": [0, -1, 0, -1, 5, -1, 0, -1, 0],
    "What differs from its neighbours": [-1, -1, -1, -1, 8, -1, -1, -1, -1],
    "Nothing changes": [0, 0, 0, 0, 1, 0, 0, 0, 0],
  }

  const page = document.querySelector(".kernel-page")
  const find = (selector) => page.querySelector(selector)
  const sum = new playground.Sum(find(".sum"))
  const tip = new playground.Tip(page)
  const photograph = new playground.Maps(1, SIDE, SIDE)
  const before = new playground.MapsView(find(".before"), {
    ...{ rows: [1], least: 1, most: 3, asPhotograph: true },
    onChosen: ({ row, column }) => choose(inside(row - 1), inside(column - 1)),
    onPointed: (unit, event) => point({ above: photograph, unit }, event),
  })
  const after = new playground.MapsView(find(".after"), {
    ...{ rows: [1], least: 1, most: 3 },
    onChosen: ({ row, column }) => choose(row, column),
    onPointed: (unit, event) => point({ layer, below: photograph, above: filtered, unit }, event),
  })
  let chosen = { map: 0, row: 40, column: 57 }
  let layer = null
  let filtered = null

  const inputs = KERNELS["Nothing changes"].map((_, place) => {
    const input = document.createElement("input")
    Object.assign(input, { type: "number", step: "any" })
    const where = `row ${Math.floor(place / 3) + 1}, column ${(place % 3) + 1}`
    input.setAttribute("aria-label", `Weight, ${where}`)
    input.addEventListener("input", () => {
      find("select").value = ""
      filter()
    })
    find(".weights").append(input)
    return input
  })
  for (const name of Object.keys(KERNELS)) find("select").append(new Option(name))
  find("select").addEventListener("change", (event) => take(KERNELS[event.target.value]))
  find("[type=file]").addEventListener("change", (event) => open(event.target.files[0]))

  /** Put ready-made weights into the fields. */
  function take(weights) {
    for (const [place, input] of inputs.entries()) input.value = Number(weights[place].toFixed(3))
    filter(weights)
  }

  /** Slide the weights over the photograph. */
  function filter(weight = inputs.map((input) => Number(input.value))) {
    layer = new playground.Convolution({
      ...{ name: "Map", kind: "convolution", kernel: 3, relu: false },
      ...{ inputs: 1, outputs: 1, weight },
    })
    filtered = playground.filtered = layer.run(photograph)
    // Such a kernel keeps the brightness of uniform areas: its map is a photograph, too.
    after.asPhotograph = Math.abs(weight.reduce((sum, value) => sum + value, 0) - 1) < 0.01
    find(".scale").textContent = after.asPhotograph ? GREYS : SHADES
    show()
  }

  function show() {
    const middle = { map: 0, row: chosen.row + 1, column: chosen.column + 1 }
    before.draw(photograph, { chosen: middle, window: { maps: [0], ...chosen, size: 3 } })
    after.draw(filtered, { chosen })
    sum.show({ layer, below: photograph, above: filtered, unit: chosen, belowName: "photograph" })
  }

  function choose(row, column) {
    chosen = { map: 0, row, column }
    show()
    find(".said").textContent = find(".sum .title").textContent
  }

  /** Tell a mouse in brief of the unit that it points at. */
  function point(what, event) {
    if (what.unit) tip.show(event, playground.inBrief(what))
    else tip.hide()
  }

  function inside(place) {
    return Math.min(SIDE - 3, Math.max(0, place))
  }

  /** Take somebody's own picture: its middle, in grey. It goes nowhere else. */
  async function open(file) {
    if (!file) return
    let picture
    try {
      picture = await createImageBitmap(file)
    } catch {
      find(".opened").textContent = `${file.name} cannot be read as a picture.`
      return
    }
    const canvas = new OffscreenCanvas(SIDE, SIDE)
    const pen = canvas.getContext("2d")
    const side = Math.min(picture.width, picture.height)
    const [x, y] = [(picture.width - side) / 2, (picture.height - side) / 2]
    pen.imageSmoothingQuality = "high"
    pen.fillStyle = "white"
    pen.fillRect(0, 0, SIDE, SIDE)
    pen.drawImage(picture, x, y, side, side, 0, 0, SIDE, SIDE)
    const { data } = pen.getImageData(0, 0, SIDE, SIDE)
    for (let place = 0; place < SIDE * SIDE; place++) {
      const [red, green, blue] = data.subarray(4 * place, 4 * place + 3)
      photograph.values[place] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    }
    find(".opened").textContent = `This is ${file.name}.`
    filter()
  }

  function repaint() {
    playground.readColours(page)
    show()
  }

  playground.bytes(playground.photograph).forEach((byte, place) => {
    photograph.values[place] = byte / 255
  })
  playground.readColours(page)
  find("select").selectedIndex = 1
  take(Object.values(KERNELS)[0])
  playground.whenLooksChange(page, repaint)
  page.classList.add("is-ready")
}
