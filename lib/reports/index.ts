export { addSchedule, changeSchedule, listSchedules, removeSchedule, type Schedule, takeOverSchedule } from "./schedules";
export { startSending, testSchedule } from "./send";
