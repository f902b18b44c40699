rule webshell_jsp_file_write
{
    meta:
        id = "f9008f7d-78bc-47ff-a138-76f019429991"
        title = "JSP Writes What the Request Carries"
        description = "Detects JSP that writes request input to a file which the request names or which the container will run: the upload and editor half of a web shell."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        // Path or content straight from the request.
        $path = /new\s+(java\.io\.)?(FileOutputStream|FileWriter|RandomAccessFile|PrintWriter|File)\s*\(\s*(new\s+(java\.io\.)?File\s*\(\s*)?[^;]{0,80}request\s*\.\s*getParameter/ nocase
        $content = /\.\s*(write|print(ln)?|append)\s*\(\s*(new\s+String\s*\(\s*)?[^;]{0,60}request\s*\.\s*get(Parameter|Header|InputStream|QueryString)\s*\(/ nocase
        $files = /Files\s*\.\s*(write|copy|newOutputStream|newBufferedWriter|move)\s*\(\s*[^;]{0,120}request\s*\.\s*get/ nocase
        $fetched = /Files\s*\.\s*copy\s*\(\s*new\s+(java\.net\.)?URL\s*\(/
        $writer = /new\s+(java\.io\.)?((FileOutputStream|FileWriter|RandomAccessFile)\s*\(|PrintWriter\s*\(\s*(application|new\s+(java\.io\.)?File\s*\(|["']))/
        // By way of variables, and not to a path that is a constant.
        $named = /=\s*request\s*\.\s*getParameter\s*\([^;]{1,40};.{0,600}new\s+(java\.io\.)?(FileOutputStream|FileWriter|PrintWriter|RandomAccessFile)\s*\(\s*(new\s+(java\.io\.)?File\s*\(\s*)?([\w.()]{0,40}getRealPath\s*\([^;)]{0,20}\)\s*\+\s*)?[a-z_]\w{0,20}\s*\)/s nocase
        $constant = /getRealPath\s*\(\s*["'][^"']{2,80}["']\s*\)|new\s+(java\.io\.)?File\s*\(\s*["'][^"']{4,80}["']\s*\)|["'][\w\/.\-]{3,60}\.(txt|log|csv|xml|properties|json)["']/
        $written = /\.\s*(write|print(ln)?)\s*\(\s*([a-z_]\w{0,20}\s*\.\s*getBytes|[a-z_]\w{0,20}\s*\))/ nocase
        $page_name = /(FileOutputStream|FileWriter|PrintWriter|RandomAccessFile|File)\s*\(\s*[^;]{0,80}\.jspx?["']/ nocase
        $list_files = /\.\s*list(Files|Roots)\s*\(/
        $change_files = /\.\s*(delete|renameTo|mkdirs?)\s*\(\s*/
        $safe = /\b(DiskFileItemFactory|getSubmittedFileName|FilenameUtils|isUserInRole|getRemoteUser|getUserPrincipal|MultipartConfig|getContentType|normalize\s*\()/ nocase
        $input = /request\s*\.\s*getParameter\s*\(/ nocase
        $scriptlet = /<%|:(scriptlet|root|expression)\b/ nocase

    condition:
        filesize < 100KB
        and $scriptlet
        and (
            ($content and $writer and (filesize < 3KB or $path))
            or ($path and $writer and filesize < 20KB and not $safe)
            or (any of ($files, $fetched) and filesize < 4KB and not $safe)
            or ($path and $list_files and $change_files and not $safe)
            or ($named and $written and filesize < 4KB and not $safe and not $constant)
            or (filesize < 4KB and $writer and $page_name and $input)
        )
}
