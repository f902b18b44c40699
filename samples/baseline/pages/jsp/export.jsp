<%@ page import="org.apache.poi.hssf.usermodel.*, java.util.*, com.example.hr.*" %>
<%
// Export der Abwesenheiten als Excel-Datei
Calendar von = Calendar.getInstance();
von.set(Calendar.DAY_OF_YEAR, 1);
String abt = (String) session.getAttribute("abteilung");
List liste = AbwesenheitDAO.suche(abt, von.getTime(), new Date());

HSSFWorkbook wb = new HSSFWorkbook();
HSSFSheet sheet = wb.createSheet("Abwesenheiten");
HSSFCellStyle fett = wb.createCellStyle();
HSSFFont schrift = wb.createFont();
schrift.setBoldweight(HSSFFont.BOLDWEIGHT_BOLD);
fett.setFont(schrift);
HSSFCellStyle datum = wb.createCellStyle();
datum.setDataFormat(HSSFDataFormat.getBuiltinFormat("m/d/yy"));

String[] kopf = {"Name", "Von", "Bis", "Tage", "Grund"};
HSSFRow r = sheet.createRow(0);
for (int i = 0; i < kopf.length; i++) {
  HSSFCell c = r.createCell(i);
  c.setCellValue(new HSSFRichTextString(kopf[i]));
  c.setCellStyle(fett);
}
int zeile = 1;
for (Iterator it = liste.iterator(); it.hasNext(); ) {
  Abwesenheit a = (Abwesenheit) it.next();
  r = sheet.createRow(zeile++);
  r.createCell(0).setCellValue(new HSSFRichTextString(a.getName()));
  r.createCell(1).setCellValue(a.getVon());
  r.createCell(2).setCellValue(a.getBis());
  r.getCell(1).setCellStyle(datum);
  r.getCell(2).setCellStyle(datum);
  r.createCell(3).setCellValue(a.getTage());
  r.createCell(4).setCellValue(new HSSFRichTextString(a.getGrund() == null ? "" : a.getGrund()));
}
r = sheet.createRow(zeile);
r.createCell(3).setCellFormula("SUM(D2:D" + zeile + ")");

response.setContentType("application/vnd.ms-excel");
response.setHeader("Content-Disposition", "attachment; filename=abwesenheiten.xls");
wb.write(response.getOutputStream());
response.getOutputStream().close();
%>
