export { addSchedule, changeSchedule, listSchedules, removeSchedule, type Schedule, startSending, testSchedule } from "./schedules";
