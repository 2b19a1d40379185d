export { auditCsv, auditExportQuery } from "./audit-csv";
export { callsCsv, callsExportQuery } from "./calls-csv";
export { contrastsCsv, contrastsXlsx } from "./contrasts";
export { csvFile, exportResponse } from "./file";
export { metricsCsv, metricsExportQuery } from "./metrics-csv";
export { metricsXlsx, workbookQuery, workbookXlsx } from "./workbook";
