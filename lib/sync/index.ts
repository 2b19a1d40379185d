export { fetchConference } from "./conference";
export { takeOverCoverage } from "./coverage";
export { importFile } from "./import";
export { cancelJob, findJob, idle, type Job, type JobMode, listJobs, resumeJobs, startJob } from "./jobs";
export { listNotices, type Notice, receiveNotice, startNotices } from "./notices";
export { endAccount } from "./removal";
export { refresh, startSchedule } from "./schedule";
