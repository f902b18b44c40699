rule webshell_jsp_files
{
    meta:
        id = "a26b6e00-79e6-46d2-91f5-6336750fef7b"
        title = "JSP Manages Files or Databases of Its Visitor's Choice"
        description = "Detects JSP that lists, edits, deletes or stores files at paths from the request, or connects to a database that the request names."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003"

    strings:
        $list = /\.\s*list(Files|Roots)?\s*\(\s*\)|\bFile\s*\.\s*listRoots/ ascii wide
        $delete = /\.\s*(delete|renameTo|mkdirs?|createNewFile|setLastModified)\s*\(/ ascii wide
        $write = /\bnew\s+(java\.io\.)?(FileOutputStream|FileWriter|RandomAccessFile|PrintWriter|BufferedWriter)\s*\(|\bFiles\s*\.\s*(write|copy|newOutputStream)\s*\(/ ascii wide
        $read = /\bnew\s+(java\.io\.)?(FileInputStream|FileReader|BufferedReader|Scanner)\s*\(/ ascii wide
        $body = /\brequest\s*\.\s*get(InputStream|Reader|Part)\s*\(/ ascii wide
        $root = /\bgetRealPath\s*\(\s*(["']\/?["']|request)/ ascii wide
        $named = /getRealPath\s*\([^;]{0,40}\+\s*[^;]{0,40}getParameter\s*\(|new\s+(java\.io\.)?(File|FileOutputStream|FileWriter|FileInputStream)\s*\(\s*[^;]{0,60}getParameter\s*\(/ ascii wide
        $named_whole = /new\s+(java\.io\.)?(File|FileReader|FileInputStream)\s*\(\s*request\s*\.\s*getParameter\s*\(/ ascii wide
        $listed = /=\s*request\s*\.\s*getParameter\s*\([^;]{1,40};.{0,160}new\s+(java\.io\.)?File\s*\(\s*[a-z_]\w{0,20}\s*\)\s*\.\s*list(Files)?\s*\(\s*\)/s nocase
        $database = /getConnection\s*\(\s*request\s*\.\s*getParameter\s*\(|Class\.forName\s*\(\s*[^;]{0,20}getParameter\s*\(/ ascii wide
        $query = /\.\s*(executeQuery|execute|executeUpdate|prepareStatement)\s*\(/ ascii wide
        $item = /\.\s*write\s*\(\s*[\w.()]{0,20}getRealPath\s*\(\s*["']\/?["']\s*\)|\.\s*write\s*\(\s*new\s+(java\.io\.)?File\s*\(\s*[^;]{0,40}getRealPath\s*\(\s*["']\/?["']\s*\)/
        $input = /\brequest\s*\.\s*getParameter\s*\(/ ascii wide
        $page = /<%|:(root|scriptlet|expression|declaration)\b/ nocase ascii wide
        $part_source = /\n\s*package\s+[a-z][\w.]{2,80};|\n\s*```|Licensed under the|Free Software Foundation/ nocase
        $part_checked = /\b(isUserInRole|getRemoteUser|DiskFileItemFactory|isMultipartContent|FilenameUtils|getSubmittedFileName|MultipartConfig|getUserPrincipal)\b/

    condition:
        filesize < 1MB
        and $page
        and (($item and filesize < 3KB) or ($body and $write and any of ($root, $named) and filesize < 8KB and not any of ($part_*)) or ($input and not any of ($part_*) and (
            ($list and $delete and $write and $read)
            or ($list and $write and $named)
            or ($database and $query)
            or ($listed and filesize < 2KB)
            or ($named_whole and any of ($list, $delete, $read) and filesize < 600)
        )))
}
