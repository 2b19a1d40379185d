export {
  type Account,
  type AccountInput,
  addAccount,
  addConfiguredAccount,
  type ConnectionTest,
  changeAccount,
  clientOfAccount,
  findAccount,
  listAccounts,
  removeAccount,
  testConnection,
} from "./accounts";
