export { bodyFile, boundedRequest, mostPublicBytes, wholeBody } from "./body";
export { viewDefaults } from "./defaults";
export { tellInvite } from "./invite";
export { openApi } from "./openapi";
export { type Problem, problemOf, problemPage, problemResponse, sendingFault } from "./problem";
export { proxied } from "./proxy";
export { readerOf } from "./reader";
export { changed, checkOrigin, inputError, json, route } from "./route";
export * as schemas from "./schemas";
