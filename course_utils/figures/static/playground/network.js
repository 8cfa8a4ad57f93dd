// A trained network in plain JavaScript. It keeps every number on its way to the answer, and can
// take the number of any unit apart. Networks are written by course_utils/tools/book/playground.

/** What the scripts of a page of the playground share; networks by their names. */
const playground = { networks: {} }

/** Maps of equal size: `values[(map * height + row) * width + column]`. */
playground.Maps = class {
  constructor(count, height, width) {
    Object.assign(this, { count, height, width, values: new Float64Array(count * height * width) })
  }

  place({ map, row, column }) {
    return (map * this.height + row) * this.width + column
  }

  at(unit) {
    return this.values[this.place(unit)]
  }
}

/**
 * A convolution with stride 1 and no padding; a dense layer is one whose maps have one value.
 * Weights and biases, if it has any, are arrays, or texts as they are stored.
 */
playground.Convolution = class {
  constructor({ name, kind, kernel, relu, inputs, outputs, weight, bias }) {
    Object.assign(this, { name, kind, kernel, relu, inputs, outputs, stride: 1 })
    this.isBiased = bias !== undefined
    this.weights = numbers(weight)
    this.biases = this.isBiased ? numbers(bias) : new Float64Array(outputs)
  }

  run(below) {
    const { kernel, inputs, outputs, weights, biases, relu } = this
    const size = below.width - kernel + 1
    const above = new playground.Maps(outputs, below.height - kernel + 1, size)
    let place = 0
    for (let map = 0; map < outputs; map++)
      for (let row = 0; row < above.height; row++)
        for (let column = 0; column < size; column++) {
          let sum = biases[map]
          let weight = map * inputs * kernel * kernel
          for (let input = 0; input < inputs; input++)
            for (let y = 0; y < kernel; y++) {
              let value = (input * below.height + row + y) * below.width + column
              for (let x = 0; x < kernel; x++) sum += below.values[value++] * weights[weight++]
            }
          above.values[place++] = relu ? Math.max(0, sum) : sum
        }
    return above
  }

  /** The maps below that a unit sees. */
  sees() {
    return Array.from({ length: this.inputs }, (_, input) => input)
  }

  /** The products that a unit adds up: of each map below, its window, and the weights for it. */
  parts(below, { map, row, column }) {
    const { kernel, weights, inputs } = this
    return this.sees().map((input) => {
      const from = (map * inputs + input) * kernel * kernel
      const window = windowOf(below, { map: input, row, column }, kernel)
      const theirs = Array.from(weights.subarray(from, from + kernel * kernel))
      const products = window.map((value, n) => value * theirs[n])
      return { map: input, window, weights: theirs, products, sum: total(products) }
    })
  }

  bias({ map }) {
    return this.biases[map]
  }

  /** The slopes of something with respect to the maps below, from those to the maps `above`. */
  back(below, above, slopes) {
    const { kernel, inputs, outputs, weights, relu } = this
    const found = new playground.Maps(below.count, below.height, below.width)
    let place = 0
    for (let map = 0; map < outputs; map++)
      for (let row = 0; row < above.height; row++)
        for (let column = 0; column < above.width; column++, place++) {
          const slope = slopes.values[place]
          if (!slope || (relu && above.values[place] <= 0)) continue
          let weight = map * inputs * kernel * kernel
          for (let input = 0; input < inputs; input++)
            for (let y = 0; y < kernel; y++) {
              let value = (input * below.height + row + y) * below.width + column
              for (let x = 0; x < kernel; x++) found.values[value++] += slope * weights[weight++]
            }
        }
    return found
  }
}

/** The largest value of each window; windows lie side by side. */
class Pooling {
  constructor({ name, kind, kernel }) {
    Object.assign(this, { name, kind, kernel, stride: kernel })
  }

  run(below) {
    const { kernel } = this
    const above = new playground.Maps(below.count, below.height / kernel, below.width / kernel)
    let place = 0
    for (let map = 0; map < above.count; map++)
      for (let row = 0; row < above.height; row++)
        for (let column = 0; column < above.width; column++) {
          const corner = { map, row: row * kernel, column: column * kernel }
          above.values[place++] = Math.max(...windowOf(below, corner, kernel))
        }
    return above
  }

  sees({ map }) {
    return [map]
  }

  parts(below, { map, row, column }) {
    const { kernel } = this
    const corner = { map, row: row * kernel, column: column * kernel }
    return [{ map, window: windowOf(below, corner, kernel) }]
  }

  /** Only the largest number of a window, the first of equal ones, has a slope. */
  back(below, above, slopes) {
    const { kernel } = this
    const found = new playground.Maps(below.count, below.height, below.width)
    let place = 0
    for (let map = 0; map < above.count; map++)
      for (let row = 0; row < above.height; row++)
        for (let column = 0; column < above.width; column++, place++) {
          const corner = { map, row: row * kernel, column: column * kernel }
          const largest = windowOf(below, corner, kernel).indexOf(above.values[place])
          corner.row += Math.floor(largest / kernel)
          corner.column += largest % kernel
          found.values[below.place(corner)] += slopes.values[place]
        }
    return found
  }
}

/** A network from a stored one: layer after layer. */
playground.Network = class {
  constructor({ layers }) {
    this.layers = layers.map((facts) =>
      facts.kind === "pooling" ? new Pooling(facts) : new playground.Convolution(facts),
    )
  }

  /** The picture's maps, and behind them those of every layer; the last are the scores. */
  run(picture) {
    const all = [picture]
    for (const layer of this.layers) all.push(layer.run(all.at(-1)))
    return all
  }

  /** The score of every class for a picture. */
  scores(picture) {
    return Array.from(this.run(picture).at(-1).values)
  }

  /** The gradient of a class's score with respect to `maps[place]`; `maps` are those of `run`. */
  gradient(maps, label, place) {
    let slopes = new playground.Maps(maps.at(-1).count, 1, 1)
    slopes.values[label] = 1
    for (let above = maps.length - 1; above > place; above--)
      slopes = this.layers[above - 1].back(maps[above - 1], maps[above], slopes)
    return slopes
  }
}

/** Scores as shares of 1. */
playground.softmax = (scores) => {
  const largest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - largest))
  const sum = total(powers)
  return powers.map((power) => power / sum)
}

/** A digit of 28x28 values as the network takes it: with two empty pixels all round. */
playground.bordered = (pixels, border = 2) => {
  const size = Math.sqrt(pixels.length)
  const picture = new playground.Maps(1, size + 2 * border, size + 2 * border)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      picture.values[(row + border) * picture.width + column + border] = pixels[row * size + column]
  return picture
}

/** The bytes that a text in base64 stands for. */
playground.bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

function windowOf(maps, corner, size) {
  const values = []
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      values.push(maps.at({ map: corner.map, row: corner.row + y, column: corner.column + x }))
  return values
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0)
}

/** An array's numbers, or those in half precision, two bytes each, of a text in base64. */
function numbers(text) {
  if (Array.isArray(text)) return Float64Array.from(text)
  const bytes = playground.bytes(text)
  const found = new Float64Array(bytes.length / 2)
  for (let n = 0; n < found.length; n++) {
    const bits = bytes[2 * n] + 256 * bytes[2 * n + 1]
    const exponent = (bits >> 10) & 31
    const size = exponent
      ? 2 ** (exponent - 15) * (1 + (bits & 1023) / 1024)
      : 2 ** -14 * ((bits & 1023) / 1024)
    found[n] = bits >> 15 ? -size : size
  }
  return found
}
