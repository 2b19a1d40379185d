import { expect, test } from "vitest";
import { TwoSteps } from "./turn";

/** A step that ends when it is told to. */
function step(log: string[], name: string) {
  let end: (error?: Error) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  return {
    run: async () => {
      log.push(`${name} begins`);
      await done;
      log.push(`${name} ends`);
      return name;
    },
    end: (error?: Error) => end(error),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("one piece of work is at its second step while the next is at its first; a third waits", async () => {
  const steps = new TwoSteps();
  const log: string[] = [];
  const [a1, a2, b1, b2, c1, c2] = ["a1", "a2", "b1", "b2", "c1", "c2"].map((name) => step(log, name)) as [Step, Step, Step, Step, Step, Step];
  const work = [steps.do(a1.run, a2.run), steps.do(b1.run, b2.run), steps.do(c1.run, c2.run)];
  a1.end();
  b1.end();
  c1.end();
  await settled();
  expect(log).toEqual(["a1 begins", "a1 ends", "a2 begins", "b1 begins", "b1 ends"]);
  a2.end();
  await settled();
  expect(log.slice(5)).toEqual(["a2 ends", "b2 begins", "c1 begins", "c1 ends"]);
  b2.end();
  c2.end();
  expect(await Promise.all(work)).toEqual(["a2", "b2", "c2"]);
});

test("a step that fails ends its own work only, and what runs alone waits for both steps", async () => {
  const steps = new TwoSteps();
  const log: string[] = [];
  const [a1, a2, b1, b2] = ["a1", "a2", "b1", "b2"].map((name) => step(log, name)) as [Step, Step, Step, Step];
  const a = steps.do(a1.run, a2.run);
  const b = steps.do(b1.run, b2.run);
  const alone = steps.alone(async () => log.push("alone"));
  a1.end(new Error("a1 broke"));
  await expect(a).rejects.toThrow("a1 broke");
  b1.end();
  await settled();
  expect(log).toEqual(["a1 begins", "b1 begins", "b1 ends", "b2 begins"]);
  b2.end(new Error("b2 broke"));
  await expect(b).rejects.toThrow("b2 broke");
  await alone;
  expect(log.at(-1)).toBe("alone");
});

type Step = ReturnType<typeof step>;
