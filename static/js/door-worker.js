// Answers for pages below /checkin/ while there is no network: the door's last page, which then works with the list on the phone.
"use strict";
const CACHE = "door-1";
const PATIENCE = 2000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const withinPatience = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
  fetch(request).then((answer) => { clearTimeout(timer); resolve(answer); }, (error) => { clearTimeout(timer); reject(error); });
});

const page = async (request) => {
  const url = new URL(request.url);
  try {
    const answer = await withinPatience(request);
    // The door's page without a search is what is shown later, whoever is asked for.
    if (answer.ok && !answer.redirected && /^\/checkin\/door\/[^/]+\/$/.test(url.pathname) && !url.search) {
      const cache = await caches.open(CACHE);
      await cache.put("/checkin/offline", answer.clone());
    }
    return answer;
  } catch (error) {
    const kept = await caches.match("/checkin/offline");
    if (kept) return kept;
    return fetch(request);
  }
};

const asset = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
});
