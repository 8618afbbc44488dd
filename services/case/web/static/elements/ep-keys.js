// Shortcuts of the agents' desk (UX-A17), by `event.key`, so that they work on every keyboard. Ignored while typing. The server
// leaves this element out when somebody switched them off (WCAG 2.1.4). What a key does is written on the page: `data-touche`.
class EpKeys extends HTMLElement {
  connectedCallback() {
    this.press = (event) => this.pressed(event);
    document.addEventListener("keydown", this.press);
    this.help = this.querySelector("dialog");
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.press);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "?" && this.help) this.help.showModal();
    else if (event.key === "j" || event.key === "k") this.move(event.key === "j" ? 1 : -1);
    else if (!this.act(event.key)) return;
    event.preventDefault();
  }

  move(step) {
    const rows = [...document.querySelectorAll("[data-rang]")];
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, here + step))].focus();
  }

  act(key) {
    if (!/^[a-z]$/.test(key)) return false;
    const wanted = `[data-touche~="${key}"]`;
    const row = document.activeElement?.closest("tr"); // in the queue a key is for the row that has the focus, never for another
    const target = row?.querySelector(wanted) ?? document.querySelector(`${wanted}:not(tr *)`);
    if (!target) return false;
    if (target.type === "radio") {
      target.checked = true;
      target.form.elements.texte.focus();
    } else target.click();
    return true;
  }
}

customElements.define("ep-keys", EpKeys);
