// The pages of a scan beside the answers: turn them, and make them larger. Without this file it is simply shown.
(() => {
  "use strict";
  const prepare = (box) => {
    const pictures = box.querySelectorAll("img");
    let turn = 0, size = 0;
    // A turned page keeps its room, so that the next one does not lie over it.
    const show = () => { for (const picture of pictures) picture.className = `viewer__picture viewer__picture--turn${turn} viewer__picture--size${size}`; };
    box.querySelector("[data-turn]").addEventListener("click", () => { turn = (turn + 1) % 4; show(); });
    box.querySelector("[data-larger]").addEventListener("click", () => { size = Math.min(2, size + 1); show(); });
    box.querySelector("[data-smaller]").addEventListener("click", () => { size = Math.max(0, size - 1); show(); });
    box.querySelector("[data-tools]").hidden = false;
    show();
  };
  const all = () => document.querySelectorAll("[data-viewer]").forEach(prepare);
  // The administration's frame loads its scripts in the head, before there is a page.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
