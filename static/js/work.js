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
    if (button.matches("input[type=text]")) button.focus();
    else button.click();
  });
})();
