// Shows the password being typed, for whoever asks (UX-C01). Hidden again before the form leaves, so that no browser
// remembers it as a text. Without script the field stays hidden and there is no button.
class EpReveal extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=password]");
    if (!this.input) return;
    this.button = this.appendChild(document.createElement("button"));
    this.button.type = "button";
    this.button.className = "ep-button ep-button-quiet ep-button-small";
    this.button.setAttribute("aria-controls", this.input.id);
    this.button.addEventListener("click", () => this.show(this.input.type === "password"));
    this.hide = () => this.show(false);
    this.input.form?.addEventListener("submit", this.hide);
    this.show(false);
  }

  disconnectedCallback() {
    this.input?.form?.removeEventListener("submit", this.hide);
    this.button?.remove();
  }

  show(shown) {
    this.input.type = shown ? "text" : "password";
    this.button.textContent = shown ? "Masquer le mot de passe" : "Afficher le mot de passe";
  }
}

customElements.define("ep-reveal", EpReveal);
