/** Above this (thousandths of a credit: one dollar), and above a tenth of what is left, a person is asked first. */
const ASK_ABOVE = 100_000;

/** Whether somebody is asked once more before this is spent; `balance` is null where there is no end to it. */
export function asksFirst(cost: number, balance: number | null): boolean {
  return cost > ASK_ABOVE || (balance !== null && cost > 0 && cost * 10 > balance);
}
