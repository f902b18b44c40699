rule webshell_aspx_file_write
{
    meta:
        id = "7fe13b38-5a49-4382-a05b-72a1806c64f4"
        title = "ASP.NET Stores What the Request Carries"
        description = "Detects ASP.NET pages that write request input to a path that the request chooses, or store any upload beside themselves without looking at it."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-simpleseesharp, aa21-062a.t1505.003-oabvd-dump-shell"

    strings:
        $write_path = /(File\.(WriteAll(Text|Bytes|Lines)|AppendAllText|Create(Text)?|Open(Write)?|AppendText|Copy|Move)|new\s+(System\.IO\.|IO\.)?(StreamWriter|FileStream|BinaryWriter)|FileStream)\s*\(\s*@?(Server\.MapPath\s*\(\s*|Path\.Combine\s*\([^;]{0,60},\s*|Convert\.ToString\(|Encoding[^;]{0,60}FromBase64String\()?@?["'.\/+&\s]{0,8}(HttpContext\.Current\.|context\.|this\.|Page\.)?Request\s*[.\[(]/ nocase
        $write_content = /\.\s*Write(Line)?\s*\(\s*([a-z.]{1,60}\(\s*){0,3}(HttpContext\.Current\.|\w{1,12}\.)?Request\s*(\.\s*(Form|Item|Params|QueryString|Headers|Cookies)|\[)/ nocase
        $writer = /\b(StreamWriter|FileStream|File\.Create\w{0,8}|BinaryWriter)\s*\(/ nocase
        // Uploads to where the request says, or beside the page.
        $save_chosen = /\.\s*SaveAs\s*\(\s*[^;]{0,60}Request\s*(\.\s*(Form|Item|Params|QueryString|Headers|Cookies)\b|\[\s*["'])/ nocase
        $save_here = /\.\s*SaveAs\s*\(\s*(Server\.MapPath\s*\(\s*)?((System\.IO\.)?Path\.Combine\s*\(\s*)?(Server\.MapPath\s*\(\s*["']\.?\/?["']\s*\)|Path\.GetDirectoryName\s*\([^;)]{0,60}\)|Request\.PhysicalApplicationPath|Request\.MapPath|["']\.?\/?["'])/ nocase
        $save_name = /\.\s*SaveAs\s*\(\s*[^;]{0,120}\.FileName\b/ nocase
        // To a folder that is typed into a box.
        $save_typed = /\.\s*SaveAs\s*\(\s*([\w.]{1,30}\(\s*){0,2}\w{1,20}\.(Text|Value)\b/ nocase
        $save_combined = /=\s*[^;]{0,120}\b\w{1,20}\.(Text|Value)\s*;.{0,120}Path\.Combine\s*\(\s*[a-z]\w{0,20}\s*,[^;]{0,80}\.FileName\b[^;]{0,20};.{0,40}\.\s*SaveAs\s*\(\s*\w{1,20}\s*\)/s nocase
        // The text of another page is what is written.
        $page_text = /["'][^"'\r\n]{0,60}(eval|execute|executeglobal)\s*\(?\s*request\s*[(\[.]/ nocase
        $first_file = /Request\.Files\s*\[\s*0\s*\]/ nocase
        $manage_path = /(Directory\.(GetFiles|GetDirectories|GetFileSystemEntries|Delete|CreateDirectory|Move)|File\.(Delete|ReadAll\w{4,5}|OpenText|SetLastWriteTime)|new\s+(System\.IO\.)?(DirectoryInfo|FileInfo|StreamReader)|\.\s*(WriteFile|TransmitFile))\s*\(\s*(Server\.MapPath\s*\(\s*)?(HttpContext\.Current\.|context\.)?Request\s*[.\[(]/ nocase
        $download = /\.\s*DownloadFile\s*\(\s*[^;,]{0,40}Request\b[^;]{1,60}Request\b/ nocase
        $checked = /\b(GetExtension|EndsWith|ContentType|allowed|IsAuthenticated|IsInRole|Guid\.NewGuid|Authorize|ContentLength\s*[<>])/ nocase
        $page = /<%\s{0,2}@\s*(page|webhandler|webservice|control|import|assembly)|<script[^>]{0,80}runat\s*=\s*["']?server/ nocase

    condition:
        filesize < 200KB
        and $page
        and (
            $write_path
            or ($writer and $write_content and filesize < 12KB)
            or ($save_chosen and not $checked and filesize < 8KB)
            or (filesize < 3KB and any of ($save_here, $save_typed, $save_combined) and not $checked)
            or ($page_text and $writer and filesize < 8KB)
            or (filesize < 1500 and $first_file and $save_name and not $checked)
            or ($download and filesize < 8KB)
            or (#manage_path > 1 and filesize < 40KB and not $checked)
        )
}
