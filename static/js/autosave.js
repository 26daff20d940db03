// Autosave: after a pause in typing, and when the page is left, the form's content goes to the address in data-autosave.
(() => {
  "use strict";
  const PAUSE = 900, RETRY = 5000;

  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const status = form.querySelector("[data-saved]");
    const say = (text) => { if (status && text) status.textContent = text; };
    let timer = 0, dirty = false, sending = false;

    const content = () => {
      const data = new FormData(form);
      // Files are sent by their own button.
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      data.set("autosave", "1");
      return data;
    };

    const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

    const save = async () => {
      if (sending) { later(PAUSE); return; }
      sending = true; dirty = false;
      say(status?.dataset.saving);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: content(), headers: { "X-Requested-With": "fetch", Accept: "application/json" } });
        if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
          const told = await answer.json();
          say(told.message);
          const seen = form.querySelector("input[name=seen]");
          if (seen && told.seen) seen.value = told.seen;
        }
        // A sign-in page instead of an answer: the session is over. What was typed is still here.
        else { dirty = true; say(answer.redirected || answer.status === 403 ? status?.dataset.signedOut : status?.dataset.offline); }
      } catch {
        dirty = true;
        say(status?.dataset.offline);
        later(RETRY);
      } finally { sending = false; }
    };

    form.addEventListener("input", () => { dirty = true; later(PAUSE); });
    form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
    // Leaving within the pause (a phone's app switch counts) must lose nothing.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && dirty) { clearTimeout(timer); navigator.sendBeacon(form.dataset.autosave, content()); dirty = false; }
    });
  }
})();
