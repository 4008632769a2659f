// One test in each language: a mock of the server and a phone of its own.

import { test } from "node:test";

import { MockServer } from "./mock_server.mjs";
import { Phone } from "./phone.mjs";

export function scenario(name, flow) {
  for (const lang of ["ja", "en"]) {
    test(`${name} (${lang})`, async () => {
      const mock = await MockServer.start();
      const phone = await Phone.open({ lang });
      try {
        await flow({ phone, mock });
      } catch (error) {
        error.message += `\nThe page was ${phone.page.url()}:\n${await phone.page.locator("body").innerText().catch(() => "")}`;
        throw error;
      } finally {
        await mock.stop();
        await phone.close();
      }
    });
  }
}
