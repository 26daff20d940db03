// Says it when a passkey was refused or the window for it was closed; allauth's own scripts only write that to the console.
(() => {
  "use strict";
  const words = document.currentScript.dataset.failed;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const place = document.querySelector("#content .wrap");
    let note = place.querySelector("[data-passkey-error]");
    if (!note) {
      note = document.createElement("p");
      note.className = "message message--error";
      note.dataset.passkeyError = "";
      note.setAttribute("role", "alert");
      place.prepend(note);
    }
    note.textContent = words;
    window.scrollTo(0, 0);
  });
})();
