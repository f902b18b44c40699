<?php
/**
 * Nightly and on-demand backup: database dump and uploads, kept for fourteen days.
 *
 *   php backup.php --full            from cron
 *   backup.php?action=now            by an administrator, from the dashboard
 */
error_reporting(E_ALL);
set_time_limit(0);
ini_set('memory_limit', '256M');

define('IN_ADMIN', true);
require dirname(__FILE__) . '/includes/init.php';

if (PHP_SAPI !== 'cli') {
    admin_login_required();           // ends the request when nobody is logged in
    check_token($_POST['token'] ?? '');
}

$stamp = date('Ymd_His');
$dir   = $config['backup_dir'];
if (!is_dir($dir)) {
    mkdir($dir, 0700, true);
}

// The password never stands on the command line, where ps shows it.
$defaults = tempnam(sys_get_temp_dir(), 'my');
file_put_contents($defaults, sprintf(
    "[client]\nuser=%s\npassword=\"%s\"\nhost=%s\n",
    $config['db_user'], addcslashes($config['db_pass'], '"\\'), $config['db_host']
));
chmod($defaults, 0600);

$sql = "$dir/db_$stamp.sql.gz";
$cmd = sprintf(
    'mysqldump --defaults-extra-file=%s --single-transaction --routines %s | gzip -9 > %s',
    escapeshellarg($defaults), escapeshellarg($config['db_name']), escapeshellarg($sql)
);
$code = 1;
passthru('/bin/bash -o pipefail -c ' . escapeshellarg($cmd), $code);
unlink($defaults);

if ($code !== 0) {
    @unlink($sql);
    mail($config['admin_mail'], '[backup] FAILED on ' . php_uname('n'), "mysqldump ended with $code");
    exit("Backup failed ($code)\n");
}

$tar = "$dir/uploads_$stamp.tar.gz";
system(sprintf('tar -C %s -czf %s uploads 2>/dev/null', escapeshellarg($config['site_root']), escapeshellarg($tar)), $code);

$kept = 0;
foreach (glob("$dir/{db,uploads}_*.gz", GLOB_BRACE) as $old) {
    if (filemtime($old) < time() - 14 * 86400) {
        unlink($old);
    } else {
        $kept++;
    }
}
printf("ok %s %s (%d kept)\n", basename($sql), number_format(filesize($sql)), $kept);
