export * from "./calls";
export * from "./coverage";
export * from "./dimensions";
export * from "./filters";
export * from "./measures";
export * from "./rejected";
export * from "./run";
