// What the browser remembers between visits; nothing depends on it, for it may be switched off.

export function recall(name) {
  try {
    return localStorage.getItem(`rapruang ${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`rapruang ${name}`, value);
  } catch {
    // private windows refuse; the page works without
  }
}
