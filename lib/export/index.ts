export { auditCsv, auditExportQuery } from "./audit-csv";
export { callsCsv, callsExportQuery } from "./calls-csv";
export { changesList } from "./changes";
export { contrastsList } from "./contrasts";
export { csvFile, exportResponse } from "./file";
export { listCsv, listXlsx } from "./list";
export { metricsCsv, metricsExportQuery } from "./metrics-csv";
export { reconciliationList } from "./reconciliation";
export { metricsXlsx, workbookQuery, workbookXlsx } from "./workbook";
