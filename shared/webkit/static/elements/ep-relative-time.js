// Keeps « dans 6 h », « il y a 2 min » true while the page stays open. Without script: the server's text.
const words = new Intl.RelativeTimeFormat("fr", { numeric: "always", style: "short" });
const steps = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];

function relative(instant) {
  const seconds = (instant - Date.now()) / 1000;
  const [unit, size] = steps.findLast(([, length]) => Math.abs(seconds) >= length) ?? [];
  if (!unit) return "à l'instant";
  return words.format(Math.trunc(seconds / size), unit);
}

class EpRelativeTime extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.refresh(), 60000);
    this.refresh();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  refresh() {
    const time = this.querySelector("time[datetime]");
    const instant = time ? Date.parse(time.dateTime) : NaN;
    if (!Number.isNaN(instant)) time.textContent = relative(instant);
  }
}

customElements.define("ep-relative-time", EpRelativeTime);
