// Turns the JSON of the npm package `zengin-code` into data/bank-master.tsv.
//
//   npm pack zengin-code && tar xzf zengin-code-*.tgz
//   node data/make-bank-master.mjs package > data/bank-master.tsv
//
// The format is defined in crates/zengin/src/master.rs, which also checks the outcome.

import { createRequire } from "node:module";
import { resolve } from "node:path";

const FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";
const HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ";

/** Half-width kana of a bank or branch; throws at a character the field may not hold. */
function narrow(kana) {
  let narrowed = "";
  // NFD sets the sound marks apart; NFKC afterwards makes letters, digits and hyphens ASCII.
  for (const character of kana.normalize("NFD")) {
    const index = FULL.indexOf(character);
    const ascii = character.normalize("NFKC");
    if (index >= 0) narrowed += HALF[index];
    else if (/^[A-Z0-9-]$/.test(ascii)) narrowed += ascii;
    // A few foreign banks are written with full stops and spaces, which this field does not have.
    else if (ascii !== "." && ascii !== " ") throw new Error(`cannot narrow ${kana}: ${character}`);
  }
  return narrowed;
}

const byCode = (one, other) => (one.code < other.code ? -1 : 1);
const line = (kind, { code, name, kana }) => `${kind}\t${code}\t${name}\t${narrow(kana)}\n`;

const [directory] = process.argv.slice(2);
if (!directory) throw new Error("usage: node make-bank-master.mjs <unpacked zengin-code package>");
const packageFile = (path) => createRequire(import.meta.url)(resolve(directory, path));

const { version } = packageFile("package.json");
const [, year, month, day] = /p(\d{4})(\d\d)(\d\d)$/.exec(version) ?? [];
if (!year) throw new Error(`no snapshot date in version ${version}`);

const source = `zengin-code ${version}, MIT licence, Copyright (c) 2015 Sho Kusano`;
let table = `#warifu-bank-master\t1\t${year}-${month}-${day}\t${source}\n`;
for (const bank of Object.values(packageFile("lib/zengin-code.js")).sort(byCode)) {
  table += line("B", bank);
  for (const branch of Object.values(bank.branches).sort(byCode)) table += line("b", branch);
}
process.stdout.write(table);
