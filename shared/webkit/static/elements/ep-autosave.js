// Saves the draft of the form it wraps at most 2 s after the last change and when the page hides (UX-D01, D03 to D08).
// Nothing is kept in the browser. Without script: the button « Enregistrer le brouillon ».
//
//   <ep-autosave url="…" renouveler="…"><form>… <input type="hidden" name="version">
//     <p role="status" data-brouillon></p> <div role="alert" data-alerte></div></form></ep-autosave>
//
// `renouveler` gives the form token of the session of now: after a new sign-in in another tab the page goes on.
// The server answers JSON {message, version, page}: `page` is where the draft is found again, by a reload or after a new sign-in. A
// refusal is a problem+json with `detail`; 409 carries `recharger` with its `lien`, and the `version` that this one may be saved over.
const PAUSE_MS = 1200;
const SIGN_IN = "/connexion";
const RETRIES_MS = [2000, 5000, 15000, 30000];

class EpAutosave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form) return;
    this.alert = this.querySelector("[data-alerte]");
    this.failures = 0;
    this.dirty = false;
    this.form.addEventListener("input", (event) => this.touched(event));
    this.form.addEventListener("change", (event) => this.touched(event));
    this.form.addEventListener("submit", (event) => this.leave(event));
    this.onhide = () => this.dirty && !this.stopped && this.save(document.visibilityState === "hidden");
    document.addEventListener("visibilitychange", this.onhide);
    this.onunload = () => this.dirty && !this.stopped && this.save(true); // before the next page is asked for, which shows the draft
    window.addEventListener("beforeunload", this.onunload);
    this.onleave = (event) => this.before(event);
    for (const name of ["click", "submit"]) document.addEventListener(name, this.onleave);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onhide);
    window.removeEventListener("beforeunload", this.onunload);
    for (const name of ["click", "submit"]) document.removeEventListener(name, this.onleave);
  }

  // Whether the session has ended, as the page knows it: whatever leads away would lead to the sign-in page, without what is typed.
  get signedOut() {
    return Boolean(document.querySelector("ep-session")?.over);
  }

  // A link or another form of the page leads away: what is not saved yet is saved first, so that the next page shows it. Once told that
  // a save failed, the person leaves as they wish.
  before(event) {
    const told = this.failures && !this.signedOut;
    if (event.defaultPrevented || this.stopped || told || !(this.dirty || this.busy)) return;
    const go = event.type === "click" ? this.follow(event) : this.send(event);
    if (go) this.hold(event, go);
  }

  // Save, then go; stay when it fails.
  hold(event, go) {
    event.preventDefault();
    this.after = () => this.failures || go();
    if (!this.busy) this.save(false);
  }

  follow(event) {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target || link?.download;
    if (!link || elsewhere || (link.hash && link.pathname + link.search === location.pathname + location.search)) return null;
    return () => location.assign(link.href);
  }

  send(event) {
    const { target: form, submitter } = event;
    if (form === this.form || form.method === "dialog") return null;
    return () => form.requestSubmit(submitter);
  }

  // The page's own submit carries everything: nothing more is saved, and a save under way ends first.
  leave(event) {
    const submitter = event.submitter;
    const go = () => this.form.requestSubmit(submitter);
    clearTimeout(this.timer);
    if (this.signedOut && !this.sure) return this.hold(event, () => ((this.sure = true), go()));
    this.stopped = true;
    this.dirty = false;
    if (!this.busy) return;
    event.preventDefault();
    this.after = go;
  }

  touched(event) {
    if (event.target.type === "file" || this.stopped) return;
    this.dirty = true;
    this.plan(PAUSE_MS);
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(false), delay);
  }

  body() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("action", "brouillon");
    return new URLSearchParams(data);
  }

  async save(leaving) {
    if (this.busy) return this.plan(PAUSE_MS);
    this.busy = true;
    this.dirty = this.again = false;
    try {
      const answer = await fetch(this.getAttribute("url"), {
        method: "POST",
        body: this.body(),
        headers: { Accept: "application/json" },
        keepalive: leaving,
        redirect: "error",
      });
      await this.read(answer);
    } catch {
      this.failed("La connexion a été perdue : vos dernières modifications ne sont pas enregistrées. Nouvel essai en cours…", true);
    } finally {
      this.busy = false;
      this.next();
    }
  }

  next() {
    const after = this.after;
    if (this.again) return this.save(false);
    this.after = null;
    after?.();
  }

  // True when the session has another token than this page: it is taken, and the save may be tried again.
  async renew() {
    const answer = await fetch(this.getAttribute("renouveler"), { headers: { Accept: "application/json" } }).catch(() => null);
    const token = answer?.ok && (await answer.json()).jeton;
    if (!token || token === this.form.elements._csrf.value) return false;
    for (const field of document.querySelectorAll('input[name="_csrf"]')) field.value = token;
    for (const element of this.querySelectorAll("[jeton]")) element.setAttribute("jeton", token);
    return true;
  }

  async read(answer) {
    const content = await answer.json().catch(() => ({}));
    if (answer.ok) return this.saved(content);
    if ((answer.status === 401 || answer.status === 403) && (await this.renew())) return (this.again = true);
    if (answer.status === 401) return this.signOut(content.detail);
    if (answer.status === 409) return this.failed(content.detail, false, content.recharger, content.lien, content.version);
    this.failed(content.detail ?? "Le brouillon n'a pas pu être enregistré. Nouvel essai en cours…", answer.status >= 500);
  }

  saved(content) {
    this.failures = 0;
    this.alert.replaceChildren();
    this.tell(content.message);
    for (const name of ["version", "brouillon"])
      if (this.form.elements[name] && content[name] !== undefined) this.form.elements[name].value = content[name];
    document.dispatchEvent(new Event("ep:enregistre")); // somebody is signed in
    if (content.page) history.replaceState(history.state, "", content.page);
    if (this.dirty) this.plan(PAUSE_MS);
  }

  // Beside the title and at the foot: a long form shows one of them; only the one that is a status is said aloud.
  tell(text) {
    for (const place of this.querySelectorAll("[data-brouillon]")) place.textContent = text;
  }

  signOut(text) {
    document.dispatchEvent(new Event("ep:refuse"));
    this.failed(text, false, SIGN_IN, "Se reconnecter");
  }

  failed(text, retry, url, action, version) {
    this.dirty = true;
    this.tell("");
    const line = document.createElement("p");
    line.className = "ep-error";
    line.tabIndex = -1;
    line.textContent = text;
    if (url) line.append(" ", this.link(url, action));
    if (version !== undefined) line.append(" ", this.keeper(version));
    this.alert.replaceChildren(line);
    if (this.failures === 0 || this.after) line.focus();
    this.failures += 1;
    this.stopped = !retry && url !== SIGN_IN;
    if (retry) this.plan(RETRIES_MS[Math.min(this.failures - 1, RETRIES_MS.length - 1)]);
  }

  // In a new tab: what is typed here stays.
  link(url, action) {
    const link = document.createElement("a");
    link.href = url === SIGN_IN ? `${SIGN_IN}?suite=${encodeURIComponent(location.pathname + location.search)}` : url;
    link.textContent = `${action} (nouvel onglet)`;
    link.target = "_blank";
    return link;
  }

  keeper(version) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ep-button ep-button-secondary ep-button-small";
    button.textContent = "Garder cette version";
    button.addEventListener("click", () => {
      this.form.elements.version.value = version;
      this.stopped = false;
      this.failures = 0;
      this.tabIndex = -1;
      this.focus({ preventScroll: true }); // the button goes
      this.save(false);
    });
    return button;
  }
}

customElements.define("ep-autosave", EpAutosave);
