/** ln n! for whole n ≥ 0: the exact sum for small n, Stirling's series beyond (error below 1e-12). */
const small = [0];
for (let n = 1; n < 32; n++) small.push((small[n - 1] as number) + Math.log(n));

export function logFactorial(n: number): number {
  const known = small[n];
  if (known !== undefined) return known;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
}

const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * Fisher's exact test, one-sided: the chance that a group of `rated` calls holds `bad` bad ones or more when the `allBad` bad
 * ones of all `allRated` calls were dealt out blindly. 1 where the group has no more than its share.
 */
export function chanceOfSoMany(bad: number, rated: number, allBad: number, allRated: number): number {
  if (rated === 0 || bad * allRated <= rated * allBad) return 1;
  let term = Math.exp(logChoose(allBad, bad) + logChoose(allRated - allBad, rated - bad) - logChoose(allRated, rated));
  let sum = term;
  for (let k = bad; k < Math.min(rated, allBad); k++) {
    term *= ((allBad - k) * (rated - k)) / ((k + 1) * (allRated - allBad - rated + k + 1));
    sum += term;
    if (term < sum * 1e-15) break;
  }
  return Math.min(1, sum);
}

/**
 * Which of many tests still count when one in a hundred of those said to count may be wrong (Benjamini and Hochberg 1995).
 * Returns a flag for each chance, in their order.
 */
export function standOut(chances: number[], falseShare = 0.01): boolean[] {
  const order = chances.map((_, index) => index).sort((a, b) => (chances[a] as number) - (chances[b] as number));
  let last = -1;
  for (const [rank, index] of order.entries()) if ((chances[index] as number) <= ((rank + 1) / chances.length) * falseShare) last = rank;
  const flags = new Array<boolean>(chances.length).fill(false);
  for (const index of order.slice(0, last + 1)) flags[index] = true;
  return flags;
}
