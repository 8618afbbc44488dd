// Says five minutes before that the session ends, and when it has, without leaving the page: what is typed stays (UX-D06, X08).
// Without script: the server's line, on a page loaded in the last minutes.
//
//   <ep-session secondes="1800"><div role="status"></div> <template data-bientot>… <template data-bornee>… <template data-finie>…
//
// Asking how long is left is no use of the session. Staying is one, and so is coming back from a new sign-in in another tab: the page
// then takes the form token of the session of now.
const LEFT = "/connexion/reste";
const STAY = "/connexion/jeton";
const WARNING_S = 300;
const RETRY_S = 30;
const LONGEST_MS = 2 ** 31 - 1;
const minutes = new Intl.NumberFormat("fr", { style: "unit", unit: "minute", unitDisplay: "long" });

class EpSession extends HTMLElement {
  connectedCallback() {
    this.status = this.querySelector("[role=status]");
    this.plan(Number(this.getAttribute("secondes")) - WARNING_S);
    this.onanswer = (event) => this.answered(event);
    this.onserved = () => this.over && this.ask(STAY);
    this.onrefused = () => this.end();
    this.onshow = () => document.visibilityState === "visible" && this.ask(this.over ? STAY : LEFT);
    document.addEventListener("htmx:before:response", this.onanswer);
    document.addEventListener("ep:enregistre", this.onserved); // told by ep-autosave, like the next one
    document.addEventListener("ep:refuse", this.onrefused);
    document.addEventListener("visibilitychange", this.onshow);
    this.addEventListener("click", (event) => event.target.closest("button") && this.stay());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("htmx:before:response", this.onanswer);
    document.removeEventListener("ep:enregistre", this.onserved);
    document.removeEventListener("ep:refuse", this.onrefused);
    document.removeEventListener("visibilitychange", this.onshow);
  }

  plan(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(LEFT), Math.min(Math.max(seconds, 0) * 1000, LONGEST_MS));
  }

  async ask(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.status === 401) return this.end();
    if (!answer?.ok) return this.plan(RETRY_S);
    const { jeton, secondes } = await answer.json();
    if (jeton) this.take(jeton);
    this.tell(secondes, url === STAY);
  }

  async stay() {
    await this.ask(STAY);
    document.getElementById("contenu")?.focus({ preventScroll: true }); // the button is gone
  }

  tell(seconds, asked) {
    this.over = false;
    if (seconds > WARNING_S) {
      this.status.replaceChildren();
      return this.plan(seconds - WARNING_S);
    }
    this.show(asked ? "bornee" : "bientot");
    this.querySelector("[role=status] [data-minutes]").textContent = minutes.format(Math.max(1, Math.ceil(seconds / 60)));
    this.plan(seconds + 1);
  }

  end() {
    clearTimeout(this.timer);
    if (this.over) return;
    this.over = true;
    this.show("finie");
    const here = encodeURIComponent(location.pathname + location.search);
    this.querySelector("[role=status] a").href = `/connexion?suite=${here}`;
  }

  show(name) {
    this.status.replaceChildren(this.querySelector(`template[data-${name}]`).content.cloneNode(true));
  }

  take(token) {
    for (const field of document.querySelectorAll('input[name="_csrf"]')) field.value = token;
    for (const element of document.querySelectorAll("[jeton]")) element.setAttribute("jeton", token);
  }

  // htmx would go to the sign-in page, and what is typed with it.
  answered(event) {
    if (event.detail.ctx.response.status !== 401) return this.onserved();
    event.preventDefault();
    this.end();
  }
}

customElements.define("ep-session", EpSession);
