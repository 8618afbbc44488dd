// Sends each file as soon as it is chosen, with its progress (UX-U01 to U08). One refused file never stops the others.
//
//   <ep-upload url="…" jeton="…" max-octets="5242880" max-fichiers="8" avec="motif">
//     <div class="ep-drop"> <input type="file" multiple> <button class="ep-js-off">Téléverser</button> </div>
//     <ul data-liste> rows rendered by the server </ul> <p role="status" data-etat></p>
//   </ep-upload>
//
// `avec` names a field of the form that the row depends on: its value goes along in the header `X-<Name>`.
// Each upload answers the row as an HTML fragment (201), or a problem+json whose `detail` says why not (4xx: no retry).
const SENDING = "Envoi";

class EpUpload extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.list = this.querySelector("[data-liste]");
    this.state = this.querySelector("[data-etat]");
    this.zone = this.querySelector(".ep-drop");
    if (!this.input || !this.list) return;
    this.queue = Promise.resolve();
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.closest("form")?.addEventListener("submit", (event) => this.submitted(event));
    for (const name of ["dragover", "dragleave", "drop"]) this.zone.addEventListener(name, (event) => this.dragged(event));
  }

  // A form that leaves takes every file with it: it waits for those on their way, and stays when one of them failed.
  submitted(event) {
    if (!this.list.querySelector("li:not([data-refuse]) progress")) return;
    event.preventDefault();
    const { target, submitter } = event;
    this.state.textContent = "L'envoi part dès que les fichiers sont arrivés";
    this.queue.then(() => this.list.querySelector("li[data-refuse]") || target.requestSubmit(submitter));
  }

  dragged(event) {
    event.preventDefault();
    this.zone.toggleAttribute("data-survol", event.type === "dragover");
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  take(files) {
    this.input.value = "";
    for (const file of files) {
      const row = this.row(file);
      const reason = this.refusal(file);
      if (reason) this.refuse(row, reason);
      else this.queue = this.queue.then(() => this.send(file, row));
    }
  }

  refusal(file) {
    const limit = Number(this.getAttribute("max-octets"));
    const most = Number(this.getAttribute("max-fichiers"));
    if (this.list.querySelectorAll("li:not([data-refuse])").length > most) return `${most} fichiers maximum`;
    if (file.size === 0) return "Le fichier est vide";
    if (file.size > limit) return "Le fichier dépasse 5 Mo";
    return "";
  }

  row(file) {
    const row = document.createElement("li");
    row.className = "ep-file";
    row.innerHTML =
      '<span></span><span class="ep-file-name"></span><span data-boutons></span><progress max="100" value="0"></progress><span></span><span class="ep-file-state" data-mot>En attente</span>';
    row.querySelector(".ep-file-name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", `Envoi de ${file.name}`);
    this.list.append(row);
    return row;
  }

  say(row, text) {
    row.querySelector("[data-mot]").textContent = text;
  }

  send(file, row) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("fichier", file);
      request.open("POST", this.getAttribute("url"));
      request.setRequestHeader("Accept", "text/html, application/problem+json");
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("X-CSRF-Token", this.getAttribute("jeton"));
      const field = this.getAttribute("avec");
      const value = field && this.closest("form")?.elements[field]?.value;
      if (value) request.setRequestHeader(`X-${field}`, value);
      request.upload.addEventListener("progress", (event) => {
        const share = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
        row.querySelector("progress").value = share;
        this.say(row, share < 100 ? `${SENDING} ${share} %` : "Vérification…");
      });
      request.addEventListener("load", () => this.answered(request, file, row));
      request.addEventListener("error", () => this.lost(file, row, "La connexion a été perdue"));
      request.addEventListener("loadend", done);
      this.say(row, SENDING);
      request.send(data);
    });
  }

  answered(request, file, row) {
    if (request.status === 201) {
      const shell = document.createElement("ul");
      shell.innerHTML = request.responseText;
      if (!row.isConnected) this.list.append(row); // the form was rendered again while the file was on its way
      row.replaceWith(...shell.children);
      this.state.textContent = `${file.name} : reçu`;
      this.changed();
    } else if (request.status >= 400 && request.status < 500) {
      this.refuse(row, this.reason(request));
    } else {
      this.lost(file, row, this.reason(request));
    }
  }

  reason(request) {
    try {
      const problem = JSON.parse(request.responseText);
      return problem.champs?.[0]?.message || problem.detail || problem.title;
    } catch {
      return "L'envoi a échoué";
    }
  }

  refuse(row, reason) {
    row.dataset.ton = "error";
    row.dataset.refuse = "";
    row.querySelector("progress")?.remove();
    this.say(row, `Refusé : ${reason}`);
    this.buttons(row, [["Retirer", () => this.forget(row)]]);
    this.state.textContent = `${row.querySelector(".ep-file-name").textContent} : refusé, ${reason}`;
  }

  lost(file, row, reason) {
    row.dataset.ton = "error";
    row.dataset.refuse = "";
    this.say(row, reason);
    const again = () => {
      this.forget(row);
      this.take([file]);
    };
    this.buttons(row, [["Réessayer", again], ["Retirer", () => this.forget(row)]]);
    this.state.textContent = `${file.name} : ${reason}`;
  }

  // The button goes with its row: the focus goes to the next thing to do, not to the top of the page (UX-X03).
  forget(row) {
    row.remove();
    this.input.focus();
  }

  buttons(row, actions) {
    const place = row.querySelector("[data-boutons]");
    place.replaceChildren();
    for (const [text, act] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ep-button ep-button-quiet ep-button-small";
      button.textContent = text;
      const hidden = button.appendChild(document.createElement("span"));
      hidden.className = "ep-hidden";
      hidden.textContent = ` ${row.querySelector(".ep-file-name").textContent}`;
      button.addEventListener("click", act);
      place.append(button);
    }
  }

  async clicked(event) {
    const button = event.target.closest("button[data-supprimer]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const name = row.querySelector(".ep-file-name").textContent;
    const answer = await fetch(button.dataset.supprimer, {
      method: "POST",
      headers: { "X-CSRF-Token": this.getAttribute("jeton"), "HX-Request": "true" },
    }).catch(() => null);
    if (answer?.ok) {
      this.forget(row);
      this.state.textContent = `${name} : supprimé`;
      this.changed();
    } else this.state.textContent = `${name} : la suppression a échoué, réessayez`;
  }

  // The list of files is part of the form: the wrapping autosave and the server's conditional fields hear of it.
  changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("ep-upload", EpUpload);
