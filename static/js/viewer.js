// A picture of a scan beside the answers: turn it, and make it larger. Without this file it is simply shown.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-viewer]")) {
    const picture = box.querySelector("img");
    let turn = 0, size = 0;
    const show = () => { picture.className = `viewer__picture viewer__picture--turn${turn} viewer__picture--size${size}`; };
    box.querySelector("[data-turn]").addEventListener("click", () => { turn = (turn + 1) % 4; show(); });
    box.querySelector("[data-larger]").addEventListener("click", () => { size = Math.min(2, size + 1); show(); });
    box.querySelector("[data-smaller]").addEventListener("click", () => { size = Math.max(0, size - 1); show(); });
    box.querySelector("[data-tools]").hidden = false;
    show();
  }
})();
