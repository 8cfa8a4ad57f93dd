// The ten answers as bars, and the likeliest in large letters.

/** A share of 1 as the page writes it; no line ends within. */
playground.percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`

/** Classes from the likeliest to the least likely, as `[class, share]`. */
playground.ranked = (shares) => [...shares.entries()].sort((one, other) => other[1] - one[1])

/** Shows the shares of all classes in a table, and the largest in a headline. */
playground.Answers = class {
  constructor(table, headline) {
    this.headline = headline
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const row = table.insertRow()
      const name = Object.assign(document.createElement("th"), { scope: "row" })
      name.textContent = digit
      row.append(name)
      row.insertCell().className = "bar"
      row.insertCell().className = "share"
      return row
    })
  }

  show(shares) {
    const [digit, share] = playground.ranked(shares)[0]
    this.headline.textContent = `${digit}`
    for (const [number, row] of this.rows.entries()) {
      row.classList.toggle("likeliest", number === digit)
      row.cells[1].style.setProperty("--share", shares[number])
      row.cells[2].textContent = playground.percent(shares[number])
    }
    return [digit, share]
  }
}
