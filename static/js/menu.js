// Which groups of the menu somebody opened stays so from page to page while the window is open; the group of the page itself is always open.
(() => {
  "use strict";
  const groups = [...document.querySelectorAll("details.menu-group")];
  const key = "menu";
  let opened = [];
  try { opened = JSON.parse(sessionStorage.getItem(key) || "[]"); } catch { opened = []; }
  groups.forEach((group, number) => { if (opened.includes(number)) group.open = true; });
  const keep = () => {
    try { sessionStorage.setItem(key, JSON.stringify(groups.flatMap((group, number) => group.open ? [number] : []))); } catch { /* a window that keeps nothing */ }
  };
  for (const group of groups) group.addEventListener("toggle", keep);
})();
