// Registers the service worker, and tells it the language of its offline page.

export function registerWorker() {
  if (!navigator.serviceWorker) return;
  window.addEventListener("load", async () => {
    try {
      // Browsers look by themselves, at every page, whether the script of a registered worker has changed.
      if (!navigator.serviceWorker.controller) await navigator.serviceWorker.register("/sw.js");
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ language: document.documentElement.lang });
    } catch {
      // Some browsers refuse service workers in private windows.
    }
  });
}
