<?php
// Looking glass: ping, traceroute and BGP lookups from our routers, for customers and peers.
// The query is an address or a host name and nothing else; commands are lists, no shell is involved (PHP 7.4+).

$commands = [
    'ping'  => ['Ping',       ['/bin/ping', '-n', '-c', '4', '-w', '10']],
    'ping6' => ['Ping (v6)',  ['/bin/ping', '-6', '-n', '-c', '4', '-w', '10']],
    'trace' => ['Traceroute', ['/usr/bin/traceroute', '-n', '-w', '2', '-q', '1']],
    'mtr'   => ['MTR',        ['/usr/bin/mtr', '--report', '--report-cycles', '4', '-n']],
    'bgp'   => ['BGP route',  ['/usr/sbin/birdc', '-r', 'show', 'route', 'for']],
];

function target(string $given): ?string
{
    $given = trim($given);
    if (filter_var($given, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE)) {
        return $given;
    }
    if (filter_var($given, FILTER_VALIDATE_DOMAIN, FILTER_FLAG_HOSTNAME) && str_contains($given, '.')) {
        $address = gethostbyname($given);
        return filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE) ?: null;
    }
    return null;
}

function limited(string $who): bool
{
    $n = apcu_inc("lg:$who", 1, $fresh, 60);
    return $n !== false && $n > 5;
}

if (isset($_POST['cmd'], $_POST['host'])) {
    header('Content-Type: text/plain; charset=utf-8');
    header('X-Accel-Buffering: no');
    $target = target($_POST['host']);
    if (!isset($commands[$_POST['cmd']]) || $target === null) {
        http_response_code(400);
        exit("Enter a public address or host name.\n");
    }
    if (limited($_SERVER['REMOTE_ADDR'])) {
        http_response_code(429);
        exit("Slow down, please.\n");
    }
    $argv = [...$commands[$_POST['cmd']][1], $target];
    $process = proc_open($argv, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, '/');
    while (($line = fgets($pipes[1])) !== false) {
        echo $line;
        flush();
    }
    fclose($pipes[1]);
    proc_close($process);
    exit;
}
?>
<!doctype html>
<meta charset="utf-8"><title>Looking glass AS64496</title>
<form method="post" target="out">
    <select name="cmd"><?php foreach ($commands as $key => [$label]) echo "<option value=\"$key\">$label</option>"; ?></select>
    <input name="host" required placeholder="192.0.2.1 or www.example.com">
    <button>Run</button>
</form>
<iframe name="out" style="width:100%;height:24em"></iframe>
