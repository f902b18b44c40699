rule webshell_cfm_manager
{
    meta:
        id = "5854477b-17c3-45ac-89b6-0d766d91a064"
        title = "ColdFusion Page Manages Files or Databases of Its Visitor's Choice"
        description = "Detects ColdFusion pages that list, read or delete files at paths from the request, or run the statement that it carries on a data source that it names."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 65
        behaviour = "aa21-200b.t1505.003"

    strings:
        $list = /<cfdirectory\s[^>]{0,120}directory\s*=\s*["']?#\s*(\w{1,20}\s*\(\s*)?(url|form|cookie|cgi)\s*[.\[]/ nocase
        $file = /<cffile\s[^>]{0,120}(file|source|destination)\s*=\s*["']?#\s*(\w{1,20}\s*\(\s*)?(url|form|cookie|cgi)\s*[.\[]/ nocase
        $source = /<cfquery\s[^>]{0,120}datasource\s*=\s*["']?#\s*(url|form|cookie)\s*[.\[]/ nocase
        $statement = /<cfquery\s[^>]{0,160}>\s*#\s*(preservesinglequotes\s*\(\s*)?(url|form|cookie)\s*[.\[]/ nocase
        $include = /<cfinclude\s+template\s*=\s*["']?#\s*(url|form|cookie)\s*[.\[][^"'>]{1,30}#["']?\s*\/?>/ nocase
        $part_checked = /\b(isUserInRole|getAuthUser|cflogin|isUserLoggedIn)\b/ nocase

    condition:
        filesize < 200KB
        and not $part_checked
        and (
            ($list and $file)
            or $statement
            or ($source and filesize < 20KB)
            or ($include and filesize < 2KB)
        )
}
