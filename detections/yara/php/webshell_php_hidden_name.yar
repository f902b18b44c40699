rule webshell_php_hidden_name
{
    meta:
        id = "8f6750fc-6be6-4d5c-bc07-61d62982184a"
        title = "PHP Spells a Function Name in Disguise"
        description = "Detects PHP that puts together the name of a function or of a superglobal from pieces: literals taken apart and joined, reversed, rotated, encoded, written as escapes, characters by number or by index, or computed with XOR and NOT. Honest code has no reason to hide what it calls."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        // Whole names, encoded, reversed or rotated.
        $base64 = /["'](YXNzZXJ0|ZXZhbA==|ZXZhbA|c3lzdGVt|ZXhlYw==|c2hlbGxfZXhlYw==|cGFzc3RocnU=|cG9wZW4=|cHJvY19vcGVu|YmFzZTY0X2RlY29kZQ==|Z3ppbmZsYXRl|Y3JlYXRlX2Z1bmN0aW9u|c3RyX3JvdDEz|X1BPU1Q=|X0dFVA==|X1JFUVVFU1Q=|Y2FsbF91c2VyX2Z1bmM=|ZmlsZV9wdXRfY29udGVudHM=|ZmlsZV9nZXRfY29udGVudHM=|Y3VybF9leGVj|bW92ZV91cGxvYWRlZF9maWxl)["']/
        $reversed = /["'](tressa|lave|metsys|cexe|cexe_llehs|urhtssap|nepop|edoced_46esab|etalfnizg|sserpmocnuzg|noitcnuf_etaerc|31tor_rts|ecalper_gerp|cnuf_resu_llac|TSOP_|TEG_|TSEUQER_)["']/
        $rotated = /["'](nffreg|riny|flfgrz|rkrp|furyy_rkrp|cnffgueh|cbcra|onfr64_qrpbqr|tmvasyngr|tmhapbzcerff|perngr_shapgvba|fge_ebg13)["']/ nocase
        // Literals joined into a name.
        $split = /["'](a["']\s?\.\s?["']ssert|as["']\s?\.\s?["']s(ert|["']\s?\.\s?["']ert|e["']\s?\.\s?["']rt)|ass["']\s?\.\s?["']e(rt|["']\s?\.\s?["']rt|r["']\s?\.\s?["']t)|asse["']\s?\.\s?["']r(t|["']\s?\.\s?["']t)|asser["']\s?\.\s?["']t)["']/ nocase
        $split_long = /["'](e["']\s?\.\s?["']val|ev["']\s?\.\s?["']al|eva["']\s?\.\s?["']l|sys["']\s?\.\s?["']tem|syst["']\s?\.\s?["']em|shell["']\s?\.\s?["']_exec|she["']\s?\.\s?["']ll_exec|passt["']\s?\.\s?["']hru|pass["']\s?\.\s?["']thru|base["']\s?\.\s?["']64_|base64["']\s?\.\s?["']_decode|base64_["']\s?\.\s?["']decode|create["']\s?\.\s?["']_func|create_["']\s?\.\s?["']function|gzin["']\s?\.\s?["']flate|_PO["']\s?\.\s?["']ST|_["']\s?\.\s?["']POST|_P["']\s?\.\s?["']OST|_G["']\s?\.\s?["']ET|_RE["']\s?\.\s?["']QUEST)["'(]?/ nocase
        $pieces_single = /('[a-z0-9_]{1,3}'\.){4,}'[a-z0-9_]{1,4}'\s*[;)(]/ nocase
        $pieces_double = /("[a-z0-9_]{1,3}"\.){4,}"[a-z0-9_]{1,4}"\s*[;)(]/ nocase
        $pieces_apart = /(['"][a-z0-9_]{1,3}['"] \. ){4,}['"][a-z0-9_]{1,4}['"]\s*[;)(]/ nocase
        // A filler taken out of a literal that would mean something without it.
        $cut = /\bstr_(i)?replace\s*\(\s*["'][^"'\s]{1,16}["']\s*,\s*(""|'')\s*,\s*["'][\w\-+=\/*|@#!]{8,80}["']\s*\)/ nocase
        // Letters by number; control characters and marks of byte order are honest.
        $chr = /(\bchr\s*\(\s*(6[5-9]|[78][0-9]|9[05-9]|1[01][0-9]|12[0-2]|0x[4-7][0-9a-f]|0141|0163)\s*\)\s*\.\s*){3,}/ nocase
        $chr_get = /\bchr\s*\(\s*(71\s*\)\s*\.\s*chr\s*\(\s*69|80\s*\)\s*\.\s*chr\s*\(\s*79)\s*\)/ nocase
        $chr_long = /(\bchr\s*\(\s*(4[89]|5[0-7]|6[5-9]|[78][0-9]|9[05-9]|1[01][0-9]|12[0-2]|0x[4-7][0-9a-f])\s*\)\s*\.\s*){7,}chr/ nocase
        $chr_sum = /(\bchr\s*\(\s*\(?(ord\([^()]{1,12}\)|[0-9]{1,5})\s*[-+^*\/%]\s*[0-9]{1,5}\)?\s*\)\s*\.\s*){3,}/ nocase
        // Characters taken from a key by index; one index above nine tells it from the doubling of a colour.
        $index = /(\$\w{1,20}[\[{][0-9]{1,3}[\]}]\.){4,}\$/
        $index_two_digits = /\$\w{1,20}[\[{][0-9]{2,3}[\]}]\.\$\w{1,20}[\[{][0-9]{1,3}[\]}]/
        $index_apart = /(\$\w{1,20}[\[{][0-9]{2,3}[\]}] \. ){4,}\$/
        $variable_chr = /(\$\w{1,20}\([0-9]{2,3}\)\.){2,}\$\w{1,20}\([0-9]{2,3}\)/
        $variable_input = /=( "|"|'| ')_(POST|GET|REQUEST|COOKIE)["']\s*;.{0,200}(\$\$\w|\$\{\$\w)/s
        // Literals combined bit by bit.
        $xor_long = /=("[^"\n\[]{3,30}"\^"[^"\n\[]{3,30}"|'[^'\n\[]{3,30}'\^'[^'\n\[]{3,30}'|'[^'\n\[]{3,30}'\^"[^"\n\[]{3,30}")\s*;/
        $xor = /[=(.]\s*("[^"\n,\[]{1,30}"\^"[^"\n,\[]{1,30}"|'[^'\n,]{1,30}'\^'[^'\n,]{1,30}')/
        $xor_apart = /[=(.]\s*("[^"\n,]{1,30}" \^ "[^"\n,]{1,30}"|'[^'\n,]{1,30}' \^ '[^'\n,]{1,30}')/
        $not = /(=~|\(~|\.~|= ~)('|")[\x80-\xff]{3}/
        $tag = /<\?(php|=)/ nocase
        $open = /<\?(php|=|\s)|language\s*=\s*["']?php/ nocase
        $not_url = /~\s?(raw)?urldecode\s*\(\s*["']%/ nocase
        // Names in escapes, where letters would do.
        $escaped_global = /\$\{\s*"[\w]{0,8}\\(x[0-9a-f]{2}|[0-7]{2,3})[^"]{2,60}"\s*\}/ nocase
        $escaped_call = /"(\\x[3-7][0-9a-f]|\\1[0-7]{2}|\w){0,30}\\x[3-7][0-9a-f](\\x[3-7][0-9a-f]|\\1[0-7]{2}|\w){2,30}"\s*\(/ nocase
        $escaped_name = /"\\x(61\\x73\\x73\\x65\\x72\\x74|65\\x76\\x61\\x6c|73\\x79\\x73\\x74\\x65\\x6d|62\\x61\\x73\\x65\\x36\\x34|67\\x7a\\x69\\x6e\\x66|63\\x72\\x65\\x61\\x74\\x65\\x5f|70\\x72\\x65\\x67\\x5f|65\\x78\\x65\\x63|70\\x61\\x73\\x73\\x74|73\\x68\\x65\\x6c\\x6c|63\\x61\\x6c\\x6c|73\\x74\\x72\\x5f|66\\x69\\x6c\\x65\\x5f|5f\\x50\\x4f|5f\\x47\\x45|5f\\x52\\x45)/ nocase
        $octal_name = /"\\(141\\163\\163\\145|145\\166\\141\\154|163\\171\\163\\164|142\\141\\163\\145|147\\172\\151\\156|143\\162\\145\\141|145\\170\\145\\143|160\\141\\163\\163\\164|163\\150\\145\\154\\154|163\\164\\162\\137|146\\151\\154\\145|137\\120\\117|137\\107\\105|137\\122\\105)/
        $hex_name = /["'](617373657274|73797374656d|6576616c|65786563|7368656c6c5f65786563|7061737374687275|706f70656e|6261736536345f6465636f6465|677a696e666c617465|6372656174655f66756e6374696f6e|63616c6c5f757365725f66756e63|66696c655f7075745f636f6e74656e7473|66696c655f6765745f636f6e74656e7473|6375726c5f65786563|70726f635f6f70656e|707265675f7265706c616365|6d6f76655f75706c6f616465645f66696c65|5f504f5354|5f474554|5f52455155455354)["']/ nocase
        $split_base64 = /base64_decode\s*\(\s*["'][\w+\/=]{0,24}["']\s?\.\s?["'][\w+\/=]{1,24}["']/ nocase
        $called_base64 = /[(=;{]\s*\(?@?(base64_decode|strrev|str_rot13|hex2bin)\s*\(\s*["'][\w=]{4,40}["']\s*\)\s*\)\s*\(/ nocase
        $named_pieces = /\$\w{1,30}\s*\(\s*(''|"")\s*,\s*(\$\w{1,30}\s*\(|"\\x|["'][A-Za-z0-9+\/=]{40})/
        $joined_single = /[=(]\s?@?'[a-z0-9_]{1,12}'\.'[a-z0-9_]{1,12}'(\.'[a-z0-9_]{1,12}')*\s*[;)]/ nocase
        $joined_double = /[=(]\s?@?"[a-z0-9_]{1,12}"\."[a-z0-9_]{1,12}"(\."[a-z0-9_]{1,12}")*\s*[;)]/ nocase
        $joined_apart = /[=(]\s?@?["'][a-z0-9_]{1,12}["'] \. ["'][a-z0-9_]{1,12}["']\s*[;)]\s*@?\$\w{1,20}\s*\(/ nocase
        // Comments between the pieces, and letters out of an alphabet in an array.
        $joined_comment = /["']\w{1,12}["']\s*(\/\*[^*]{0,60}\*\/\s*\.\s*(\/\*[^*]{0,60}\*\/\s*)?|\.\s*\/\*[^*]{0,60}\*\/\s*)["']\w{1,12}["']/
        $letter_index = /("\]\.\$\w{1,20}\["\w"\]\.\$\w{1,20}\["\w"\]\.\$|'\]\.\$\w{1,20}\['\w'\]\.\$\w{1,20}\['\w'\]\.\$|"\] \. \$\w{1,20}\["\w"\] \. \$\w{1,20}\["\w"\] \. \$|'\] \. \$\w{1,20}\['\w'\] \. \$\w{1,20}\['\w'\] \. \$)/
        $joined_global = /("_"\.|"_" \.|'_'\.|'_' \.)\s?["'](PO?S?|GE?|RE?Q?U?)["']\s?\.\s?["'](O?S?T|E?T|E?Q?U?EST)["']/
        $variable_variable = /\$\{\$\w|=\$\$\w|= \$\$\w|\(\$\$\w|@\$\$\w/
        $not_escaped = /[=(.]\s?~\s?"(\\x[89a-f][0-9a-f]){3}/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        // Letters counted up from an empty array.
        $increment = /(\$_{1,12}\+\+;\s*){5,}/

    condition:
        filesize < 600KB
        and (
            any of ($split, $escaped_global, $not_url, $escaped_name, $octal_name, $hex_name, $increment)
            or any of ($base64, $joined_global, $split_long, $cut, $escaped_call, $chr_get, $chr_long)
            or (any of ($reversed, $rotated) and $open)
            or (any of ($chr, $chr_sum) and ($input or #chr > 20))
            or #xor + #xor_apart > 2
            or ($not and $tag)
            or (filesize < 20KB and any of ($pieces_*))
            or (filesize < 40KB and any of ($joined_*) and $input)
            or $split_base64
            or (filesize < 20KB and $xor_long and $tag)
            or (filesize < 20KB and $variable_chr)
            or (filesize < 3KB and $variable_input)
            or (filesize < 40KB and $joined_comment and $input)
            or (filesize < 20KB and $letter_index and $variable_variable and $tag)
            or ($not_escaped and $tag)
            or $called_base64
            or $named_pieces
            or ($index and #index_two_digits > 4)
            or $index_apart
        )
}
