rule webshell_compiled_page
{
    meta:
        id = "f84625e1-5759-4b9d-bd33-aebdf59a1dc2"
        title = "Compiled Page That Runs Commands or Loads Code"
        description = "Detects what servers leave when they compile a page: a class made from a JSP, or an assembly made from an ASP.NET page, that starts processes, defines classes or evaluates what it is sent. It stays behind when the page is deleted."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-compiled-aspnet"

    strings:
        $java_page = "org/apache/jasper/runtime/HttpJspBase"
        $java_page_old = "org/apache/jasper/runtime/JspSourceDependent"
        $java_servlet = "javax/servlet/http/HttpServletRequest"
        $java_servlet_new = "jakarta/servlet/http/HttpServletRequest"
        $java_process = "java/lang/Runtime"
        $java_builder = "java/lang/ProcessBuilder"
        $java_exec = "getRuntime"
        $java_define = "defineClass"
        $java_loader = "java/lang/ClassLoader"
        $java_engine = "javax/script/ScriptEngineManager"
        $java_input = /getParameter|getHeader|getReader|getInputStream/
        $net_page = /App_Web_\w{6,12}|App_global\.asax|ASP\.\w{1,40}_(aspx|ashx|asmx)|\b\w{1,40}_(aspx|ashx|asmx)\b/ ascii wide
        $net_factory = "FastObjectFactory"
        $net_tree = "FrameworkInitialize"
        $net_eval = "JScriptEvaluate"
        $net_eval_engine = "Microsoft.JScript"
        $net_process = "ProcessStartInfo"
        $net_redirect = "set_RedirectStandardOutput"
        $net_load = "RijndaelManaged"
        $net_load_code = "System.Reflection"
        $net_read = "BinaryRead"
        $net_input = /get_Request|get_Item|get_Form|get_QueryString/

    condition:
        filesize < 1MB
        and (
            (
                uint32be(0) == 0xcafebabe
                and any of ($java_page, $java_page_old)
                and any of ($java_servlet, $java_servlet_new)
                and $java_input
                and (($java_process and $java_exec) or $java_builder or ($java_define and $java_loader) or $java_engine)
            )
            or (
                uint16be(0) == 0x4d5a
                and $net_page
                and any of ($net_factory, $net_tree)
                and $net_input
                and (($net_eval and $net_eval_engine) or ($net_process and $net_redirect) or ($net_load and $net_load_code and $net_read))
            )
        )
}
