// What a person of the demo knows and does: log on with PIN and grid card, transfer money, read mail.

import assert from "node:assert/strict";

export const TRANSFER = {
  bank_code: "0001", branch_code: "001", account_number: "1234567", payee_name: "カ）ヤマダシヨウテン", amount: "100,648",
};

export class Person {
  constructor(screen, who, world) {
    Object.assign(this, { screen, who, world });
  }

  async givePin(pin = this.who.logon_pin) {
    const { screen, who } = this;
    await screen.type("contract_id", who.contract_id);
    if (who.user_id) await screen.type("user_id", who.user_id);
    await screen.type("logon_pin", pin);
    await screen.press("logon-next");
  }

  async cells() {
    return this.screen.page.locator(".grid-cell label").allInnerTexts();
  }

  async answerCells(answers) {
    for (const [i, answer] of answers.entries()) await this.screen.type(`cell_${i}`, answer);
    await this.screen.press("logon-do");
  }

  // What the card says at cells such as B3.
  onCard(cells) {
    const { grid, grid_columns, grid_rows } = this.who;
    return cells.map((cell) => grid[grid_rows.indexOf(cell.slice(1))][grid_columns.indexOf(cell[0])]);
  }

  async logOn(pin) {
    await this.givePin(pin);
    await this.answerCells(this.onCard(await this.cells()));
  }

  async logOff() {
    await this.screen.press("logoff");
  }

  // Types a transfer into the form that is open.
  async fillIn(transfer = TRANSFER) {
    const { screen } = this;
    await screen.type("bank_code", transfer.bank_code);
    await screen.type("branch_code", transfer.branch_code);
    await screen.choose("account_type");
    for (const name of ["account_number", "payee_name", "amount"]) await screen.type(name, transfer[name]);
  }

  // From the menu to the confirmation page.
  async enterTransfer(transfer = TRANSFER) {
    await this.screen.follow("menu-transfer");
    await this.fillIn(transfer);
    await this.screen.press("transfer-to-confirm");
    assert.match(this.screen.path(), /^\/transfers\/\w+\/confirm$/);
  }

  // Asks for a code and reads it from the mail.
  async getCode(button = "otp-issue") {
    await this.screen.press(button);
    await this.screen.tells("I1201");
    return this.world.demo.nextCode(this.who.otp_mail);
  }

  async execute(code, pin = this.who.confirmation_pin) {
    await this.screen.type("mail_otp", code);
    await this.screen.type("confirmation_pin", pin);
    await this.screen.press("confirm-do");
  }

  // A whole transfer that goes through; answers with its receipt number.
  async transfer(transfer = TRANSFER) {
    await this.enterTransfer(transfer);
    await this.execute((await this.getCode()).code);
    return this.accepted();
  }

  // On the result page once the bank has answered: the page asks again by itself.
  async accepted() {
    await this.screen.page.getByText(this.screen.t("result-all")).waitFor();
    return this.screen.fact("receipt-number");
  }
}

// Six digits that are not these.
export function wrong(code) {
  return code === "000000" ? "111111" : "000000";
}
