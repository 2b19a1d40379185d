export { escaped, htmlPage, reportHtml } from "./html";
export { canMail } from "./mail";
export { addSchedule, changeSchedule, listSchedules, removeSchedule, type Schedule, startSending, testSchedule } from "./schedules";
export { addShare, isUnlocked, listShares, noteOpened, openShare, pageOfShare, revokeShare, type ShareLink, unlockedBy, viewOfLink } from "./shares";
