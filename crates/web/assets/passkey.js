// Passkeys (WebAuthn). A page that needs one has a form with data-passkey="create" or "get" and the server's options
// in data-options; this script asks the browser and sends the reply with the form. It does nothing else.

/** @param {string} text base64url */
function bytes(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The options with bytes where the browser wants bytes. */
function readable(options) {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  const withBytes = (list) => list?.map((c) => ({ ...c, id: bytes(c.id) }));
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) key.excludeCredentials = withBytes(key.excludeCredentials);
  if (key.allowCredentials) key.allowCredentials = withBytes(key.allowCredentials);
  return { publicKey: key };
}

/** The reply as JSON. */
function written(credential) {
  const { response } = credential;
  const parts = response.attestationObject
    ? { attestationObject: text(response.attestationObject) }
    : {
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      };
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    extensions: {},
    response: { clientDataJSON: text(response.clientDataJSON), ...parts },
  });
}

/** @param {HTMLFormElement} form */
function attach(form) {
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-passkey-failed]");
  const reply = form.elements.namedItem("reply");
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-passkey-missing]").hidden = false;
    return;
  }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (reply.value !== "") return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    failed.hidden = true;
    button.disabled = true;
    try {
      const options = readable(JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[form.dataset.passkey](options);
      reply.value = written(credential);
      form.submit();
    } catch {
      // Cancelled, timed out, or no passkey fits: the browser has said so itself.
      failed.hidden = false;
      button.disabled = false;
    }
  });
}

document.querySelectorAll("form[data-passkey]").forEach(attach);
