// The offline page: tries again when asked, and when the network is back.

const again = () => window.location.reload();

document.querySelector("[data-again]").addEventListener("click", again);
window.addEventListener("online", again);
