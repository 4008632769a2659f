// The portal's words as its locale files say them, so that a test reads like the page in either language.

import { readFileSync, readdirSync } from "node:fs";

export function texts(lang) {
  const directory = new URL(`../../locales/${lang}/`, import.meta.url);
  const found = new Map();
  for (const file of readdirSync(directory)) {
    for (const line of readFileSync(new URL(file, directory), "utf8").split("\n")) {
      const entry = line.match(/^([A-Za-z][\w-]*) = (.*)$/);
      if (entry) found.set(entry[1], entry[2]);
    }
  }
  return (id, args = {}) => {
    const text = found.get(id);
    if (text === undefined) throw new Error(`no text ${id} in ${lang}`);
    return text.replace(/\{ \$(\w+) \}/g, (_, name) => args[name]);
  };
}
