export { fetchConference } from "./conference";
export { importFile } from "./import";
export { cancelJob, findJob, idle, type Job, type JobMode, listJobs, resumeJobs, startJob } from "./jobs";
export { listNotices, type Notice, receiveNotice, startNotices } from "./notices";
export { refresh, startSchedule } from "./schedule";
