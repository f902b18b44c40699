rule webshell_aspx_files
{
    meta:
        id = "74fbe386-b5c0-4cd9-9037-51e6473c3ae3"
        title = "ASP.NET Page Manages Files or Databases of Its Visitor's Choice"
        description = "Detects ASP.NET pages that work in several ways on files whose names the visitor gives, store the body of a request under a name from it, or open a database connection that the request spells out."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-simpleseesharp"

    strings:
        $do_list = /\b(Directory\s*\.\s*Get(Files|Directories|Logical\w{4,8})|DirectoryInfo\s*\(|GetFiles\s*\(|DriveInfo\b|GetLogicalDrives\s*\()/ ascii wide
        $do_delete = /\b(File|Directory)\s*\.\s*(Delete|Move|CreateDirectory|Copy)\s*\(|\.\s*Delete\s*\(/ ascii wide
        $do_write = /\bFile\s*\.\s*(WriteAll\w{4,5}|AppendAllText|Create(Text)?|OpenWrite|AppendText)\s*\(|\bnew\s+(System\.IO\.)?(StreamWriter|FileStream|BinaryWriter)\s*\(|As\s+New\s+(System\.IO\.)?StreamWriter/ nocase ascii wide
        $do_read = /\bFile\s*\.\s*(ReadAll\w{4,5}|OpenText|OpenRead)\s*\(|\bnew\s+(System\.IO\.)?StreamReader\s*\(|\.\s*(WriteFile|TransmitFile)\s*\(/ nocase ascii wide
        $do_times = /\bSet(Creation|LastWrite|LastAccess)Time(Utc)?\s*\(|\b(Creation|LastWrite)Time\s*=/ ascii wide
        $do_upload = /\.\s*SaveAs\s*\(/ ascii wide
        $named_write = /(File\s*\.\s*(WriteAll\w{4,5}|AppendAllText|Create(Text)?|OpenWrite)|new\s+(System\.IO\.)?(StreamWriter|FileStream))\s*\(\s*([\w.]{1,40}\s*\(\s*){0,3}[^;]{0,40}\brequest\s*[.\[(]/ nocase ascii wide
        $named_bytes = /WriteAll(Bytes|Text)\s*\(\s*(Server\.MapPath\s*\(\s*|HttpContext[^,;]{0,40}MapPath\s*\(\s*)?[a-z_]\w{0,20}\s*\)?\s*,\s*([\w.]{0,40}\()?\s*(System\.)?(Convert\.)?FromBase64String/ nocase
        $save_root = /\.\s*SaveAs\s*\(\s*Server\.MapPath\s*\(\s*["'](~?\/?|\.\/?)["']\s*\)\s*\+/ nocase
        $save_checked = /\b(GetExtension|EndsWith|ContentType)\b/
        $connect = /\b(Sql|OleDb|Odbc|Oracle|MySql)(Connection|DataAdapter)\s*\(\s*[^;]{0,60}(\brequest\s*[.\[(]|\.Text\b)|ConnectionString\s*=\s*[^;]{0,40}(\brequest\s*[.\[(]|\.Text\b)/ nocase ascii wide
        $query = /\b(Sql|OleDb|Odbc|Oracle|MySql)Command\s*\(|CommandText\s*=|\.\s*Execute(Reader|NonQuery|Scalar)\s*\(|\.\s*Fill\s*\(/ nocase ascii wide
        $input = /\brequest\s*[.\[(]|\.Text\b|\[[\w.]{0,40}WebMethod/ nocase ascii wide
        $checked = /\b(IsInRole|IsAuthenticated|CheckAuthentication|AuthorizeAttribute|Config\.Current|JsonMapper|LitJson|Newtonsoft|FileManager)\b/
        $page = /<%\s{0,2}@\s*(page|webhandler|webservice|control|import|assembly|serviceHost)|<script[^>]{0,80}runat\s*=\s*["']?server/ nocase ascii wide
        // Sources of a framework and articles hold such lines as text; pages with code behind are part of an application.
        $part_source = /\n\s*(namespace\s+\w|```)|<\/summary>|Licensed under the|Free Software Foundation|\bMicrosoft Corporation|\bUpfile_5xSoft|class_terminate|\bkindeditor/ nocase

    condition:
        filesize < 1MB
        and $page
        and $input
        and not $checked
        and not any of ($part_*)
        and (
            4 of ($do_*)
            or ($do_list and $do_write and $do_delete)
            or (any of ($named_*) and filesize < 20KB)
            or ($save_root and not $save_checked and filesize < 3KB)
            or ($connect and $query)
        )
}
