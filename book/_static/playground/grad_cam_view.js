// Grad-CAM over a drawing, for the network's answer or for any other class.

{
  const SQUARE = 20 // of a number of the map, in pixels of the page
  const FAINT = 2.5 // ink of the drawing below the colours: as if the largest number were this

  /** `part` is a part of the page; `onSaid` is called with what a screen reader says. */
  playground.GradCamView = class {
    constructor(part, network, { tip, onSaid }) {
      Object.assign(this, { part, network, onSaid, asked: null, chosen: null })
      this.sum = new playground.Sum(part.querySelector(".asked"))
      const pointed = (unit, event) => {
        if (unit) tip.show(event, playground.inBrief({ ...this.#found(), unit }))
        else tip.hide()
      }
      this.view = new playground.MapsView(part.querySelector("canvas"), {
        ...{ rows: [1], least: 1, most: SQUARE, rim: 3 },
        paint: (...how) => this.#paint(...how),
        onChosen: (unit) => this.#choose(unit),
        onPointed: pointed,
      })
      this.#offer("Its answer", null).checked = true
      for (let label = 0; label < 10; label++) this.#offer(`${label}`, label)
    }

    /** Show the map for what `run` made of a picture, whose answer is a class. */
    show(maps, answer) {
      Object.assign(this, { maps, answer })
      this.all = Array.from({ length: maps.at(-1).count }, (_, label) =>
        playground.gradCam(this.network, maps, label),
      )
      this.redraw()
    }

    #offer(words, label) {
      const choice = document.createElement("label")
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "asked" })
      radio.addEventListener("change", () => {
        this.asked = label
        this.redraw()
        this.onSaid(this.part.querySelector(".found").textContent)
      })
      choice.append(radio, ` ${words}`)
      this.part.querySelector("fieldset").append(choice)
      return radio
    }

    #found() {
      const { layer, place, below, map } = this.all[this.asked ?? this.answer]
      return { layer, place, below, above: map }
    }

    /** Draw it again: somebody asks about another class, or the page's colours have changed. */
    redraw() {
      const label = this.asked ?? this.answer
      const found = this.#found()
      const { above } = found
      const { size, step } = playground.seen(this.network, found.place)
      const unit = this.chosen ?? playground.strongest(above)
      const away = (size / step - 1) / 2
      const window = {
        ...{ maps: [0], size: size / step },
        ...{ row: unit.row - away, column: unit.column - away },
      }
      const largest = Math.max(1e-9, ...this.all.flatMap(({ map }) => [...map.values]))
      this.view.draw(above, { chosen: unit, window, largest })
      const below = this.network.layers[found.place - 1].name
      this.sum.show({ ...found, unit, belowName: below, weightName: "Mean gradient" })
      const words = playground.camInWords(above, label, this.answer)
      this.part.querySelector(".found").textContent = words
    }

    #choose(unit) {
      this.chosen = unit
      this.redraw()
      this.onSaid(this.sum.title.textContent)
    }

    /** The map's colours where what its numbers see has its middle, and on them the picture. */
    #paint(pen, values, width, square, { x, y, largest }) {
      const [picture] = this.maps
      const side = (picture.width * square) / 2
      const corner = { x: x - (side - width * square) / 2, y: y - (side - width * square) / 2 }
      playground.paint(pen, [0], 1, side, corner)
      const orange = values.map((value) => -value)
      playground.paint(pen, orange, width, square, { x, y, largest, ground: false })
      const faint = { ...corner, largest: FAINT, ground: false }
      playground.paint(pen, picture.values, picture.width, square / 2, faint)
    }
  }
}
