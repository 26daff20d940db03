// Keys on the page where lines of a bank statement are decided: each button names its key in data-key.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    if (!document.querySelector("[data-work]")) return;
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (!button) return;
    event.preventDefault();
    if (button.matches("summary")) {
      const details = button.parentElement;
      details.open = true;
      const field = details.querySelector("input[type=text]");
      if (field) field.focus();
      return;
    }
    if (button.matches("input[type=text]")) button.focus();
    else button.click();
  });
  // What is left of the line while it is being split.
  const fen = function (text) {
    return Math.round(parseFloat(text.normalize("NFKC").replace(/[,¥￥元\s]/g, "")) * 100) || 0;
  };
  document.querySelectorAll("[data-split]").forEach(function (form) {
    const output = form.querySelector("[data-left]");
    const show = function () {
      let left = fen(form.dataset.split);
      let any = false;
      form.querySelectorAll("[name^=amount_]").forEach(function (field) {
        if (field.value) any = true;
        left -= fen(field.value);
      });
      output.textContent = any ? output.dataset.text + " ¥" + (left / 100).toFixed(2) : "";
    };
    form.addEventListener("input", show);
    show();
  });
})();
