// Files: dropping, a preview, size and type said before sending, and how far the upload is. Without this file the plain field and button do.
(() => {
  "use strict";
  const PREVIEWS = 6;
  let replaced = false;
  const element = (tag, name, parent) => {
    const made = document.createElement(tag);
    made.className = name;
    parent.append(made);
    return made;
  };

  const accepted = (file, accept) => {
    const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    const name = file.name.toLowerCase();
    return !kinds.length || kinds.some((kind) => kind === file.type || (kind.startsWith(".") && name.endsWith(kind)) || (kind.endsWith("/*") && file.type.startsWith(kind.slice(0, -1))));
  };

  const prepare = (box) => {
    const input = box.querySelector("input[type=file]");
    if (!input) return;
    const words = box.dataset;
    element("p", "upload__drop", box).textContent = words.drop;
    const note = element("p", "upload__note", box);
    note.setAttribute("role", "status");
    const pictures = element("div", "upload__previews", box);

    const show = () => {
      const files = [...input.files];
      pictures.replaceChildren();
      box.classList.remove("upload--wrong");
      note.textContent = "";
      const reason = (file) => file.size > Number(words.limit) ? words.tooLarge : accepted(file, input.accept) ? "" : words.wrongType;
      const bad = files.find(reason);
      if (bad) {
        note.textContent = files.length > 1 ? `${bad.name}: ${reason(bad)}` : reason(bad);
        box.classList.add("upload--wrong");
        input.value = "";
        return;
      }
      note.textContent = files.map((file, place) => `${files.length > 1 ? `${place + 1}. ` : ""}${file.name} · ${(file.size / 1048576).toFixed(1)} MB`).join("\n");
      for (const file of files.slice(0, PREVIEWS)) {
        if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) readPicture(file, element("img", "upload__preview", pictures), words.preview);
      }
    };
    input.addEventListener("change", show);

    for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, (event) => { event.preventDefault(); box.classList.add("upload--over"); });
    for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("upload--over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      show();
    });
    input.form?.addEventListener("submit", (event) => { if (input.files.length && !event.defaultPrevented) send(event, box, note); });
  };

  // A data address, since the content policy has no blob: for pictures.
  const readPicture = (file, picture, alt) => {
    picture.hidden = true;
    picture.alt = `${alt} ${file.name}`;
    const reader = new FileReader();
    reader.addEventListener("load", () => { picture.src = reader.result; picture.hidden = false; });
    reader.readAsDataURL(file);
  };

  // Sends the form itself, so that the bar can follow, then shows the page that the server answered with.
  const send = (event, box, note) => {
    const form = event.target;
    if (form.dataset.sending) { event.preventDefault(); return; }
    event.preventDefault();
    form.dataset.sending = "1";
    const bar = box.querySelector("progress") || element("progress", "upload__bar", box);
    bar.max = 1;
    bar.hidden = false;
    bar.setAttribute("aria-label", box.dataset.sending);
    const request = new XMLHttpRequest();
    const done = () => { delete form.dataset.sending; bar.hidden = true; };
    const failed = () => { done(); note.textContent = box.dataset.failed; box.classList.add("upload--wrong"); };
    request.upload.addEventListener("progress", (step) => {
      bar.value = step.loaded / step.total;
      note.textContent = `${box.dataset.sending} ${Math.round(100 * bar.value)}%`;
    });
    request.addEventListener("load", () => { done(); if (request.status === 413) failed(); else replacePage(request); });
    request.addEventListener("error", failed);
    request.addEventListener("timeout", failed);
    request.open("POST", form.getAttribute("action") || location.href);
    const data = new FormData(form);
    if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
    request.send(data);
  };

  const replacePage = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const content = page.getElementById("content");
    if (!content) { location.assign(request.responseURL); return; }
    document.getElementById("content").replaceWith(content);
    document.title = page.title;
    history.pushState({}, "", request.responseURL);
    replaced = true;
    window.scrollTo(0, 0);
    (content.querySelector("[data-error-summary]") || content).focus();
    for (const box of content.querySelectorAll("[data-upload]")) prepare(box);
    document.dispatchEvent(new CustomEvent("page-replaced"));
  };
  // Going back to a page that was put in place by hand: load it anew.
  window.addEventListener("popstate", () => { if (replaced) location.reload(); });

  for (const box of document.querySelectorAll("[data-upload]")) prepare(box);
})();
