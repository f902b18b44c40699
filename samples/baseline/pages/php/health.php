<?php
/* health check for the load balancer: 200 or 503, and JSON to read */
header('Content-Type: application/json');
header('Cache-Control: no-store');

$checks = array();

/* load, as the kernel tells it */
$up = trim((string) shell_exec('/usr/bin/uptime'));
if (preg_match('/load averages?: ([\d.]+),? ([\d.]+),? ([\d.]+)/', $up, $m)) {
    $cores = (int) shell_exec('nproc 2>/dev/null') ?: 1;
    $checks['load'] = array('ok' => $m[1] < 4 * $cores, 'value' => (float) $m[1], 'cores' => $cores);
}

/* disks */
foreach (array('/', '/var', '/srv/data') as $mount) {
    if (!is_dir($mount)) continue;
    $free = disk_free_space($mount) / disk_total_space($mount);
    $checks["disk $mount"] = array('ok' => $free > 0.05, 'value' => round(100 * $free) . '% free');
}

/* database */
$t = microtime(true);
try {
    $db = new PDO('mysql:host=db1.example.com;dbname=shop', 'health', getenv('HEALTH_PW'), array(PDO::ATTR_TIMEOUT => 2));
    $lag = $db->query('SHOW SLAVE STATUS')->fetch();
    $checks['db'] = array('ok' => true, 'ms' => round(1000 * (microtime(true) - $t)), 'lag' => $lag ? $lag['Seconds_Behind_Master'] : null);
} catch (PDOException $e) {
    $checks['db'] = array('ok' => false, 'error' => $e->getCode());
}

/* who are we: useful when several hosts answer */
$ps = array();
exec('ps -C php-fpm -o rss= 2>/dev/null', $ps);
$checks['fpm'] = array('ok' => count($ps) > 0, 'workers' => count($ps), 'rss_mb' => round(array_sum($ps) / 1024));

$ok = !in_array(false, array_column($checks, 'ok'), true);
http_response_code($ok ? 200 : 503);
echo json_encode(array('ok' => $ok, 'host' => php_uname('n'), 'user' => trim(`id -un`), 'checks' => $checks), JSON_PRETTY_PRINT), "\n";
