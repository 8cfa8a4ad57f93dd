// What can be done to a drawing of 28x28 values from 0 (paper) to 1 (ink).

/** The side of a drawing in pixels. */
playground.SIDE = 28

/**
 * A drawing that is moved, made larger or smaller about its middle, and covered with noise.
 * `right` and `down` are pixels, `size` is a factor, `noise` from 0 to 1. With 0, 0, 1 and 0 it
 * stays exactly as it is.
 */
playground.changed = (pixels, { right, down, size, noise }) => {
  const side = playground.SIDE
  const middle = (side - 1) / 2
  const drawn = new Float64Array(side * side)
  const grains = grain(1)
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const y = (row - down - middle) / size + middle
      const x = (column - right - middle) / size + middle
      const value = between(pixels, y, x) + noise * (grains() - 0.5)
      drawn[row * side + column] = Math.min(1, Math.max(0, value))
    }
  return drawn
}

/** By how many whole pixels a drawing has to move, right and down, to balance on its middle. */
playground.offCentre = (pixels) => {
  const side = playground.SIDE
  let ink = 0
  let x = 0
  let y = 0
  pixels.forEach((value, place) => {
    ink += value
    x += value * (place % side)
    y += value * Math.floor(place / side)
  })
  const middle = side / 2 // where MNIST puts it, too
  return ink ? { right: Math.round(middle - x / ink), down: Math.round(middle - y / ink) } : null
}

/** The value between pixels, in proportion to how near they are. */
function between(pixels, y, x) {
  const side = playground.SIDE
  const top = Math.floor(y)
  const left = Math.floor(x)
  let value = 0
  for (const row of [top, top + 1])
    for (const column of [left, left + 1]) {
      const share = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column))
      const inside = row >= 0 && row < side && column >= 0 && column < side
      if (inside && share > 0) value += share * pixels[row * side + column]
    }
  return value
}

/** Random numbers from 0 to 1, the same ones each time (mulberry32), so that noise stands still. */
function grain(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
