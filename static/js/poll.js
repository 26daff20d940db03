// A part of the page that waits for work in the background asks for itself again. Without this file a link does it.
(() => {
  "use strict";
  const ask = async (box) => {
    try {
      const answer = await fetch(box.dataset.poll, { headers: { "X-Requested-With": "poll" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(box.id);
      if (!fresh) return;
      box.replaceWith(document.importNode(fresh, true));
    } catch { /* No connection: the next turn tries again. */ }
    start();
  };
  const start = () => { for (const box of document.querySelectorAll("[data-poll]")) { if (!box.dataset.waiting) { box.dataset.waiting = "1"; setTimeout(() => { delete box.dataset.waiting; ask(box); }, 2000); } } };
  start();
  document.addEventListener("page-replaced", start);
})();
