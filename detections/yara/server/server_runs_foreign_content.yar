rule server_runs_foreign_content
{
    meta:
        id = "58303ff0-25fa-4f93-aadb-255b25e68513"
        title = "Server Settings Make Content Run"
        description = "Detects settings of a folder that make the server run what it should only send: PHP in images or texts, code put in front of each page, the script engine for .config, a page inside of the settings."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        $type = /\b(AddType|AddHandler|ForceType|SetHandler)\s+["']?(application\/x-httpd-(php|cgi|perl)\w{0,10}|php\d?-script|cgi-script|server-parsed)["']?\s*[^\n]{0,30}\.?(jpe?g|gif|png|bmp|ico|txt|log|pdf|zip|css|js|html?|ht\w{3,8})\b/ nocase
        $type_inside = /<Files(Match)?\s[^>\n]{0,60}(jpe?g|gif|png|txt|\.ht|\bht)[^>\n]{0,30}>[^<]{0,120}(SetHandler|ForceType|AddType)\s+["']?application\/x-httpd-php/ nocase
        $prepend = /auto_(pre|ap)pend_file["']?\s*[=\s]\s*["']?(php:\/\/|data:|https?:|ftp:|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|[^\s"';]{0,60}\.(jpe?g|gif|png|txt|htaccess|ico|log|zip|html?)\b|\.htaccess|\.user\.ini)/ nocase
        $self = /#\s*<\?(php|=)[^\n]{0,200}(\$_|eval|system|passthru|assert|include)/ nocase
        $settings = /\b(AddType|SetHandler|php_value|AddHandler|Require all granted|allow from all)\b/ nocase
        // Who comes from a search engine, or is one, is sent elsewhere.
        $visitor = /RewriteCond\s+%\{HTTP_(REFERER|USER_AGENT)\}\s+[^\n]{0,120}(google|yahoo|bing)[^\n]{0,200}\n(\s*RewriteCond[^\n]{0,200}\n){0,9}\s*RewriteRule\s+\S{1,40}\s+(https?:|\/tmp\/)/ nocase
        $engine = /scriptProcessor\s*=\s*["'][^"']{0,80}asp\.dll["']/ nocase
        $engine_path = /path\s*=\s*["']\*?\.?(config|jpe?g|gif|png|txt|html?|css|js|xml|\w{1,4}_)\b[^"']{0,10}["']/ nocase
        $build = /<add\s[^>]{0,60}extension\s*=\s*["']\.(config|jpe?g|gif|png|txt|html?|css)["'][^>]{0,120}(PageBuildProvider|PageHandlerFactory)/ nocase
        $page_inside = /<\/configuration>.{0,200}<%|<!--\s*<%/s nocase
        $configuration = /<configuration\b/ nocase
        $comment_run = /(eval|execute|wscript\.shell|request\s*\(|ProcessStartInfo|Process\.Start)/ nocase
        $part_text = /\n\s*```|<html|\bNEWS\b|\bsidebar\b/ nocase

    condition:
        filesize < 20KB
        and not $part_text
        and (
            any of ($type, $type_inside, $prepend, $visitor)
            or ($self and $settings)
            or ($configuration and (($engine and $engine_path) or $build or ($page_inside and $comment_run)))
        )
}
