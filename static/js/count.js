// Long answers: how many characters of how many. Without this file the limit stands there as a sentence; nothing is ever cut, the server says what is too long.
(() => {
  "use strict";
  const NEAR = 0.8;

  for (const told of document.querySelectorAll("[data-count]")) {
    const input = told.parentElement.querySelector("textarea, input[data-limit], input[maxlength]");
    if (!input) continue;
    const limit = Number(told.dataset.count), quiet = told.hidden;
    told.setAttribute("aria-live", "polite");
    const count = () => {
      // As the server counts: whole characters, without the space around.
      const length = [...input.value.trim()].length;
      const over = length > limit;
      told.hidden = quiet && length <= limit * NEAR;
      told.textContent = over ? told.dataset.over.replace("{n}", length - limit) : `${length} / ${limit}`;
      told.classList.toggle("field__count--over", over);
    };
    input.addEventListener("input", count);
    count();
  }
})();
