// The maps of one layer, side by side on a canvas. A unit is chosen with a pointer or with keys.

{
  const GAP = 6 // between maps, in pixels of the page
  const SMALLEST_FRAME = 8 // around a unit, in pixels of the page
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

  /**
   * `rows` says how many maps may stand in a row, the most first; the first that leaves a unit
   * `least` pixels is taken, and none gets more than `most`. `onChosen` is called with the unit
   * that somebody chooses; without it, nothing can be chosen. `onPointed` is called with the unit
   * that a mouse points at, or null, and the event. Around each map stay `rim` units empty, and
   * `paint` paints it.
   */
  playground.MapsView = class {
    constructor(canvas, { rows, least, most = 18, onChosen, onPointed, ...how }) {
      const { asPhotograph = false, rim = 0, paint = playground.paint } = how
      Object.assign(this, { canvas, rows, least, most, asPhotograph, rim, paint, onChosen })
      if (onPointed) {
        const point = (event) => onPointed(event.buttons ? null : this.#unitAt(event), event)
        canvas.addEventListener("pointermove", (event) => {
          if (event.pointerType === "mouse") point(event)
        })
        canvas.addEventListener("pointerleave", (event) => onPointed(null, event))
      }
      if (!onChosen) return
      canvas.addEventListener("pointerdown", (event) => this.#point(event))
      canvas.addEventListener("pointermove", (event) => event.buttons && this.#point(event))
      canvas.addEventListener("keydown", (event) => this.#key(event))
    }

    /**
     * Draw maps; `chosen` is a unit of this layer, `window` what a unit of the next one sees.
     * `largest` is the number that is all ink; by default the largest that there is.
     */
    draw(maps, { chosen, window, largest = largestOf(maps) } = {}) {
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
      for (let map = 0; map < maps.count; map++) {
        const [x, y] = this.#corner(map)
        const values = maps.values.subarray(map * size, (map + 1) * size)
        const how = { x, y, largest, asPhotograph: this.asPhotograph }
        this.paint(pen, values, maps.width, square, how)
      }
      for (const map of window?.maps ?? []) this.#frame(pen, { ...window, map })
      if (chosen) this.#frame(pen, { ...chosen, size: 1 })
    }

    #measure() {
      const { maps, rows, least, most, rim } = this
      this.scale = Math.ceil(globalThis.devicePixelRatio || 1)
      const room = this.canvas.parentElement.clientWidth - 6
      this.gap = (maps.width > 1 ? GAP : 2) * this.scale
      for (const perRow of rows) {
        const square = (room + GAP) / perRow - this.gap / this.scale
        const fitting = Math.floor(Math.min(most, square / (maps.width + 2 * rim)) * this.scale)
        this.square = Math.max(1, fitting) // what is then too wide, the page's style makes smaller
        this.perRow = perRow
        if (this.square >= least * this.scale) break
      }
      this.stepX = (maps.width + 2 * rim) * this.square + this.gap
      this.stepY = (maps.height + 2 * rim) * this.square + this.gap
    }

    /** Where the first unit of a map lies. */
    #corner(map) {
      const rim = this.rim * this.square
      const [column, row] = [map % this.perRow, Math.floor(map / this.perRow)]
      return [column * this.stepX + rim, row * this.stepY + rim]
    }

    #frame(pen, { map, row, column, size }) {
      const [x, y] = this.#corner(map)
      const { square, scale } = this
      const side = Math.max(size * square, SMALLEST_FRAME * scale)
      const away = (size * square - side) / 2
      playground.frame(pen, x + column * square + away, y + row * square + away, side, scale)
    }

    #point(event) {
      const unit = this.#unitAt(event)
      if (unit) this.onChosen(unit)
    }

    /** The unit where an event happened, or null. */
    #unitAt(event) {
      const { scale, square, maps, rim } = this
      if (!maps) return null
      const box = this.canvas.getBoundingClientRect()
      const zoom = this.canvas.width / box.width
      const x = (event.clientX - box.left) * zoom - 3 * scale
      const y = (event.clientY - box.top) * zoom - 3 * scale
      const across = Math.floor(x / this.stepX)
      const map = Math.floor(y / this.stepY) * this.perRow + across
      const row = Math.floor((y % this.stepY) / square) - rim
      const column = Math.floor((x % this.stepX) / square) - rim
      const onMap = x >= 0 && y >= 0 && across < this.perRow && map < maps.count
      const onUnit = row >= 0 && row < maps.height && column >= 0 && column < maps.width
      return onMap && onUnit ? { map, row, column } : null
    }

    #key(event) {
      const { maps, perRow } = this
      const step = STEPS[event.key]
      const turn = { PageDown: 1, PageUp: -1 }[event.key]
      if (!step && !turn && event.key !== "Enter") return
      event.preventDefault()
      const unit = this.chosen ?? playground.strongest(maps)
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
  }

  /** The unit whose number is the largest. */
  playground.strongest = ({ values, height, width }) => {
    const place = values.indexOf(values.reduce((one, other) => Math.max(one, other)))
    const inMap = place % (height * width)
    const row = Math.floor(inMap / width)
    return { map: Math.floor(place / (height * width)), row, column: inMap % width }
  }

  function largestOf({ values }) {
    return values.reduce((one, other) => Math.max(one, Math.abs(other)), 1e-9)
  }
}
