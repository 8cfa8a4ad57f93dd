// Animations wait on their first frame until somebody plays them, once, or steps through them.
// Their pictures and knobs are made by course_utils/tools/book/player.py.
for (const player of document.querySelectorAll(".player")) {
  const slider = player.querySelector("input")
  const play = player.querySelector(".play")
  const count = player.querySelector(".count")
  const columns = Number(player.style.getPropertyValue("--columns"))
  let timer = null

  function show(step) {
    slider.value = step
    const frame = slider.value - 1
    player.style.setProperty("--column", frame % columns)
    player.style.setProperty("--row", Math.floor(frame / columns))
    count.textContent = `${slider.value} of ${slider.max}`
    slider.setAttribute("aria-valuetext", `Step ${count.textContent}`)
  }

  function pause() {
    clearInterval(timer)
    timer = null
    play.textContent = "Play"
  }

  function start() {
    if (slider.value === slider.max) show(1)
    timer = setInterval(() => {
      show(Number(slider.value) + 1)
      if (slider.value === slider.max) pause()
    }, Number(player.dataset.milliseconds))
    play.textContent = "Pause"
  }

  play.addEventListener("click", () => (timer ? pause() : start()))
  slider.addEventListener("input", () => {
    pause()
    show(slider.value)
  })
  for (const button of player.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      pause()
      show(Number(slider.value) + Number(button.dataset.step))
    })
  }
  player.querySelector(".controls").hidden = false
  show(1)
}
