<cfsetting enablecfoutputonly="true">
<!--- turns an uploaded Word file of the editors into HTML with pandoc; names are ours --->
<cfif NOT structKeyExists(session, "editor")><cfheader statuscode="403"><cfabort></cfif>
<cfset id = createUUID()>
<cfset work = getTempDirectory() & id>
<cfdirectory action="create" directory="#work#">
<cfif structKeyExists(form, "document")>
    <cffile action="upload" fileField="document" destination="#work#" accept="application/vnd.openxmlformats-officedocument.wordprocessingml.document" nameConflict="overwrite" result="up">
    <cfif up.serverFileExt NEQ "docx"><cfthrow type="Application" message="Only .docx"></cfif>
    <cffile action="rename" source="#work#/#up.serverFile#" destination="#work#/in.docx">
    <cfexecute name="/usr/bin/pandoc" arguments="--from=docx --to=html --output=#work#/out.html #work#/in.docx" timeout="30" variable="said" errorVariable="problem" />
    <cfif len(problem)><cflog file="pandoc" text="#problem#"></cfif>
    <cffile action="read" file="#work#/out.html" variable="html" charset="utf-8">
    <cfset title = form.title>
    <cfset session.draft = {title = left(title, 120), body = html, at = now()}>
    <cfoutput><h1>#encodeForHTML(session.draft.title)#</h1><div class="preview">#getSafeHTML(html)#</div></cfoutput>
</cfif>
<cfdirectory action="delete" directory="#work#" recurse="true">
<cfoutput>
<form method="post" enctype="multipart/form-data">
    <input name="title"><input type="file" name="document"><button>Convert</button>
</form>
</cfoutput>
