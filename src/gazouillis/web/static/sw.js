// The service worker: when a page cannot be reached, shows our offline page instead of the browser's (decision 0052).
// It keeps that page and its files only, never another page: nothing of one person is left for the next.
// The server puts VERSION and FILES before this text (`pages/offline.py`).

const CACHE = `offline-${VERSION}`;
const LANGUAGE = "/offline/language";
const FROM_A_PROXY = [502, 503, 504];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map(fresh))));
});

self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("message", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.put(LANGUAGE, new Response(event.data.language))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (FILES.includes(pathname + search)) event.respondWith(file(request));
});

async function activate() {
  await self.registration.navigationPreload?.enable();
  const language = await caches.match(LANGUAGE);
  if (language) await caches.open(CACHE).then((cache) => cache.put(LANGUAGE, language));
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("offline-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    const isOurs = response.headers.has("Gazouillis-Error");
    return FROM_A_PROXY.includes(response.status) && !isOurs ? await offline() : response;
  } catch {
    return offline();
  }
}

async function offline() {
  const cache = await caches.open(CACHE);
  const language = (await (await cache.match(LANGUAGE))?.text()) ?? navigator.language.slice(0, 2);
  const pages = FILES.filter((path) => path.startsWith("/offline?"));
  const kept = await cache.match(pages.find((path) => path.endsWith(`=${language}`)) ?? pages[0], { ignoreVary: true });
  return kept ? new Response(kept.body, { status: 503, headers: kept.headers }) : Response.error();
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

function fresh(path) {
  return new Request(path, { cache: "reload", credentials: "omit" });
}
