// A table that is wider than its frame can be scrolled with the keyboard.
(() => {
  "use strict";
  const frames = () => {
    for (const frame of document.querySelectorAll(".table-wrap")) {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0; else frame.removeAttribute("tabindex");
    }
  };
  frames();
  window.addEventListener("resize", frames);
})();
