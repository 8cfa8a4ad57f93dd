// The maps of one layer, side by side on a canvas. A unit is chosen with a pointer or with keys.

{
  const GAP = 6 // between maps, in pixels of the page
  const SMALLEST_FRAME = 8 // around a unit, in pixels of the page
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

  /**
   * `rows` says how many maps may stand in a row, the most first; the first that leaves a unit
   * `least` pixels is taken, and none gets more than `most`. `onChosen` is called with the unit
   * that somebody chooses; without it, nothing can be chosen.
   */
  playground.MapsView = class {
    constructor(canvas, { rows, least, most = 18, asPhotograph = false, onChosen }) {
      Object.assign(this, { canvas, rows, least, most, asPhotograph, onChosen })
      if (!onChosen) return
      canvas.addEventListener("pointerdown", (event) => this.#point(event))
      canvas.addEventListener("pointermove", (event) => event.buttons && this.#point(event))
      canvas.addEventListener("keydown", (event) => this.#key(event))
    }

    /** Draw maps; `chosen` is a unit of this layer, `window` what a unit of the next one sees. */
    draw(maps, { chosen, window } = {}) {
      Object.assign(this, { maps, chosen })
      this.#measure()
      const { canvas, square, perRow, scale } = this
      const down = Math.ceil(maps.count / perRow)
      const [width, height] = [perRow * this.stepX - this.gap, down * this.stepY - this.gap]
      Object.assign(canvas, { width: width + 6 * scale, height: height + 6 * scale })
      canvas.style.width = `${canvas.width / scale}px`
      const pen = canvas.getContext("2d")
      pen.translate(3 * scale, 3 * scale)
      const size = maps.height * maps.width
      const largest = Math.max(1e-9, ...maps.values.map(Math.abs))
      for (let map = 0; map < maps.count; map++) {
        const [x, y] = this.#corner(map)
        const values = maps.values.subarray(map * size, (map + 1) * size)
        const how = { x, y, largest, asPhotograph: this.asPhotograph }
        playground.paint(pen, values, maps.width, square, how)
      }
      for (const map of window?.maps ?? []) this.#frame(pen, { ...window, map })
      if (chosen) this.#frame(pen, { ...chosen, size: 1 })
    }

    #measure() {
      const { maps, rows, least, most } = this
      this.scale = Math.ceil(globalThis.devicePixelRatio || 1)
      const room = this.canvas.parentElement.clientWidth - 6
      this.gap = (maps.width > 1 ? GAP : 2) * this.scale
      for (const perRow of rows) {
        const square = (room + GAP) / perRow - this.gap / this.scale
        this.square = Math.floor(Math.min(most, square / maps.width) * this.scale)
        this.perRow = perRow
        if (this.square >= least * this.scale) break
      }
      this.stepX = maps.width * this.square + this.gap
      this.stepY = maps.height * this.square + this.gap
    }

    #corner(map) {
      return [(map % this.perRow) * this.stepX, Math.floor(map / this.perRow) * this.stepY]
    }

    #frame(pen, { map, row, column, size }) {
      const [x, y] = this.#corner(map)
      const { square, scale } = this
      const side = Math.max(size * square, SMALLEST_FRAME * scale)
      const away = (size * square - side) / 2
      playground.frame(pen, x + column * square + away, y + row * square + away, side, scale)
    }

    #point(event) {
      const { scale, square, maps } = this
      const box = this.canvas.getBoundingClientRect()
      const zoom = this.canvas.width / box.width
      const x = (event.clientX - box.left) * zoom - 3 * scale
      const y = (event.clientY - box.top) * zoom - 3 * scale
      const across = Math.floor(x / this.stepX)
      const map = Math.floor(y / this.stepY) * this.perRow + across
      const row = Math.floor((y % this.stepY) / square)
      const column = Math.floor((x % this.stepX) / square)
      const inside = x >= 0 && y >= 0 && across < this.perRow && map < maps.count
      if (inside && row < maps.height && column < maps.width) this.onChosen({ map, row, column })
    }

    #key(event) {
      const { maps, perRow } = this
      const step = STEPS[event.key]
      const turn = { PageDown: 1, PageUp: -1 }[event.key]
      if (!step && !turn && event.key !== "Enter") return
      event.preventDefault()
      const unit = this.chosen ?? this.#strongest()
      if (!this.chosen || event.key === "Enter") return this.onChosen(unit)
      let { map, row, column } = unit
      if (turn) map += turn
      else {
        row += step[0]
        column += step[1]
        // Over the edge of a map lies the next one.
        if (column < 0 || column >= maps.width) {
          map += step[1]
          column = (column + maps.width) % maps.width
        }
        if (row < 0 || row >= maps.height) {
          map += step[0] * perRow
          row = (row + maps.height) % maps.height
        }
      }
      if (map >= 0 && map < maps.count) this.onChosen({ map, row, column })
    }

    #strongest() {
      const { values, height, width } = this.maps
      const place = values.indexOf(Math.max(...values))
      const inMap = place % (height * width)
      const row = Math.floor(inMap / width)
      return { map: Math.floor(place / (height * width)), row, column: inMap % width }
    }
  }
}
