const parts = 1_000_000;

/** The exact sum of numbers that have at most six decimals, such as minutes, seconds and money. Adding doubles drifts: 0.1 + 0.2. */
export class ExactSum {
  private sum = 0n;

  add(value: number): this {
    this.sum += BigInt(Math.round(value * parts));
    return this;
  }

  /** The number that is nearest to the exact sum. */
  get value(): number {
    return Number(`${this.sum}e-6`);
  }
}

export function exactSum(values: Iterable<number>): number {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value;
}
