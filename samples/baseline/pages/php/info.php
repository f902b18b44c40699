<?php
/*
 * phpinfo() for the hosting team.
 * Reachable from the maintenance network only; everybody else sees a 404.
 */
$from = isset($_SERVER['REMOTE_ADDR']) ? $_SERVER['REMOTE_ADDR'] : '';
$ok   = false;
foreach (array('192.0.2.10', '192.0.2.11', '127.0.0.1', '::1') as $host) {
    if ($from === $host) {
        $ok = true;
    }
}
if (!$ok) {
    header($_SERVER['SERVER_PROTOCOL'] . ' 404 Not Found');
    echo '<h1>Not Found</h1>';
    exit(1);
}

$what = array('general' => INFO_GENERAL, 'config' => INFO_CONFIGURATION, 'modules' => INFO_MODULES);
$part = isset($_GET['part'], $what[$_GET['part']]) ? $what[$_GET['part']] : INFO_GENERAL;
phpinfo($part);
