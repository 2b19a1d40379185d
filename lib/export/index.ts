export { callsCsv, callsExportQuery } from "./calls-csv";
export { metricsCsv, metricsExportQuery } from "./metrics-csv";
export { metricsXlsx, workbookQuery, workbookXlsx } from "./workbook";
