export {
  type Account,
  type AccountInput,
  addAccount,
  allAccounts,
  callsHeld,
  changeAccount,
  changeCounting,
  findAccount,
  findAnyAccount,
  importedAccount,
  type LeftCalls,
  leftCalls,
  listAccounts,
  removeAccount,
} from "./accounts";
export { type ConnectionTest, clientOfAccount, testConnection } from "./connection";
export { checkHost, isAllowedHost } from "./hosts";
export { endNotices, newNoticeSecret, noticeFits } from "./notices";
export { addConfiguredAccount, settleAccounts } from "./settle";
