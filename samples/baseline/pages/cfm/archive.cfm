<cfscript>
// Archive of the newsletter: /archive.cfm?issue=2026-11 ; sorts and filters with closures, formats by a table of functions
param name="url.issue" default="";
param name="url.format" default="html";

formats = {
    html = function(n) { return "<h1>" & encodeForHTML(n.title) & "</h1>" & n.body; },
    text = function(n) { return n.title & chr(10) & reReplace(n.body, "<[^>]+>", "", "all"); },
    json = function(n) { return serializeJSON(n); }
};
types = {html = "text/html; charset=utf-8", text = "text/plain; charset=utf-8", json = "application/json"};

folder = expandPath("/WEB-INF/newsletter");
issues = directoryList(folder, false, "name", "*.json").map(function(f) { return listFirst(f, "."); });
arraySort(issues, "textnocase", "desc");

if (!len(url.issue)) {
    writeOutput("<ul>");
    for (issue in issues) {
        writeOutput('<li><a href="?issue=#urlEncodedFormat(issue)#">#encodeForHTML(issue)#</a></li>');
    }
    writeOutput("</ul>");
    abort;
}
if (!arrayContains(issues, url.issue) || !structKeyExists(formats, url.format)) {
    getPageContext().getResponse().setStatus(404);
    abort;
}
newsletter = deserializeJSON(fileRead(folder & "/" & url.issue & ".json", "utf-8"));
// the weight of the lead article is kept as an expression in our own settings, e.g. "2 * 3"
newsletter.weight = reFind("^[0-9 +*()-]{1,20}$", application.settings.leadWeight) ? evaluate(application.settings.leadWeight) : 1;
content = formats[url.format](newsletter);
cfheader(name = "Last-Modified", value = getHttpTimeString(getFileInfo(folder & "/" & url.issue & ".json").lastModified));
cfcontent(type = types[url.format], reset = true);
writeOutput(content);
</cfscript>
