rule webshell_jsp_class_loading
{
    meta:
        id = "160dd470-148f-4ba8-92d1-b6ad36fbe3c7"
        title = "JSP Loads Code from the Request"
        description = "Detects JSP and servlets that turn request input into running code: defineClass, class loaders over a URL from the request, script engines, expression evaluators, BCEL, deserialisation and look-ups of names that the request gives."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1059.007"

    strings:
        // Classes made from bytes.
        $define = /\bdefineClass\s*\(/
        $define_name = /["']defineClass["']|["']define["']\s*\+\s*["']Class["']|["']ZGVmaW5lQ2xhc3M=["']/
        $bytes = /BASE64Decoder|Base64\s*\.\s*getDecoder|Base64\.decode|["']java\.util\.Base64["']|decodeBuffer|parseBase64Binary|Cipher\s*\.\s*getInstance|GZIPInputStream|getReader\s*\(|getInputStream\s*\(|DatatypeConverter/ nocase
        $loader_url = /new\s+(java\.net\.)?URLClassLoader\s*\(/
        $loader_input = /new\s+(java\.net\.)?URL\s*\(\s*[^;]{0,60}request\s*\.\s*get(Parameter|Header|QueryString)/ nocase
        $loader_remote = /new\s+(java\.net\.)?URL\s*\(\s*["'](https?|ftp|jar):/ nocase
        $made = /\.\s*(invoke|newInstance)\s*\(/
        $bcel = /\$\$BCEL\$\$|["']com\.sun\.org\.apache\.bcel/
        // Evaluators.
        $engine = /\.\s*getEngineBy(Name|Extension|MimeType)\s*\(/
        $engine_eval = /\.\s*eval\s*\(\s*[^;]{0,100}request\s*\.\s*get/ nocase
        $engine_then = /=\s*(new\s+String\s*\([^;]{0,60}|[\w.]{1,30}decode\w{0,10}\s*\(\s*)?request\s*\.\s*get(Parameter|Header|Reader|QueryString)\w{0,6}\s*\([^;]{0,60};.{0,260}\.\s*eval\s*\(\s*(new\s+String\s*\()?[a-z_]\w{0,20}\s*[,)]/s nocase
        $expression = /\b(ELProcessor|ExpressionFactory|SpelExpressionParser|GroovyShell|GroovyClassLoader|Ognl|MVEL|BshInterpreter|bsh\.Interpreter|JexlEngine|PythonInterpreter|TemplatesImpl)\b/
        $expression_eval = /\.\s*(eval|evaluate|parseExpression|createValueExpression|getValue|parseClass|exec)\s*\(\s*[^;]{0,80}(request|param)\s*[.\[]/ nocase
        $deserialise = /new\s+(java\.\w{2,5}\.)?(ObjectInputStream|XMLDecoder)\s*\(\s*[^;]{0,160}(request|BASE64Decoder|getDecoder)/ nocase
        $lookup = /\.\s*(lookup|doLookup|setDataSourceName)\s*\(\s*[^;]{0,80}request\s*\.\s*get(Parameter|Header|QueryString)/ nocase
        $native = /\b(System|Runtime\.getRuntime\(\))\.load(Library)?\s*\(\s*[^;]{0,40}request\s*\.\s*getParameter/ nocase
        $scriptlet = /<%|:(scriptlet|root|expression)\b/ nocase
        $input = /request\s*\.\s*(getParameter(Values|Map)?\s*\(|getHeader\s*\(|getQueryString\s*\(|getReader\s*\(|getInputStream\s*\(|getCookies\s*\(|\$?\{?\bparam\s*[.\[]|getParts?\s*\()|\$\{?\s*param\b|pageContext/ nocase
        $page = /<%|<jsp:|@WebServlet|@WebFilter|extends\s+HttpServlet|implements\s+(Filter|ServletRequestListener|Valve)/ nocase

    condition:
        filesize < 300KB
        and $page
        and ($input or $scriptlet)
        and (
            (any of ($define, $define_name) and $bytes)
            or ($loader_url and $loader_input)
            or ($loader_url and $loader_remote and $made and $scriptlet and filesize < 8KB)
            or $bcel
            or ($engine and any of ($engine_eval, $engine_then))
            or ($expression and $expression_eval)
            or $deserialise
            or $lookup
            or $native
        )
}
