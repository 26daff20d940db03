// The door without a network: the list lies on the phone, what is let in is kept and sent later. With a network the pages need none of this.
(() => {
  "use strict";
  const box = document.querySelector("[data-door]");
  if (!box) return;
  const say = box.dataset;
  const slug = say.door.split("/").filter(Boolean).at(-2);
  const LIST = `door:${slug}`, QUEUE = `door-queue:${slug}`;
  const TWO_DAYS = 2 * 86400 * 1000, REFRESH = 60000, RETRY = 5000, PATIENCE = 2000, PORTION = 50;
  const found = box.querySelector("[data-door-found]"), banner = box.querySelector("[data-door-offline]");
  const form = box.querySelector("form"), field = form.querySelector("input[name=q]");
  const read = (key, otherwise) => { try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; } };
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  let offline = false;

  // Names do not stay on a phone longer than the door is open.
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("door:") && Date.now() - (read(key, {}).kept ?? 0) > TWO_DAYS) localStorage.removeItem(key);
  }

  const soon = async (address, options = {}) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), options.body ? 10000 : PATIENCE);
    try { return await fetch(address, { ...options, signal: stop.signal, headers: { "X-CSRFToken": token(), "Content-Type": "application/json" } }); } finally { clearTimeout(timer); }
  };

  const show = () => {
    const waiting = read(QUEUE, []).length;
    banner.hidden = !offline && !waiting;
    banner.textContent = [offline ? say.offline : "", waiting ? `${waiting} ${say.waiting}` : ""].filter(Boolean).join(" ");
  };

  const refresh = async () => {
    try {
      const answer = await soon(say.door);
      if (answer.ok) { write(LIST, { ...(await answer.json()), kept: Date.now() }); offline = false; }
    } catch { offline = true; }
    show();
  };

  // One at a time and in portions: a whole day's scans in one request would take longer than the patience for an answer.
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (await sendSome()) show();
      offline = offline && read(QUEUE, []).length > 0;
    } catch { offline = true; }
    sending = false;
    show();
  };

  const sendSome = async () => {
    const queue = read(QUEUE, []).slice(0, PORTION);
    if (!queue.length) return false;
    const answer = await soon(read(LIST, {}).sync, { method: "POST", body: JSON.stringify({ scans: queue }) });
    if (!answer.ok) throw new Error(String(answer.status));
    const { results } = await answer.json();
    const known = new Map(results.map((result) => [result.nonce, result]));
    // Only what the server has answered for is taken off the phone.
    write(QUEUE, read(QUEUE, []).filter((scan) => !known.has(scan.nonce)));
    const told = results.filter((result) => result.outcome !== "in");
    for (const result of told) line(`${queue.find((scan) => scan.nonce === result.nonce)?.name ?? ""}: ${result.outcome === "again" ? say.conflict : ""} ${result.text}`);
    return known.size > 0;
  };

  const line = (text) => {
    const item = document.createElement("p");
    item.className = "callout";
    item.textContent = text;
    found.prepend(item);
  };

  const letIn = (row, button) => {
    const list = read(LIST, { rows: [] });
    write(QUEUE, [...read(QUEUE, []), { ticket: row.t, name: row.n, nonce: crypto.randomUUID(), at: new Date().toISOString() }]);
    const mine = list.rows.find((other) => other.t === row.t);
    if (mine) mine.in = true;
    write(LIST, list);
    button.replaceWith(Object.assign(document.createElement("span"), { className: "tag tag--success", textContent: say.in }));
    line(`${row.n}: ${say.queued}`);
    show();
    send();
  };

  const list = (rows) => {
    found.replaceChildren();
    const all = document.createElement("ul");
    all.className = "rows";
    for (const row of rows.slice(0, 40)) {
      const item = document.createElement("li"), main = document.createElement("div");
      main.className = "rows__main";
      const title = Object.assign(document.createElement("p"), { className: "rows__title", textContent: row.n });
      const hint = Object.assign(document.createElement("p"), { className: "rows__hint", textContent: row.u });
      main.append(title, hint);
      item.append(main);
      if (row.in) item.append(Object.assign(document.createElement("span"), { className: "tag tag--success", textContent: say.in }));
      else if (row.ok) {
        const button = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: say.letIn });
        button.addEventListener("click", () => letIn(row, button));
        item.append(button);
      }
      all.append(item);
    }
    found.append(all);
  };

  form.addEventListener("submit", (event) => {
    if (!offline && navigator.onLine) return;
    event.preventDefault();
    offline = true;
    show();
    const typed = field.value.trim(), wanted = typed.toLowerCase().replaceAll(/\s+/g, "");
    // A hand scanner types the link of a ticket's code.
    const code = typed.match(/(?:^|\/)([A-Za-z0-9_-]{16})\/?$/)?.[1];
    const scanned = code ? read(LIST, { rows: [] }).rows.filter((row) => row.t === code) : [];
    if (scanned.length) list(scanned);
    else if (wanted) list(read(LIST, { rows: [] }).rows.filter((row) => `${row.n} ${row.u} ${row.p}`.toLowerCase().includes(wanted)));
  });

  // A ticket was scanned while the network was away: this page came from the phone in its place.
  const ticket = location.pathname.match(/^\/checkin\/([^/]+)\/$/)?.[1];
  if (ticket) { offline = true; list(read(LIST, { rows: [] }).rows.filter((row) => row.t === ticket)); }

  if (navigator.serviceWorker) navigator.serviceWorker.register(say.worker, { scope: "/checkin/" }).catch(() => {});
  window.addEventListener("online", () => { refresh(); send(); });
  window.addEventListener("offline", () => { offline = true; show(); });
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH);
  setInterval(() => { if (read(QUEUE, []).length) send(); }, RETRY);
  refresh().then(send);
})();
