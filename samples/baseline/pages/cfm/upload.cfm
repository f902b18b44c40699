<cfsetting showdebugoutput="no" requesttimeout="120">
<!--- Pressebilder: nur JPEG und PNG, Ablage ausserhalb des Webs --->
<cfparam name="session.presse" default="false">
<cfif not session.presse>
	<cflocation url="login.cfm" addtoken="no">
</cfif>
<cfset meldung = "">
<cfif isDefined("form.bild") and len(form.bild)>
	<cftry>
		<cffile action="upload" filefield="bild" destination="#application.eingang#" nameconflict="makeunique" accept="image/jpeg,image/png" mode="640">
		<cfset quelle = cffile.serverDirectory & "/" & cffile.serverFile>
		<cfif not listFindNoCase("jpg,jpeg,png", cffile.serverFileExt) or not isImageFile(quelle)>
			<cffile action="delete" file="#quelle#">
			<cfthrow message="Kein Bild">
		</cfif>
		<cfset bild = imageNew(quelle)>
		<cfset name = createUUID() & "." & lCase(cffile.serverFileExt)>
		<cfset imageScaleToFit(bild, 2000, 2000)>
		<cfimage action="write" source="#bild#" destination="#application.ablage#/#name#" overwrite="false">
		<cffile action="delete" file="#quelle#">
		<cfquery datasource="presse">
			INSERT INTO bild (datei, titel, von, am)
			VALUES (
				<cfqueryparam value="#name#" cfsqltype="cf_sql_varchar">,
				<cfqueryparam value="#left(form.titel, 100)#" cfsqltype="cf_sql_varchar">,
				<cfqueryparam value="#session.benutzer#" cfsqltype="cf_sql_varchar">,
				<cfqueryparam value="#now()#" cfsqltype="cf_sql_timestamp">
			)
		</cfquery>
		<cfset meldung = "Das Bild ist gespeichert.">
		<cfcatch type="any">
			<cflog file="presse" text="#cfcatch.message# #cfcatch.detail#">
			<cfset meldung = "Das Bild konnte nicht übernommen werden.">
		</cfcatch>
	</cftry>
</cfif>
<cfoutput>
<p>#htmlEditFormat(meldung)#</p>
<form action="#cgi.script_name#" method="post" enctype="multipart/form-data">
	<input type="file" name="bild"> Titel <input name="titel" maxlength="100">
	<input type="submit" value="Hochladen">
</form>
</cfoutput>
