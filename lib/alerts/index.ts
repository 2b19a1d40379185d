export { type Alert, type AlertInput, addAlert, changeAlert, listAlerts, removeAlert, takeOverAlert } from "./alerts";
export { checkAlerts, startAlerts } from "./check";
export { preview, type Reading, type Watched } from "./figure";
export { testAlert } from "./send";
