// The service worker: keeps the app's files, so that it opens without a network (TOK-7).
// It never keeps answers of the server: they are about this moment.

// Made of the files' content; e2e/token-app/version.test.mjs says what it must be.
const VERSION = "426a71a39752";
const CACHE = `warifu-token-app-${VERSION}`;

const PAGE = "/app/";
const FILES = [
  PAGE,
  "/app/app.css",
  "/app/manifest.webmanifest",
  "/app/icon-192.png",
  "/app/icon-512.png",
  "/app/about_page.js",
  "/app/answer.js",
  "/app/app.js",
  "/app/app_pin.js",
  "/app/approve_page.js",
  "/app/bytes.js",
  "/app/canonical.js",
  "/app/code_display.js",
  "/app/codes.js",
  "/app/codes_page.js",
  "/app/content_view.js",
  "/app/dom.js",
  "/app/form.js",
  "/app/frame.js",
  "/app/inbox.js",
  "/app/inbox_page.js",
  "/app/keys.js",
  "/app/offline_page.js",
  "/app/offline_request.js",
  "/app/pin_form.js",
  "/app/push.js",
  "/app/remove_page.js",
  "/app/routes.js",
  "/app/scan_page.js",
  "/app/server.js",
  "/app/server_clock.js",
  "/app/set_up.js",
  "/app/setup_page.js",
  "/app/texts.js",
  "/app/texts_en.js",
  "/app/texts_ja.js",
  "/app/token_store.js",
  "/app/updates.js",
];

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(dropOldVersions()));
self.addEventListener("fetch", answer);
self.addEventListener("push", (event) => event.waitUntil(tellPerson()));
self.addEventListener("notificationclick", (event) => event.waitUntil(openApp(event.notification)));
// A new version waits until the person agrees: nothing changes under a transaction being approved.
self.addEventListener("message", ({ data }) => {
  if (data === "update") self.skipWaiting();
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may hold files of another version.
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOldVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

function answer(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const path = request.mode === "navigate" ? PAGE : pathname;
  if (request.method !== "GET" || origin !== self.location.origin || !FILES.includes(path)) return;
  event.respondWith(kept(path, request));
}

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

// A push says nothing but that something waits; what it is, the app asks the server.
async function tellPerson() {
  // A worker does not know which language the person chose. A newer one takes the place of the one before.
  const how = { body: "A transaction waits for you", tag: "waiting", renotify: true, icon: "/app/icon-192.png" };
  await self.registration.showNotification("確認待ちの取引があります", how);
}

async function openApp(notification) {
  notification.close();
  const [open] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  await (open ? open.focus() : self.clients.openWindow(PAGE));
}
