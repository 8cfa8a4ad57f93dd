// A few words beside a mouse: what it points at. Fingers and keys choose, and are told all of it.

playground.Tip = class {
  constructor(holder) {
    this.box = Object.assign(document.createElement("p"), { className: "tip", hidden: true })
    this.box.ariaHidden = "true"
    this.box.popover = "manual" // above everything, wherever the page has put the canvas
    holder.append(this.box)
    addEventListener("keydown", (event) => event.key === "Escape" && this.hide())
    addEventListener("scroll", () => this.hide(), { capture: true, passive: true })
  }

  /** Show lines of text where an event happened, within the window. */
  show({ clientX, clientY }, lines) {
    const { box } = this
    box.textContent = lines.join("\n")
    box.hidden = false
    if (!box.matches(":popover-open")) box.showPopover()
    const { width, height } = box.getBoundingClientRect()
    const left = Math.min(clientX + 14, document.documentElement.clientWidth - width - 4)
    const below = clientY + 18
    const top = below + height > innerHeight ? clientY - height - 12 : below
    Object.assign(box.style, { left: `${Math.max(4, left)}px`, top: `${top}px` })
  }

  hide() {
    if (this.box.hidden) return
    this.box.hidePopover()
    this.box.hidden = true
  }
}
