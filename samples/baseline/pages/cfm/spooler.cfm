<cfprocessingdirective pageencoding="utf-8">
<cfif not isUserInRole("operators")><cfabort showerror="Operators only"></cfif>
<cfparam name="url.tool" default="queue">

<!--- what the page can run: name, program, arguments; nothing is taken from the request but the name --->
<cfset tools = {
    queue  = {exe = "/usr/bin/lpstat", args = "-t"},
    uptime = {exe = "/usr/bin/uptime", args = ""},
    disk   = {exe = "/bin/df", args = "-h /var/spool"}
}>

<cfif not structKeyExists(tools, url.tool)>
    <cfheader statuscode="404" statustext="Not Found">
    <cfabort>
</cfif>
<cfset tool = tools[url.tool]>
<cfexecute name="#tool.exe#" arguments="#tool.args#" timeout="15" variable="text"/>

<cfoutput>
<h2>#encodeForHTML(url.tool)#</h2>
<pre>#encodeForHTML(text)#</pre>
<p><cfloop collection="#tools#" item="name"><a href="?tool=#lCase(name)#">#lCase(name)#</a> </cfloop></p>
</cfoutput>

<cfquery name="jobs" datasource="print" maxrows="20" cachedwithin="#createTimeSpan(0, 0, 1, 0)#">
    SELECT owner, title, pages, printed FROM job ORDER BY printed DESC
</cfquery>
<table>
<cfoutput query="jobs" group="owner">
    <tr><th colspan="3">#encodeForHTML(owner)#</th></tr>
    <cfoutput><tr><td>#encodeForHTML(title)#</td><td>#pages#</td><td>#dateFormat(printed, "dd.mm.yyyy")#</td></tr></cfoutput>
</cfoutput>
</table>
