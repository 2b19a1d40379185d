export * from "./buckets";
export * from "./comparisons";
export * from "./days";
export * from "./periods";
export * from "./zones";
