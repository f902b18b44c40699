rule webshell_example_eval
{
    meta:
        id = "5d0f3c1e-3f52-4a51-8d0c-6d0f2a0b7e11"
        title = "Page Evaluates Its Request"
        description = "Detects pages that evaluate what the client sends, as one-line shells do."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.example.com/aa00-001a"
        score = 80
        behaviour = "aa00-001a.t1505.003"

    strings:
        $command = "eval(Request"

    condition:
        filesize < 10KB and $command
}
