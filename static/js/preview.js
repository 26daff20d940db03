// Shows what is typed as it would be sent, half a second after the last key. Without this script the button does the same.
(() => {
  const form = document.querySelector("form[data-preview]");
  if (!form || !window.fetch) return;
  const target = document.getElementById(form.dataset.preview);
  let timer = 0;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const data = new FormData(form);
    data.set("step", "preview");
    try {
      const answer = await fetch(window.location.href, { method: "POST", body: data, headers: { "X-Partial": "preview" } });
      if (answer.ok && mine === asked) target.innerHTML = await answer.text();
    } catch {
      // No connection: what is shown stays, and the button says more.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(show, 500);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
})();
