// Asks in a dialog before a form is sent. Without script the server answers the same form with a confirmation page,
// because `confirme` is missing.
class EpConfirm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form?.addEventListener("submit", (event) => this.ask(event));
  }

  ask(event) {
    if (this.form.elements.confirme) return;
    event.preventDefault();
    const dialog = this.build();
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "oui") this.confirm(event.submitter);
      else event.submitter?.focus();
    });
    dialog.showModal();
  }

  build() {
    const dialog = document.createElement("dialog");
    dialog.className = "ep-dialog";
    const title = dialog.appendChild(document.createElement("h2"));
    title.id = "ep-confirm-titre";
    title.textContent = this.getAttribute("titre") ?? "Confirmer ?";
    dialog.setAttribute("aria-labelledby", title.id);
    const text = dialog.appendChild(document.createElement("p"));
    text.textContent = this.getAttribute("texte") ?? "";
    const choice = dialog.appendChild(document.createElement("form"));
    choice.method = "dialog";
    choice.className = "ep-actions";
    choice.append(this.button("non", "Annuler", "ep-button ep-button-secondary"));
    choice.append(this.button("oui", this.getAttribute("action") ?? "Confirmer", "ep-button ep-button-danger"));
    return dialog;
  }

  button(value, text, look) {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = text;
    button.className = look;
    return button;
  }

  confirm(submitter) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "confirme";
    field.value = "oui";
    this.form.append(field);
    this.form.requestSubmit(submitter ?? undefined);
  }
}

customElements.define("ep-confirm", EpConfirm);
