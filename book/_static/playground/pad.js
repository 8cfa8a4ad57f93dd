// A pad of 28x28 squares to draw on, with a pen, a finger or the keyboard.

{
  const SQUARE = 12 // pixels of the canvas for a pixel of the drawing
  const RADIUS = 1.1 // of the pen, in pixels of the drawing
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

  /**
   * Calls `onDrawn` after every change; `onTaken` when somebody draws on what is shown, which is
   * from then on what was drawn; and `onSaid` with what a screen reader says.
   */
  playground.Pad = class {
    constructor(canvas, { onDrawn, onTaken, onSaid }) {
      Object.assign(this, { canvas, onDrawn, onTaken, onSaid })
      this.side = playground.SIDE
      this.pixels = new Float64Array(this.side ** 2)
      this.erases = false
      this.cursor = { row: 6, column: 8 }
      canvas.width = canvas.height = this.side * SQUARE
      canvas.addEventListener("pointerdown", (event) => this.#press(event))
      canvas.addEventListener("pointermove", (event) => this.#drag(event))
      canvas.addEventListener("keydown", (event) => this.#key(event))
      canvas.addEventListener("focus", () => this.show())
      canvas.addEventListener("blur", () => this.show())
    }

    /** Show other pixels, such as those of a real digit, in place of what was drawn. */
    put(pixels) {
      this.pixels = Float64Array.from(pixels)
      this.#done()
    }

    /** Paint the pad; `shown` are the pixels to show, if they are not those that were drawn. */
    show(shown = this.shown ?? this.pixels) {
      this.shown = shown
      const { side } = this
      const pen = this.canvas.getContext("2d")
      playground.paint(pen, shown, side, SQUARE)
      if (this.canvas.matches(":focus-visible")) {
        const { row, column } = this.cursor
        playground.frame(pen, column * SQUARE, row * SQUARE, SQUARE)
      }
    }

    #press(event) {
      if (event.button) return
      this.canvas.setPointerCapture(event.pointerId)
      this.#take()
      this.last = this.#place(event)
      this.#line(this.last, this.last)
      this.#done()
    }

    #drag(event) {
      if (!this.canvas.hasPointerCapture(event.pointerId)) return
      const place = this.#place(event)
      this.#line(this.last, place)
      this.last = place
      this.#done()
    }

    #place(event) {
      const box = this.canvas.getBoundingClientRect()
      return [
        ((event.clientY - box.top) / box.height) * this.side - 0.5,
        ((event.clientX - box.left) / box.width) * this.side - 0.5,
      ]
    }

    #line([fromRow, fromColumn], [row, column]) {
      const steps = Math.ceil(2 * Math.hypot(row - fromRow, column - fromColumn)) || 1
      for (let n = 0; n <= steps; n++) {
        const share = n / steps
        this.#dot(fromRow + share * (row - fromRow), fromColumn + share * (column - fromColumn))
      }
    }

    #dot(y, x) {
      for (let row = Math.floor(y) - 2; row <= y + 3; row++)
        for (let column = Math.floor(x) - 2; column <= x + 3; column++) {
          if (row < 0 || row >= this.side || column < 0 || column >= this.side) continue
          const away = Math.hypot(row - y, column - x)
          const ink = Math.min(1, Math.max(0, RADIUS + 0.5 - away))
          const place = row * this.side + column
          this.pixels[place] = this.erases
            ? Math.min(this.pixels[place], 1 - ink)
            : Math.max(this.pixels[place], ink)
        }
    }

    #key(event) {
      const step = STEPS[event.key]
      const { cursor, side } = this
      if (step) {
        cursor.row = Math.min(side - 1, Math.max(0, cursor.row + step[0]))
        cursor.column = Math.min(side - 1, Math.max(0, cursor.column + step[1]))
      } else if (event.key !== " ") return
      event.preventDefault()
      if (event.key === " " || event.shiftKey) {
        this.#take()
        this.#dot(cursor.row, cursor.column)
        this.#done()
      } else this.show()
      const pixels = this.shown ?? this.pixels
      const ink = pixels[cursor.row * side + cursor.column] > 0.5 ? "ink" : "empty"
      this.onSaid(`Row ${cursor.row + 1}, column ${cursor.column + 1}, ${ink}`)
    }

    #take() {
      if (!this.shown || this.shown === this.pixels) return
      this.pixels = this.shown.slice()
      this.onTaken()
    }

    #done() {
      this.shown = undefined
      this.show()
      this.onDrawn()
    }
  }
}
