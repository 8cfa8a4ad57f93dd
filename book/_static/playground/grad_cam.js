// Grad-CAM: where the last maps that have places speak for a class (lecture 18, section 4).

{
  const DIGITS = 5 // behind the point: gradients are small

  /** The place in `run`'s maps of the last ones of a convolution that still say where. */
  playground.lastMaps = (network, maps) =>
    network.layers.findLastIndex(
      (layer, n) => layer.kind === "convolution" && maps[n + 1].width > 1,
    ) + 1

  /**
   * Grad-CAM as a layer upon the last maps: a convolution of 1×1, whose weight for each map is the
   * mean gradient of the score of class `label` with respect to it, and a ReLU.
   */
  playground.gradCam = (network, maps, label) => {
    const place = playground.lastMaps(network, maps)
    const below = maps[place]
    const slopes = network.gradient(maps, label, place)
    const size = below.height * below.width
    const weight = Array.from({ length: below.count }, (_, map) => {
      const theirs = slopes.values.subarray(map * size, (map + 1) * size)
      return theirs.reduce((sum, slope) => sum + slope, 0) / size
    })
    const layer = new playground.Convolution({
      ...{ name: `Grad-CAM for ${label}`, kind: "convolution", kernel: 1, relu: true },
      ...{ inputs: below.count, outputs: 1, weight },
    })
    layer.digits = DIGITS
    return { layer, place, below, map: layer.run(below) }
  }

  /** How much of the picture a number of maps[place] sees: `size` pixels, every `step`. */
  playground.seen = (network, place) => {
    let [size, step] = [1, 1]
    for (const { kernel, stride } of network.layers.slice(0, place)) {
      size += (kernel - 1) * step
      step *= stride
    }
    return { size, step }
  }

  /** Where a map is largest, in words. */
  playground.camInWords = (map, label, answer) => {
    const largest = Math.max(...map.values)
    const asked = label === answer ? `${label}, its answer` : `${label}; its answer is ${answer}`
    if (largest === 0) return `You ask about ${asked}. Nowhere do the maps of C3 speak for it.`
    const place = map.values.indexOf(largest)
    const row = Math.floor(place / map.width) + 1
    const column = (place % map.width) + 1
    return (
      `You ask about ${asked}. The maps of C3 speak most for it in row ${row}, column ` +
      `${column} of ${map.height}: ${playground.written(largest, DIGITS)}.`
    )
  }
}
