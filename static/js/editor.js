// The editor of a notice's text. Without it the text area below stays, with the same text. The server cleans whatever is pasted or sent.
(function () {
  "use strict";
  const NUMBERS = "零一二三四五六七八九十";
  const FORMS = [/^([一二三四五六七八九十]+)、\s*/, /^（([一二三四五六七八九十]+)）\s*/, /^(\d{1,2})[.．、]\s*(?!\d)/, /^（(\d{1,2})）\s*/];

  function numeral(n) {
    const tens = Math.floor(n / 10), ones = n % 10;
    return n < 11 ? NUMBERS[n] : (tens > 1 ? NUMBERS[tens] : "") + "十" + (ones ? NUMBERS[ones] : "");
  }
  function prefix(level, n) {
    return [numeral(n) + "、", "（" + numeral(n) + "）", n + ".", "（" + n + "）"][level - 1];
  }
  function levelOf(block) {
    if (block.tagName !== "P" && block.tagName !== "DIV") return 0;
    return FORMS.findIndex(function (form) { return form.test(block.textContent); }) + 1;
  }
  function setPrefix(block, level, n) {
    const old = levelOf(block);
    if (old) strip(block, block.textContent.match(FORMS[old - 1])[0].length);
    if (level) block.insertBefore(document.createTextNode(prefix(level, n)), block.firstChild);
    block.normalize();
  }
  function strip(node, count) {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    let text;
    while (count > 0 && (text = walker.nextNode())) {
      const taken = Math.min(count, text.data.length);
      text.data = text.data.slice(taken);
      count -= taken;
    }
  }
  function renumber(page) {
    const counts = [0, 0, 0, 0];
    page.querySelectorAll(":scope > p, :scope > div").forEach(function (block) {
      const level = levelOf(block);
      if (!level) return;
      counts[level - 1] += 1;
      counts.fill(0, level);
      setPrefix(block, level, counts[level - 1]);
    });
  }
  function dress(page) {
    page.querySelectorAll(":scope > p, :scope > div").forEach(function (block) {
      const level = levelOf(block);
      if (level) block.dataset.level = level;
      else delete block.dataset.level;
    });
  }
  function joinLists(page) {
    page.querySelectorAll("ul").forEach(function (list) {
      while (list.nextElementSibling && list.nextElementSibling.tagName === "UL") {
        const next = list.nextElementSibling;
        while (next.firstChild) list.append(next.firstChild);
        next.remove();
      }
    });
  }

  function start(editor) {
    const area = editor.querySelector("textarea");
    const page = editor.querySelector("[data-editor-page]");
    const bar = editor.querySelector("[data-editor-bar]");
    const out = editor.querySelector("[data-editor-out]");
    const said = editor.querySelector("[data-editor-said]");
    const token = editor.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    let plain = false;

    function show(html) {
      // The HTML is the server's own, made from cleaned text.
      page.innerHTML = html || "<p><br></p>";
      joinLists(page);
      dress(page);
    }
    function ask(values) {
      return fetch(editor.dataset.clean, {
        method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token }, body: new URLSearchParams(values)
      }).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      });
    }
    function block() {
      let node = window.getSelection().anchorNode;
      while (node && node.parentNode !== page) node = node.parentNode;
      return node && node.nodeType === 1 ? node : null;
    }
    function cell() {
      const node = window.getSelection().anchorNode;
      const element = node && (node.nodeType === 1 ? node : node.parentElement);
      return element && page.contains(element) ? element.closest("td, th") : null;
    }
    function set(level) {
      document.execCommand("formatBlock", false, "p");
      const here = block();
      if (!here) return;
      setPrefix(here, 0, 0);
      let n = 1;
      for (let other = here.previousElementSibling; level && other; other = other.previousElementSibling) {
        const found = levelOf(other);
        if (found && found < level) break;
        if (found === level) n += 1;
      }
      setPrefix(here, level, n);
      window.getSelection().selectAllChildren(here);
      window.getSelection().collapseToEnd();
    }
    const actions = {
      level: function (button) { set(Number(button.dataset.value)); },
      bold: function () { document.execCommand("bold"); },
      list: function () { document.execCommand("insertUnorderedList"); },
      link: function () {
        const address = window.prompt(editor.dataset.link, "https://");
        if (address && /^(https?:\/\/|mailto:)/.test(address)) document.execCommand("createLink", false, address);
      },
      table: function () {
        const row = "<tr><td><br></td><td><br></td><td><br></td></tr>";
        const table = document.createElement("table");
        table.innerHTML = "<thead>" + row.replaceAll("td", "th") + "</thead><tbody>" + row + row + "</tbody>";
        const here = block();
        if (here) here.after(table); else page.append(table);
        if (!table.nextElementSibling) table.insertAdjacentHTML("afterend", "<p><br></p>");
        window.getSelection().selectAllChildren(table.querySelector("th"));
      },
      row: function () {
        const at = cell();
        if (!at) return;
        const fresh = document.createElement("tr");
        for (let n = at.parentElement.cells.length; n; n -= 1) fresh.insertCell().innerHTML = "<br>";
        if (at.closest("thead")) at.closest("table").tBodies[0].prepend(fresh); else at.parentElement.after(fresh);
      },
      column: function () {
        const at = cell();
        if (!at) return;
        const index = at.cellIndex;
        Array.from(at.closest("table").rows).forEach(function (row) {
          const fresh = document.createElement(row.cells[index].tagName);
          fresh.innerHTML = "<br>";
          row.cells[index].after(fresh);
        });
      },
      norow: function () {
        const at = cell();
        if (at) at.closest("table").rows.length > 1 ? at.parentElement.remove() : at.closest("table").remove();
      },
      nocolumn: function () {
        const at = cell();
        if (!at) return;
        const index = at.cellIndex, table = at.closest("table");
        Array.from(table.rows).forEach(function (row) { if (row.cells[index]) row.cells[index].remove(); });
        if (!table.rows[0].cells.length) table.remove();
      },
      renumber: function () { renumber(page); },
      source: function (button) {
        ask(plain ? { text: area.value } : { html: page.innerHTML }).then(function (answer) {
          area.value = answer.text;
          show(answer.html);
          plain = !plain;
          area.hidden = !plain;
          page.hidden = plain;
          button.setAttribute("aria-pressed", String(plain));
        }).catch(function () { said.textContent = editor.dataset.failed; });
      }
    };

    show(editor.querySelector("[data-editor-html]").innerHTML);
    page.setAttribute("aria-label", editor.dataset.label);
    area.hidden = true;
    page.hidden = bar.hidden = false;
    document.execCommand("defaultParagraphSeparator", false, "p");

    bar.addEventListener("mousedown", function (event) { if (event.target.closest("button")) event.preventDefault(); });
    bar.addEventListener("click", function (event) {
      const button = event.target.closest("button[data-do]");
      if (!button || (plain && button.dataset.do !== "source")) return;
      if (button.dataset.do !== "source") page.focus();
      actions[button.dataset.do](button);
      dress(page);
    });
    bar.querySelector("select").addEventListener("change", function (event) {
      const words = event.target.value;
      event.target.value = "";
      if (plain) { area.setRangeText(words, area.selectionStart, area.selectionEnd, "end"); return; }
      page.focus();
      document.execCommand("insertText", false, words);
    });
    page.addEventListener("input", function () {
      const node = window.getSelection().anchorNode;
      // Words typed beside every paragraph become one.
      if (node && node.nodeType === 3 && node.parentNode === page) document.execCommand("formatBlock", false, "p");
      dress(page);
    });
    page.addEventListener("paste", function (event) {
      const html = event.clipboardData.getData("text/html");
      const text = event.clipboardData.getData("text/plain");
      event.preventDefault();
      if (cell()) { document.execCommand("insertText", false, text.replace(/\s*\n\s*/g, " ")); return; }
      if (!html && !text.includes("\n")) { document.execCommand("insertText", false, text); return; }
      ask(html ? { html: html } : { text: text }).then(function (answer) {
        page.focus();
        document.execCommand("insertHTML", false, answer.html);
        joinLists(page);
        dress(page);
        said.textContent = answer.said;
      }).catch(function () {
        document.execCommand("insertText", false, text);
        said.textContent = editor.dataset.failed;
      });
    });
    editor.closest("form").addEventListener("submit", function () {
      out.disabled = plain;
      out.value = page.innerHTML;
    });
  }

  document.querySelectorAll("[data-editor]").forEach(start);
})();
