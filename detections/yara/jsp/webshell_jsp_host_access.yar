rule webshell_jsp_host_access
{
    meta:
        id = "549b4c48-af75-4803-94fd-31e1269dea21"
        title = "JSP Reaches the Host or Loads Classes"
        description = "Detects JSP that starts processes, defines classes, runs script engines or expression languages, or changes the container by reflection, next to request input. Pages render; none of this is needed for that."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1059.007"

    strings:
        $process = /getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(|\.\s*exec\s*\(\s*(request|param|new\s+String\s*\[)|\bProcess\s+\w{1,20}\s*[=;]|\bProcessBuilder\s*\(|\bUNIXProcess\b|\bProcessImpl\b|java\.lang\.(Runtime|ProcessBuilder)\b/ ascii wide
        $define = /\bdefineClass\b|\$\$BCEL\$\$|com\.sun\.org\.apache\.bcel|\bextends\s+ClassLoader\b|\bTemplatesImpl\b|com\.sun\.tools\.attach/ ascii wide
        $engine = /\bObjectInputStream\s*\(|\bXMLDecoder\s*\(|\bjava\.beans\.(Expression|Statement)\b|\bURLClassLoader\s*\(|\bnew\s+(java\.net\.)?Socket\s*\(\s*request\b/ ascii wide
        $script = /\bScriptEngineManager\b|\bELProcessor\b|\bSpelExpressionParser\b|\bGroovyShell\b|\bPythonInterpreter\b/ ascii wide
        $script_run = /\.\s*(eval|evaluate|parseExpression|exec)\s*\(\s*(request|param|new\s+String|[a-zA-Z]\w{0,20}\s*\))/ ascii wide
        $container = /\bsetAccessible\s*\(\s*true/ ascii wide
        $container_part = /\b(implements\s+([\w.]{1,40}\.)?Filter|addFilter\w{0,6}|FilterDef|FilterMap|ApplicationFilterConfig|addServlet\w{0,10}|createWrapper|addValve|addApplicationEventListener|StandardContext|ServletRequestListener)\b/ ascii wide
        $reflect = /\.\s*(getMethod|getDeclaredMethod|getDeclaredConstructor)\s*\(/ ascii wide
        $reflect_pieces = /("\s{0,9}\+ "|"\+\s{0,9}"|" \+\s{0,9}"|'\s{0,9}\+ '|'\+\s{0,9}'|' \+\s{0,9}')[\w.]{1,30}["']\s*(\+|\))/ ascii wide
        $invoke = /\.\s*(invoke|newInstance)\s*\(/ ascii wide
        $lookup = /\.\s*(lookup|doLookup|loadClass|forName|loadLibrary|load)\s*\(\s*(request|param)\b/ ascii wide
        $direct = /(\.\s*exec|new\s+(java\.lang\.)?ProcessBuilder)\s*\(\s*[^;]{0,60}\b\w{1,20}\s*\.\s*get(Parameter|Header|QueryString)\s*\(/
        $expression = /[$#]\{[^\n]{0,300}(forName\s*\(|getRuntime\s*\()[^\n]{0,300}\bparam\b/
        $escape = /\\u{1,6}00[2-7][0-9a-f]/ nocase ascii wide
        // Words of the code cut by the marks of XML.
        $cut = /\w\]\]><!\[CDATA\[\w/ ascii wide
        $invoke_input = /\.\s*invoke\s*\(\s*[^;]{1,40}\brequest\s*\.\s*get(Parameter|Header)\s*\(/ ascii wide
        $entity_code = /:scriptlet>[^<]{0,300}&#x?[0-9a-f]{2,3};(&#x?[0-9a-f]{2,3};){3}/ nocase
        $entity = /&#x?[0-9a-f]{2,3};(&#x?[0-9a-f]{2,3};){8}/ nocase
        $input = /\brequest\s*\.\s*get(Parameter|Header|InputStream|Reader|QueryString|Cookies|Part|Method|Attribute)|\bparam\s*[.\[]|\bpageContext\b/ ascii wide
        $page = /<%|<jsp:(root|scriptlet|expression|declaration|directive)|xmlns(:\w{1,20})?\s*=\s*["']http:\/\/java\.sun\.com\/JSP\/Page/ nocase ascii wide
        // Sources of a container, scripts of editors and articles hold such lines as text.
        $part_source = /\n\s+def \w{1,40}\(\w|\n\s*package\s+[a-z][\w.]{2,80};|\n\s*```|<html[^>]{0,80}>\s*<head>\s*<meta[^>]{0,40}javadoc|Licensed under the|Free Software Foundation/ nocase
        $part_checked = /\b(isUserInRole|getRemoteUser|MessageDigest|CompiledScript)\b|\.\s*matches\s*\(\s*"/

    condition:
        filesize < 2MB
        and not any of ($part_*)
        and (any of ($direct, $expression) or (@page[1] < 8192 and (
            ($input and any of ($process, $define, $engine))
            or ($input and $script and ($script_run or ($reflect and $invoke)))
            or ($container and $container_part)
            or ($input and $reflect and $invoke and ($reflect_pieces or $container))
            or $lookup
            or (#escape > 5 and $input)
            or #escape > 20
            or any of ($entity_code, $cut, $invoke_input)
            or ($entity and $process)
        )))
}
