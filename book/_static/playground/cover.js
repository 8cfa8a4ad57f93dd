// Which part of a drawing the answer depends on: cover a part, ask again, move the cover on.

{
  const COVER = 6 // side of the cover in pixels
  const STEP = 2
  const AT_ONCE = 14 // places between two looks at the page

  /**
   * Cover every part of a drawing in turn. For each place, `share` is what is left of the answer's
   * share, and `answer` what the network says instead.
   */
  playground.covered = async (network, pixels) => {
    const side = playground.SIDE
    const ask = (drawing) => playground.softmax(network.scores(playground.bordered(drawing)))
    const [answer, share] = playground.ranked(ask(pixels))[0]
    const places = []
    for (let row = STEP - COVER; row < side; row += STEP)
      for (let column = STEP - COVER; column < side; column += STEP) {
        const rest = pixels.slice()
        let hidden = 0
        for (let y = Math.max(0, row); y < Math.min(side, row + COVER); y++)
          for (let x = Math.max(0, column); x < Math.min(side, column + COVER); x++) {
            hidden += rest[y * side + x]
            rest[y * side + x] = 0
          }
        if (!hidden) continue // no ink, no change
        const shares = ask(rest)
        places.push({ row, column, share: shares[answer], answer: playground.ranked(shares)[0][0] })
        if (places.length % AT_ONCE === 0) await new Promise(requestAnimationFrame)
      }
    return { answer, share, places }
  }

  /** Show on a canvas how far the answer's share falls, the most where a pixel is covered. */
  playground.showCovered = (canvas, pixels, { share, places }) => {
    const side = playground.SIDE
    const square = 12
    canvas.width = canvas.height = side * square
    const falls = new Float64Array(side * side)
    const counts = new Float64Array(side * side)
    for (const place of places)
      for (let y = Math.max(0, place.row); y < Math.min(side, place.row + COVER); y++)
        for (let x = Math.max(0, place.column); x < Math.min(side, place.column + COVER); x++) {
          falls[y * side + x] += Math.max(0, share - place.share)
          counts[y * side + x] += 1
        }
    const means = falls.map((fall, n) => (counts[n] ? -fall / counts[n] : 0))
    const pen = canvas.getContext("2d")
    playground.paint(pen, means, side, square, { largest: share || 1 })
    playground.paint(pen, pixels, side, square, { largest: 2.5, ground: false })
  }

  /** What was found, in sentences. */
  playground.coveredInWords = ({ answer, share, places }) => {
    if (!places.length) return "There is no ink to cover."
    const changed = places.filter((place) => place.answer !== answer)
    const worst = places.reduce((one, other) => (other.share < one.share ? other : one))
    const middle = (start) => Math.min(playground.SIDE, Math.max(1, start + COVER / 2))
    const others = [...new Set(changed.map((place) => place.answer))].map((digit) => {
      return `${digit} (${changed.filter((place) => place.answer === digit).length})`
    })
    return (
      `The network says ${answer}, ${playground.percent(share)}. ` +
      `Covering ${COVER}×${COVER} pixels changes that in ` +
      `${changed.length || "none"} of ${places.length} places` +
      `${changed.length ? `: to ${others.join(", ")}` : ""}. The share falls most, to ` +
      `${playground.percent(worst.share)}, around row ${middle(worst.row)}, ` +
      `column ${middle(worst.column)}.`
    )
  }
}
