// A convolution in a notebook (`figures.take_apart`): choose any number, and see its sum. This is
// the end of a module whose beginning is what the book's pages load.

{
  const PAGE = `
    <div class="pair">
      <div><p>What goes in</p><canvas class="before" tabindex="0" role="application"></canvas></div>
      <div><p>What comes out</p><canvas class="after" tabindex="0" role="application"></canvas></div>
    </div>
    <p class="hint">Choose any place with a pointer or with the arrow keys; Page Up and Page Down
      go from map to map. <span class="scale"></span></p>
    <p class="visually-hidden said" role="status"></p>
    <section class="sum" aria-label="The chosen number"><h3 class="title"></h3>
      <p class="words"></p><div class="parts" role="group" aria-label="Maps that it sees"></div>
      <div class="tables"></div><div class="total"></div></section>`

  /** Numbers of eight bytes each, wherever they begin. */
  const doubles = ({ buffer, byteOffset, byteLength }) =>
    new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength))

  /** How maps are laid out: many in a row, but none smaller than a thumbnail. */
  const layout = ({ count, width }) => ({
    rows: [16, 8, 6, 4, 3, 2, 1].filter((n) => n <= count),
    ...{ least: Math.max(2, 64 / width), most: 18 },
  })

  playground.inNotebook = ({ model, el }) => {
    const part = document.createElement("div")
    part.className = "playground in-notebook"
    part.dataset.lmSuppressShortcuts = "true" // JupyterLab's keys would leave the cell
    part.innerHTML = PAGE
    el.append(part)
    const find = (selector) => part.querySelector(selector)

    const below = new playground.Maps(...model.get("shape"))
    below.values.set(doubles(model.get("image")))
    const layer = new playground.Convolution(model.get("layer"))
    const above = layer.run(below)
    const asPhotograph = below.count === 1 && below.values.every((value) => 0 <= value && value <= 1)
    if (asPhotograph) find(".pair p").append(": 0 is black, 1 is white")
    const where = asPhotograph ? "In what comes out, the" : "The"
    find(".scale").textContent =
      `${where} stronger the shade, the further from 0; another colour means that a number is ` +
      "negative."
    const away = Math.floor(layer.kernel / 2)
    let chosen = playground.strongest(above)
    const sum = new playground.Sum(find(".sum"))
    const tip = new playground.Tip(part)
    const point = (what, event) => {
      if (what.unit) tip.show(event, playground.inBrief(what))
      else tip.hide()
    }
    const before = new playground.MapsView(find(".before"), {
      ...{ ...layout(below), asPhotograph },
      onChosen: ({ map, row, column }) => {
        if (below.count > 1) sum.part = map
        choose({
          map: chosen.map,
          row: within(row - away, above.height),
          column: within(column - away, above.width),
        })
      },
      onPointed: (unit, event) => point({ above: below, unit }, event),
    })
    const after = new playground.MapsView(find(".after"), {
      ...layout(above),
      onChosen: choose,
      onPointed: (unit, event) => point({ layer, below, above, unit }, event),
    })
    before.canvas.setAttribute("aria-label", `What goes in, ${size(below)}`)
    after.canvas.setAttribute("aria-label", `What comes out, ${size(above)}`)
    sum.panel.addEventListener("part", show)

    function show() {
      if (!part.clientWidth) return // it is not on the page yet
      const { row, column } = chosen
      const map = Math.min(sum.part, below.count - 1)
      const middle = { map, row: row + away, column: column + away }
      const window = { maps: layer.sees(), row, column, size: layer.kernel }
      before.draw(below, { chosen: middle, window })
      after.draw(above, { chosen })
      sum.show({ layer, below, above, unit: chosen, belowName: "input" })
    }

    function choose(unit) {
      chosen = unit
      show()
      find(".said").textContent = find(".sum .title").textContent
    }

    function within(place, length) {
      return Math.min(length - 1, Math.max(0, place))
    }

    function size({ count, height, width }) {
      return `${count} ${count === 1 ? "map" : "maps"} of ${height} by ${width} numbers`
    }

    return playground.whenLooksChange(part, () => {
      playground.readColours(part)
      show()
    })
  }
}

export default { render: playground.inNotebook }
