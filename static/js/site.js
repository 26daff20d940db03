// Everything works without this file; it only makes pages kinder.
(() => {
  "use strict";
  // An error summary takes the focus, so that a screen reader begins there.
  document.querySelector("[data-error-summary]")?.focus();

  // The phone's menu: without this file the link jumps to the menu and so opens it (:target).
  for (const link of document.querySelectorAll("[data-menu]")) {
    const menu = document.getElementById(link.dataset.menu);
    const show = (open) => {
      menu.toggleAttribute("data-open", open);
      link.setAttribute("aria-expanded", String(open));
    };
    link.setAttribute("role", "button");
    link.setAttribute("aria-controls", link.dataset.menu);
    show(false);
    link.addEventListener("click", (event) => { event.preventDefault(); show(!menu.hasAttribute("data-open")); });
    link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); link.click(); } });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.hasAttribute("data-open")) { show(false); link.focus(); }
    });
  }
  // The user's menu closes on Escape and on a click elsewhere.
  for (const menu of document.querySelectorAll(".user-menu")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });
  }

  // A second press of a button must not send a form twice; the server would notice, but the person should too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => allow(form), 4000);
  });
  const allow = (form) => {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };
  window.addEventListener("pageshow", () => { for (const form of document.forms) allow(form); });
})();
