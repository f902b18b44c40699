<?php
// Push hook of the code server: pulls the branch "live" and clears the caches.
$secret = trim(file_get_contents('/etc/website/hook.secret'));
$payload = file_get_contents('php://input');
$theirs  = $_SERVER['HTTP_X_HUB_SIGNATURE_256'] ?? '';

if (!hash_equals('sha256=' . hash_hmac('sha256', $payload, $secret), $theirs)) {
    http_response_code(403);
    exit;
}

$event = json_decode($payload, true);
if (($event['ref'] ?? '') !== 'refs/heads/live') {
    exit('not live');
}

// nothing of the payload is used below
$steps = [
    'git -C /srv/www/site fetch --quiet origin live',
    'git -C /srv/www/site reset --hard --quiet origin/live',
    'composer --working-dir=/srv/www/site install --no-dev --no-interaction --quiet',
    '/srv/www/site/bin/console cache:clear',
    'sudo /usr/bin/systemctl reload php8.2-fpm',
];
$log = fopen('/var/log/website/deploy.log', 'a');
foreach ($steps as $step) {
    $lines = [];
    exec($step . ' 2>&1', $lines, $code);
    fwrite($log, date('c') . " [$code] $step\n" . ($lines ? '    ' . implode("\n    ", $lines) . "\n" : ''));
    if ($code !== 0) {
        http_response_code(500);
        exit("failed: $step\n");
    }
}
echo "ok\n";
