<%@page contentType="text/html" pageEncoding="UTF-8"%>
<%@page import="java.io.File"%>
<%@page import="java.util.*"%>
<%@page import="org.apache.commons.fileupload.*"%>
<%@page import="org.apache.commons.fileupload.disk.DiskFileItemFactory"%>
<%@page import="org.apache.commons.fileupload.servlet.ServletFileUpload"%>
<%@include file="/WEB-INF/jspf/login.jspf"%>
<%
	// Subida de facturas de proveedores. Se guardan fuera de la aplicación, con un nombre generado.
	String mensaje = "";
	if (ServletFileUpload.isMultipartContent(request)) {
		DiskFileItemFactory fabrica = new DiskFileItemFactory();
		fabrica.setSizeThreshold(256 * 1024);
		fabrica.setRepository((File) application.getAttribute("javax.servlet.context.tempdir"));
		ServletFileUpload subida = new ServletFileUpload(fabrica);
		subida.setFileSizeMax(5L * 1024 * 1024);
		subida.setHeaderEncoding("UTF-8");
		try {
			for (Object o : subida.parseRequest(request)) {
				FileItem pieza = (FileItem) o;
				if (pieza.isFormField()) {
					continue;
				}
				String original = new File(pieza.getName()).getName();
				String extension = original.substring(original.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
				byte[] inicio = Arrays.copyOf(pieza.get(), 4);
				if ("pdf".equals(extension) && inicio[0] == '%' && inicio[1] == 'P' && inicio[2] == 'D' && inicio[3] == 'F') {
					File destino = new File(application.getInitParameter("facturas.dir"), UUID.randomUUID() + ".pdf");
					pieza.write(destino);
					facturas.registrar(usuario, original, destino.getName(), pieza.getSize());
					mensaje = "Factura recibida.";
				} else {
					mensaje = "Solo se admiten archivos PDF.";
				}
				pieza.delete();
			}
		} catch (FileUploadBase.FileSizeLimitExceededException e) {
			mensaje = "El archivo supera los 5 MB.";
		}
	}
%>
<html>
	<head><title>Facturas</title></head>
	<body>
		<p class="aviso"><%= mensaje %></p>
		<form method="post" enctype="multipart/form-data">
			<input type="file" name="factura" accept="application/pdf">
			<input type="submit" value="Enviar">
		</form>
	</body>
</html>
