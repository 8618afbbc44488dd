// Moves the focus into what has just appeared: the error summary, or a region htmx has swapped in (H6, UX-F03).
// With `erreur`, says so in the title too. Without script the server sets the title and the summary has autofocus.
class EpFocus extends HTMLElement {
  connectedCallback() {
    const target = this.querySelector("[data-focus]") ?? this.firstElementChild;
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    requestAnimationFrame(() => target.focus());
    if (this.hasAttribute("erreur") && !document.title.startsWith("Erreur"))
      document.title = `Erreur : ${document.title}`;
    this.addEventListener("click", (event) => this.follow(event));
  }

  // A link of the summary focuses its field, and brings its label into view (UX-F04).
  follow(event) {
    const link = event.target.closest?.('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".ep-field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  }
}

customElements.define("ep-focus", EpFocus);
