/** Names of the files that people read a result by, apart from the code that makes them. */
export const htmlFileName = 'report.html';
export const pdfFileName = 'report.pdf';
export const thumbnailFileName = 'thumbnail.png';
/** The measurements as a structured report, and the PDF, as DICOM. */
export const measurementsFileName = 'lesion_sr.dcm';
export const dicomPdfFileName = 'lesion_pdf.dcm';
