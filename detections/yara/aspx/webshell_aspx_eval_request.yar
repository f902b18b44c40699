rule webshell_aspx_eval_request
{
    meta:
        id = "079d5bff-95c4-4fbc-9d77-0eed0c27b98b"
        title = "ASP.NET Evaluates the Request"
        description = "Detects ASP.NET pages that hand request input to an evaluator or a loader: JScript eval, a compiler at run time, Assembly.Load of bytes from the request or from a decoder, deserialisers, script in a style sheet."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-chopper-oneliner, aa21-062a.t1505.003-oabvd-dump-shell"

    strings:
        // JScript: any eval of the request on the server.
        $eval = /\beval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*[^;]{0,120}\brequest\b\s*(\/\*[^*]{0,60}\*\/\s*)?[.\[(]/ nocase
        $eval_unsafe = /\beval\s*\([^;]{1,300},\s*(["']unsafe["']|["']un["']\s*\+|\w{1,20}\s*\)\s*[;%}])/ nocase
        $eval_escaped = /\\u00[4-7][0-9a-f](\w|\\u00[4-7][0-9a-f]){1,24}\s*(\/\*[^*]{0,60}\*\/)?\s*\(/ nocase
        $eval_then = /=\s*[^;=]{0,60}\brequest\s*[.\[(][^;]{1,80};.{0,250}\beval\s*\(\s*[a-z_]\w{0,20}\s*[,)]/s nocase
        $jscript = /language\s*=\s*["']?jscript/ nocase
        $any_eval = /\b(eval|\\u0065val|ev\\u0061l|eva\\u006c)\s*\(/ nocase

        // Compilers at run time, loaders and deserialisers on what the request brings.
        $compile = /(\.\s*CompileAssemblyFrom(Source|Dom|File)|CSharpScript\.\w{3,12}|ParseText)\s*\([^;]{0,160}\brequest\s*[.\[(]/ nocase
        $compile_then = /=\s*[^;]{0,80}\brequest\s*[.\[(][^;]{1,80};.{0,900}(\.\s*CompileAssemblyFrom(Source|Dom|File)|CSharpScript\.\w{3,12}|ParseText)\s*\(/s nocase
        $load_input = /\bAssembly\s*\.\s*Load\s*\(\s*[^;]{0,160}(request|FromBase64String|Decompress|TransformFinalBlock|Decrypt|BinaryRead)/ nocase
        $load = /(\bAssembly["')]{0,2}\s*\.\s*Load\s*\(|GetMethod\s*\(\s*["']Load["']|AppDomain\.CurrentDomain\.Load\s*\(|["']System\.Reflection\.Assembly["'])/ nocase
        $decode = /FromBase64String|TransformFinalBlock|CreateDecryptor|GZipStream|DeflateStream|BinaryRead\s*\(|InputStream|ContentLength/ nocase
        // A module that is signed; a style sheet of the application under a fixed start of its name.
        $verified = /\.\s*Verify(Data|Hash)\s*\(/ nocase
        $own_sheet = /\.\s*Load\s*\(\s*Server\.MapPath\s*\(\s*["'][^"']{3,80}["']/ nocase
        $instance = /\.\s*(CreateInstance|EntryPoint|GetType|GetTypes|GetExportedTypes|Invoke|InvokeMember)\s*[(.]/ nocase
        $deserialise = /(BinaryFormatter|LosFormatter|ObjectStateFormatter|SoapFormatter|NetDataContractSerializer)\s*\(\s*\)?[^;]{0,60}\.\s*Deserialize\s*\([^;]{0,160}(request|FromBase64String)/ nocase
        $style_sheet = /<msxsl:script|EnableScript\s*=\s*true|XsltSettings\s*(\(\s*true|\.TrustedXslt)|new\s+XsltSettings/ nocase
        $xaml = /(XamlReader\.(Load|Parse)|XamlServices\.(Load|Parse)|JavaScriptSerializer\([^)]{0,40}Resolver)[^;]{0,120}request/ nocase
        $input = /\brequest\s*(\.\s*(item|form|params|querystring|headers|cookies|binaryread|inputstream|servervariables|files)\b|\[|\()/ nocase
        $page = /<%\s{0,2}@\s*(page|soap|webhandler|webservice|control|import|assembly)|<script[^>]{0,80}runat\s*=\s*["']?server/ nocase

    condition:
        filesize < 300KB
        and $page
        and (
            $eval
            or ($jscript and $eval_unsafe)
            or ($jscript and filesize < 700 and $any_eval and $input)
            or ($jscript and filesize < 8KB and $eval_then)
            or (filesize < 8KB and $eval_escaped and $input)
            or $load_input
            or (filesize < 30KB and $load and $decode and $instance and $input and not $verified)
            or $compile
            or (filesize < 12KB and $compile_then)
            or ($deserialise and $input)
            or (filesize < 30KB and $style_sheet and $input and not $own_sheet)
            or $xaml
        )
}
