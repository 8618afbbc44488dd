// Asks now and then whether something is new: every 20 s while the page is looked at and somebody has touched it lately, so
// that an abandoned desk does not keep its session alive. It only says « tic »; what is asked is written on the link (hx-get).
const PERIOD_MS = 20000;
const PRESENCE_MS = 2 * 60000;

class EpLive extends HTMLElement {
  connectedCallback() {
    // A strip of links too long for a narrow screen begins at the one that is open.
    document.querySelector(".ag-views [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
    this.touched = Date.now();
    this.touch = () => (this.touched = Date.now());
    for (const name of ["pointermove", "keydown", "scroll"]) document.addEventListener(name, this.touch, { passive: true });
    this.timer = setInterval(() => this.tick(), PERIOD_MS);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    for (const name of ["pointermove", "keydown", "scroll"]) document.removeEventListener(name, this.touch);
  }

  tick() {
    const present = Date.now() - this.touched < PRESENCE_MS;
    if (document.visibilityState === "visible" && present) this.querySelector("[data-tic]")?.dispatchEvent(new Event("tic"));
  }
}

customElements.define("ep-live", EpLive);
