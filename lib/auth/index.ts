export { addressOf } from "./address";
export { type Entry, note, readJournal } from "./journal";
export { hashPassword, passwordFits } from "./password";
export {
  addConfiguredAdmin,
  addPerson,
  addToken,
  changeOwnPassword,
  changePerson,
  endSessions,
  listPeople,
  listTokens,
  needsSetUp,
  type Person,
  revokeToken,
  setUp,
  type Token,
} from "./people";
export { authOptions, mayAct, type Principal, principalOf, signedIn } from "./session";
export { checkThrottle, limitRate, noteFailure, noteSuccess } from "./throttle";
