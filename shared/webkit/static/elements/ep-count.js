// Remaining characters of a textarea (UX-F20): counted in code points after newline normalisation, as the server does.
// Said aloud at most once a second, and only from 90 % on. Without script the static hint says the limit.
const number = new Intl.NumberFormat("fr-FR");

class EpCount extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    this.max = Number(this.getAttribute("max"));
    if (!this.area || !this.max) return;
    this.shown = this.appendChild(document.createElement("p"));
    this.shown.className = "ep-hint";
    this.shown.setAttribute("aria-hidden", "true");
    this.said = this.appendChild(document.createElement("p"));
    this.said.className = "ep-hidden";
    this.said.setAttribute("role", "status");
    this.area.addEventListener("input", () => this.count());
    this.again = () => this.count();
    document.addEventListener("htmx:after:swap", this.again);
    this.count();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("htmx:after:swap", this.again);
    this.shown?.remove();
    this.said?.remove();
  }

  count() {
    for (const part of [this.shown, this.said]) if (!part.isConnected) this.append(part); // the form was rendered again around us
    const used = [...this.area.value.replace(/\r\n?/g, "\n")].length;
    const left = this.max - used;
    const text =
      left >= 0
        ? `Il reste ${number.format(left)} caractère${left > 1 ? "s" : ""}`
        : `${number.format(-left)} caractère${left < -1 ? "s" : ""} en trop`;
    this.shown.textContent = text;
    this.shown.className = left < 0 ? "ep-error" : "ep-hint";
    clearTimeout(this.timer);
    if (used >= this.max * 0.9) this.timer = setTimeout(() => (this.said.textContent = text), 1000);
  }
}

customElements.define("ep-count", EpCount);
