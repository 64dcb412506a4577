// Requests to the playground's server, all below the address of this page.

/** Send JSON and return the JSON of the answer; an error becomes {"error": …}. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { error: text };
    }
  } catch {
    return { error: "The playground doesn't answer. Is it still running in the terminal?" };
  }
}

/** Call *onState* with every state that *member* sees; return a function that ends it. */
export function follow(member, onState, onLost) {
  const source = new EventSource(`events?member=${encodeURIComponent(member)}`);
  source.addEventListener("message", (event) => onState(JSON.parse(event.data)));
  source.addEventListener("error", onLost);
  return () => source.close();
}

/** Return files as JSON: name, type and content in base64. */
export function readFiles(files) {
  return Promise.all([...files].map(readFile));
}

async function readFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  }
  return { name: file.name, type: file.type || "text/plain", data: btoa(text) };
}
