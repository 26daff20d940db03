// Everything works without this file; it only makes waiting and typing kinder.
(() => {
  "use strict";
  // An error summary takes the focus, so that a screen reader begins there.
  document.querySelector(".error-summary")?.focus();

  // A second press of a button must not send a form twice; the server would notice, but the person should too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    setTimeout(() => delete form.dataset.sending, 4000);
  });

  // Autosave: after a pause the form's content goes to the address in data-autosave.
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const status = form.querySelector("[data-saved]");
    let timer = 0;
    const save = async () => {
      const data = new FormData(form);
      data.set("autosave", "1");
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
        if (status && answer.ok) status.textContent = (await answer.json()).message;
      } catch { if (status) status.textContent = status.dataset.offline; }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 900); });
  }

  // The name and size of a chosen file, and a preview when it is a picture.
  for (const input of document.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      let note = input.parentElement.querySelector("[data-chosen]");
      if (!note) { note = document.createElement("p"); note.dataset.chosen = ""; note.className = "small muted"; input.after(note); }
      note.textContent = file ? `${file.name} · ${(file.size / 1048576).toFixed(1)} MB` : "";
    });
  }
})();
