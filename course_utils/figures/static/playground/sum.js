// How the number of one unit came about: its window, its weights, every product, and their sum.

{
  /** A number as the page writes it. */
  playground.written = (value, digits = 3) =>
    value.toFixed(digits).replace("-", "−").replace(/^−(0\.0*)$/, "$1")

  /** How the numbers of a layer are written. */
  const writer = (layer) => (value) => playground.written(value, layer?.digits)

  /** What a layer is called on the page. */
  playground.layerName = (name) => (name.length === 2 ? name.toUpperCase() : name)

  /** The same within a sentence: "C3", "the input". */
  const inSentence = (name) => (name.length === 2 ? name : `the ${name}`)

  /** A unit in words: "C3, map 4, row 3, column 5". */
  playground.unitName = (name, maps, { map, row, column }) => {
    if (name === "output") return `Output, the score of ${map}`
    if (maps.width === 1) return `${playground.layerName(name)}, unit ${map + 1}`
    const place = `row ${row + 1}, column ${column + 1}`
    if (maps.count === 1) return `${playground.layerName(name)}, ${place}`
    return `${playground.layerName(name)}, map ${map + 1}, ${place}`
  }

  /** What a mouse is told of a unit: its name and number, and how the number came about. */
  playground.inBrief = ({ layer, below, above, unit }) => {
    const written = writer(layer)
    const name = playground.unitName(layer?.name ?? "The picture", above, unit)
    const lines = [`${name}: ${written(above.at(unit))}`]
    const parts = layer?.parts(below, unit) ?? []
    if (layer?.kind === "pooling")
      lines.push(`the largest of ${parts[0].window.map(written).join(", ")}`)
    else if (layer) {
      const { sum, bias, count } = added(layer, parts, unit)
      const products = `sum of ${count} products: ${written(sum)}`
      lines.push(layer.isBiased ? `${products}, bias: ${written(bias)}` : products)
      if (layer.relu && sum + bias < 0) lines.push("below 0, so ReLU makes it 0")
    }
    return lines
  }

  /** Fills a panel, which is a part of the page. */
  playground.Sum = class {
    constructor(panel) {
      this.panel = panel
      this.part = 0
      for (const name of ["title", "words", "parts", "tables", "total"])
        this[name] = panel.querySelector(`.${name}`)
    }

    /**
     * Show a `unit` of a `layer`; `below` and `above` are the maps that it sees, and its own.
     * `weightName` heads a list's weights, if they have another name.
     */
    show({ layer, belowName, below, above, unit, share, weightName = "Weight" }) {
      const parts = layer.parts(below, unit)
      const name = playground.unitName(layer.name, above, unit)
      this.written = writer(layer)
      this.title.textContent = `${name}: ${this.written(above.at(unit))}`
      const names = { below: playground.layerName(belowName), weight: weightName }
      if (layer.kind === "pooling") this.#largest(parts[0], names)
      else if (layer.kernel === 1) this.#list(parts, below.width === 1, names)
      else this.#windows(layer, parts, names)
      this.#total(layer, parts, above.at(unit), { unit, share })
      this.panel.hidden = false
    }

    #largest({ map, window }, { below }) {
      this.words.textContent =
        `The largest of ${window.length} numbers: those of a 2×2 window in map ${map + 1} ` +
        `of ${inSentence(below)}.`
      this.parts.replaceChildren()
      this.tables.replaceChildren(this.#grid("Window", window, Math.max(...window)))
    }

    #windows(layer, parts, { below }) {
      const { kernel } = layer
      const count = parts.length * kernel * kernel
      const maps = `in each of the ${parts.length} maps of ${inSentence(below)}`
      const where = parts.length > 1 ? maps : "of the picture"
      this.words.textContent =
        `It sees a ${kernel}×${kernel} window ${where}, multiplies each of these ` +
        `${count} numbers by its weight, and adds up the products.`
      this.part = Math.min(this.part, parts.length - 1)
      this.#choices(parts, below)
      const { window, weights, products } = parts[this.part]
      this.tables.replaceChildren(
        this.#grid("Window", window),
        made("div", {}, sign("×"), this.#grid("Weights", weights)),
        made("div", {}, sign("="), this.#grid("Products", products)),
      )
    }

    /** A button for each map that is seen, with the sum of its products. */
    #choices(parts, below) {
      const count = parts.length > 1 ? parts.length : 0
      while (this.parts.children.length > count) this.parts.lastChild.remove()
      while (this.parts.children.length < count) {
        const number = this.parts.children.length
        const button = made("button", { type: "button" })
        button.addEventListener("click", () => {
          this.part = number
          this.panel.dispatchEvent(new Event("part"))
        })
        this.parts.append(button)
      }
      for (const [number, button] of [...this.parts.children].entries()) {
        button.textContent = `${below} map ${number + 1}: ${this.written(parts[number].sum)}`
        button.setAttribute("aria-pressed", number === this.part)
      }
    }

    /** The products of a dense layer, or of a convolution of 1×1, the largest first. */
    #list(parts, isDense, { below, weight }) {
      const seen = isDense
        ? `all ${parts.length} units of ${inSentence(below)}`
        : `all ${parts.length} maps of ${inSentence(below)} in this one place`
      this.words.textContent =
        `It sees ${seen}, multiplies each of their numbers by a weight of its own, and adds up ` +
        "the products. The largest come first."
      this.parts.replaceChildren()
      const rows = parts.map(({ map, window, weights, products }) => [
        `${map + 1}`,
        ...[window[0], weights[0], products[0]].map(this.written),
        Math.abs(products[0]),
      ])
      rows.sort((one, other) => other[4] - one[4])
      const head = made("tr")
      for (const words of [`${isDense ? "Unit" : "Map"} of ${below}`, "Number", weight, "Product"])
        head.append(made("th", { scope: "col" }, words))
      const table = made("table", { className: "list" }, head)
      for (const [unit, ...values] of rows) {
        const row = made("tr", {}, made("th", { scope: "row" }, unit))
        for (const value of values.slice(0, 3)) row.append(made("td", {}, value))
        table.append(row)
      }
      const box = made("div", { className: "scrolls", tabIndex: 0 }, table)
      box.setAttribute("role", "region")
      box.setAttribute("aria-label", `All ${parts.length} products`)
      this.tables.replaceChildren(box)
    }

    #total(layer, parts, value, { unit, share }) {
      const rows = []
      if (layer.kind === "pooling") rows.push(["The largest number", value])
      else {
        const { sum, bias, count } = added(layer, parts, unit)
        rows.push([`Sum of the ${count} products`, sum])
        if (layer.isBiased) {
          rows.push(["Bias, another learned number", bias])
          const isScore = layer.name === "output"
          rows.push([isScore ? "Together: the score" : "Together", sum + bias])
        }
        const kept = Math.max(0, sum + bias)
        if (layer.relu) rows.push(["After ReLU, which sets negative numbers to 0", kept])
      }
      const table = made("table")
      for (const [words, number] of rows) table.append(line(words, this.written(number)))
      if (share !== undefined)
        table.append(line("Its share after softmax", playground.percent(share)))
      this.total.replaceChildren(table)
    }

    /** A square table of numbers, tinted by their size; one that equals `marked` is bold. */
    #grid(title, values, marked) {
      const side = Math.sqrt(values.length)
      const largest = Math.max(1e-9, ...values.map(Math.abs))
      const table = made("table", { className: "grid" }, made("caption", {}, title))
      for (let row = 0; row < side; row++) {
        const cells = values.slice(row * side, (row + 1) * side).map((value) => {
          const cell = made("td", { className: value < 0 ? "below" : "" }, this.written(value))
          cell.style.setProperty("--share", Math.abs(value) / largest)
          if (value === marked) cell.classList.add("marked")
          return cell
        })
        table.append(made("tr", {}, ...cells))
      }
      return table
    }
  }

  /** What a unit adds up: the sum of its products, how many they are, and the bias. */
  function added(layer, parts, unit) {
    const count = parts.reduce((sum, part) => sum + part.products.length, 0)
    const sum = parts.reduce((sum, part) => sum + part.sum, 0)
    return { sum, count, bias: layer.bias(unit) }
  }

  function line(words, value) {
    return made("tr", {}, made("th", { scope: "row" }, words), made("td", {}, value))
  }

  function sign(text) {
    return made("span", { className: "sign", ariaHidden: "true" }, text)
  }

  function made(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
}
