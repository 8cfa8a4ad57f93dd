// Numbers as shades: 0 is paper, and the more the number, the more ink. Below 0 is another colour.

{
  const colours = { ink: "", paper: "", below: "", accent: "" }

  /** Read the page's colours, which differ between day and night; again whenever they change. */
  playground.readColours = (element) => {
    const style = getComputedStyle(element)
    for (const name of Object.keys(colours))
      colours[name] = style.getPropertyValue(`--playground-${name}`).trim()
  }

  // How the book, JupyterLab, VS Code and Colab mark the night, on the page or on its body.
  const NIGHT = ["data-theme", "data-jp-theme-light", "data-vscode-theme-kind", "theme"]

  /**
   * Call `repaint` whenever day and night change, or the width of a part of the page. What is
   * returned ends that.
   */
  playground.whenLooksChange = (part, repaint) => {
    const night = new MutationObserver(repaint)
    for (const element of [document.documentElement, document.body])
      night.observe(element, { attributeFilter: NIGHT })
    const width = new ResizeObserver(repaint)
    width.observe(part)
    return () => [night, width].forEach((each) => each.disconnect())
  }

  /**
   * Paint rows of numbers as squares. `largest` is the one that is all ink; without a `ground`,
   * what was there before shines through. `asPhotograph`: 0 is black and 1 is white.
   */
  playground.paint = (pen, values, width, square, options = {}) => {
    const { x = 0, y = 0, largest = 1, ground = true, asPhotograph = false } = options
    const height = values.length / width
    pen.fillStyle = colours.paper
    if (ground) pen.fillRect(x, y, width * square, height * square)
    for (let place = 0; place < values.length; place++) {
      const value = values[place]
      if (asPhotograph) {
        const grey = Math.round(255 * value)
        pen.fillStyle = `rgb(${grey} ${grey} ${grey})`
      } else {
        if (Math.abs(value) < largest / 256) continue
        pen.fillStyle = value > 0 ? colours.ink : colours.below
        pen.globalAlpha = Math.min(1, Math.abs(value) / largest)
      }
      const column = place % width
      pen.fillRect(x + column * square, y + ((place - column) / width) * square, square, square)
    }
    pen.globalAlpha = 1
  }

  /** A frame around a square part of a canvas, seen on ink and on paper. */
  playground.frame = (pen, x, y, side, scale = 1) => {
    pen.lineWidth = 5 * scale
    pen.strokeStyle = colours.paper
    pen.strokeRect(x, y, side, side)
    pen.lineWidth = 2.5 * scale
    pen.strokeStyle = colours.accent
    pen.strokeRect(x, y, side, side)
  }
}
