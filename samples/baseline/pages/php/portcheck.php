<?php
// Is the server up? Called by the status page of the game community: portcheck.php?s=2
header('Content-Type: application/json');
$servers = array(
    array('Creative', 'mc1.example.com', 25565),
    array('Survival', 'mc2.example.com', 25565),
    array('Voice', 'voice.example.com', 64738),
);
$n = isset($_GET['s']) ? (int) $_GET['s'] : 0;
if (!isset($servers[$n])) {
    die('{"error":"unknown"}');
}
list($title, $host, $port) = $servers[$n];
$result = array('title' => $title, 'up' => false);

$t = microtime(true);
$sock = @stream_socket_client("tcp://$host:$port", $errno, $error, 2);
if ($sock) {
    $result['up'] = true;
    $result['ms'] = round((microtime(true) - $t) * 1000);
    if ($port == 25565) {
        // server list ping: handshake and status request
        stream_set_timeout($sock, 2);
        $data = "\x00\x2f" . chr(strlen($host)) . $host . pack('n', $port) . "\x01";
        fwrite($sock, chr(strlen($data)) . $data . "\x01\x00");
        $answer = '';
        while (!feof($sock) && strlen($answer) < 32768) {
            $chunk = fread($sock, 2048);
            if ($chunk === '' || $chunk === false) break;
            $answer .= $chunk;
        }
        $json = json_decode(substr($answer, (int) strpos($answer, '{')), true);
        if ($json) {
            $result['players'] = $json['players']['online'];
            $result['motd'] = preg_replace('/\xc2\xa7./', '', is_array($json['description']) ? $json['description']['text'] : $json['description']);
        }
    }
    fclose($sock);
}
if (function_exists('socket_create') && !$result['up'] && $s = @socket_create(AF_INET, SOCK_DGRAM, SOL_UDP)) {
    $result['udp'] = @socket_sendto($s, "\x00\x00\x00\x00" . pack('J', time()), 12, 0, $host, $port) === 12;
    socket_close($s);
}
echo json_encode($result);
