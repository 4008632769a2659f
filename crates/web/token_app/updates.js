// The service worker as the page sees it: registered once, exchanged only when the person agrees.

const CACHE = "warifu-token-app-";

/** @param {() => void} offer Called when a new version waits. */
export async function watchUpdates(offer) {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/app/sw.js", { scope: "/app/" });
  const offerIfWaiting = () => {
    // Without a controller it is the first version: there is nothing to exchange.
    if (registration.waiting && navigator.serviceWorker.controller) offer();
  };
  offerIfWaiting();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offerIfWaiting);
  });
}

/** Puts the new version in place and opens the app with it. */
export async function applyUpdate() {
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  registration?.waiting?.postMessage("update");
}

/** @returns {Promise<string | null>} The version kept for use without a network. */
export async function keptVersion() {
  const names = await caches.keys();
  return names.find((name) => name.startsWith(CACHE))?.slice(CACHE.length) ?? null;
}
