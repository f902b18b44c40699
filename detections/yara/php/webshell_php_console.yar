rule webshell_php_console
{
    meta:
        id = "95608ac0-3179-4472-84e1-5985dd826c0e"
        title = "PHP Console That Tries Each Way to Run a Command"
        description = "Detects PHP consoles: pages that try one function after another until one of them runs a command, or that join running code with looking round the host and changing its files, as a tool must that is carried to unknown servers."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-aspxspy-secchecker"

    strings:
        // Ways to run a command line, each on a variable.
        $run_shell_exec = /[^>:\w'"$]shell_exec\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_passthru = /[^>:\w'"$]passthru\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_system = /[^>:\w'"$]system\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_exec = /[^>:\w'"$]exec\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_popen = /[^>:\w'"$]popen\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_proc_open = /[^>:\w'"$]proc_open\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_pcntl = /[^>:\w'"$]pcntl_exec\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$/ nocase
        $run_com = /new\s+COM\s*\(\s*["'](WScript\.Shell|Shell\.Application)/ nocase
        $eval = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(/ nocase

        // Questions that a stranger to the host asks.
        $look_disabled = /["']disable_functions["']/ nocase
        $look_safe_mode = /["']safe_mode["']/ nocase
        $look_basedir = /["']open_basedir["']/ nocase
        $look_owner = /\bposix_get(pwuid|grgid|egid|euid|uid)\s*\(/ nocase
        $look_uname = /\bphp_uname\s*\(/ nocase
        $look_user = /\bget_current_user\s*\(|\bgetmyuid\s*\(/ nocase
        $look_passwd = "/etc/passwd"
        $look_disk = /\bdisk_(free|total)_space\s*\(|diskfreespace\s*\(/ nocase
        $look_perms = /\bfileperms\s*\(/ nocase
        $look_server = /SERVER_SOFTWARE|SERVER_ADDR|gethostbyname\s*\(/
        $look_shell = /["'\s](\/bin\/(ba)?sh|cmd\.exe|cmd \/c)\b/ nocase

        $quiet = /error_reporting\s*\(\s*0\s*\)|set_time_limit\s*\(\s*0\s*\)|ini_set\s*\(\s*["'](display_errors|error_log|log_errors|max_execution_time)["']/ nocase

        // Changes to files, each on a variable.
        $file_delete = /\b(unlink|rmdir)\s*\(\s*@?\$/ nocase
        $file_rename = /\brename\s*\(\s*@?\$/ nocase
        $file_chmod = /\bchmod\s*\(\s*@?\$/ nocase
        $file_upload = /\b(move_uploaded_file|copy)\s*\(\s*@?\$/ nocase
        $file_write = /\b(fwrite|fputs|file_put_contents)\s*\(\s*@?\$/ nocase
        $file_touch = /\btouch\s*\(\s*@?\$/ nocase
        $file_list = /\b(opendir|scandir|glob|dir)\s*\(\s*@?\$/ nocase
        $file_directory = /\b(chdir|mkdir)\s*\(\s*@?\$/ nocase

        $upload_form = /multipart\/form-data/ nocase
        $framework = /\n\s*(namespace|use|class|interface|abstract)\s+\w/

        $input = /\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*[\[{]/ nocase

    condition:
        filesize < 400KB
        and $input
        and (
            4 of ($run_*)
            or (filesize < 150KB and 2 of ($run_*) and 2 of ($look_*) and 2 of ($file_*))
            or (filesize < 150KB and any of ($run_*, $eval) and 4 of ($look_*) and 4 of ($file_*))
            or (3 of ($look_*) and 7 of ($file_*) and $quiet)
            or (filesize < 100KB and $look_perms and 7 of ($file_*) and $upload_form and not $framework)
            or (filesize < 60KB and 3 of ($run_*) and ($quiet or 1 of ($look_*)))
        )
}
