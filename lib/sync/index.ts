export { fetchConference } from "./conference";
export { importFile } from "./import";
export { cancelJob, findJob, idle, type Job, type JobMode, listJobs, resumeJobs, startJob } from "./jobs";
export { refresh, startSchedule } from "./schedule";
