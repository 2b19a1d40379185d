import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Queue } from "./queue";

const bounds = { atOnce: 1, waiting: 6, perOwner: 3, full: "Full.", retryAfterSeconds: 7 };

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => done, end };
}

test("no more than its bounds run and wait; who comes beyond is told when to come again", async () => {
  const queue = new Queue({ ...bounds, atOnce: 2 });
  const one = held();
  const all = ["a", "a", "a", "a", "a", "b", "b", "b"].map((owner) => queue.run(owner, one.work));
  expect(queue.load).toEqual({ running: 2, waiting: 6 });
  // Of one owner, and of all.
  const full = { code: "busy", message: "Full.", retryAfterSeconds: 7 };
  await expect(queue.run("a", one.work)).rejects.toMatchObject(full);
  await expect(queue.run("c", one.work)).rejects.toMatchObject(full);
  one.end();
  await Promise.all(all);
  expect(queue.load).toEqual({ running: 0, waiting: 0 });
});

test("an owner with much to do comes after those who have had no turn", async () => {
  const queue = new Queue(bounds);
  const order: string[] = [];
  const run = (owner: string) => queue.run(owner, async () => void order.push(owner));
  const first = held();
  const all = [queue.run("a", first.work), run("a"), run("a"), run("a"), run("b"), run("c")];
  first.end();
  await Promise.all(all);
  expect(order).toEqual(["b", "c", "a", "a", "a"]);
});

test("who leaves loses the place, and nothing is done for them", async () => {
  const queue = new Queue(bounds);
  const first = held();
  const running = queue.run("a", first.work);
  const gone = new AbortController();
  const order: string[] = [];
  const waiting = queue.run("b", async () => order.push("b"), gone.signal);
  gone.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  expect(queue.load).toEqual({ running: 1, waiting: 0 });
  first.end();
  await running;
  await expect(queue.run("b", async () => order.push("b"), gone.signal)).rejects.toThrow("left");
  expect(order).toEqual([]);
});

test("whatever is asked for and however it ends: everything accepted is done once, within the bounds, and the queue is empty after", async () => {
  const asked = fc.record({ owner: fc.constantFrom("a", "b", "c"), ms: fc.nat(3), fails: fc.boolean(), leavesAfter: fc.option(fc.nat(4)) });
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), async (list, atOnce) => {
      const queue = new Queue({ ...bounds, atOnce });
      let running = 0;
      let most = 0;
      const outcomes = list.map(async ({ owner, ms, fails, leavesAfter }) => {
        const gone = new AbortController();
        if (leavesAfter !== null) setTimeout(() => gone.abort(new Error("left")), leavesAfter);
        let times = 0;
        const work = async () => {
          times++;
          most = Math.max(most, ++running);
          await sleep(ms);
          running--;
          if (fails) throw new Error("failed");
          return "done";
        };
        const outcome = await queue.run(owner, work, gone.signal).catch((error: Error) => error.message);
        return { outcome, times };
      });
      for (const { outcome, times } of await Promise.all(outcomes)) expect(times).toBe(outcome === "done" || outcome === "failed" ? 1 : 0);
      expect(most).toBeLessThanOrEqual(atOnce);
      expect(queue.load).toEqual({ running: 0, waiting: 0 });
    }),
    { numRuns: 100 },
  );
});
