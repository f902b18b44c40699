<?php
/**
 * Poor man's cron: called by a monitoring service every five minutes with the site's secret.
 */
use App\Kernel;

require __DIR__ . '/vendor/autoload.php';

$kernel = Kernel::boot(__DIR__);
$given = (string) filter_input(INPUT_GET, 'key');

if (!hash_equals($kernel->config('cron.key'), $given)) {
    http_response_code(403);
    $kernel->log()->warning('cron: wrong key', ['from' => $_SERVER['REMOTE_ADDR']]);
    exit;
}

ignore_user_abort(true);
set_time_limit(240);

/** What may be asked for by name, and how often it runs (seconds). */
$jobs = [
    'queue'      => ['every' => 300,   'run' => [$kernel->queue(), 'work']],
    'newsletter' => ['every' => 900,   'run' => [$kernel->newsletter(), 'sendBatch']],
    'sitemap'    => ['every' => 86400, 'run' => 'App\Sitemap\build'],
    'sessions'   => ['every' => 3600,  'run' => fn () => $kernel->db()->exec('DELETE FROM session WHERE expires < UNIX_TIMESTAMP()')],
    'thumbnails' => ['every' => 1800,  'run' => [$kernel->media(), 'missingThumbnails']],
];

$only = $_GET['job'] ?? null;
if ($only !== null && !array_key_exists($only, $jobs)) {
    http_response_code(400);
    exit('unknown job');
}

header('Content-Type: text/plain');
foreach ($only === null ? $jobs : [$only => $jobs[$only]] as $name => $job) {
    $lock = fopen(sys_get_temp_dir() . "/cron-$name.lock", 'c+');
    if (!flock($lock, LOCK_EX | LOCK_NB)) {
        echo "$name: still running\n";
        continue;
    }
    $last = (int) stream_get_contents($lock);
    if ($only === null && time() - $last < $job['every']) {
        continue;
    }
    $start = microtime(true);
    try {
        $result = call_user_func($job['run']);
        printf("%s: %s in %.2fs\n", $name, json_encode($result), microtime(true) - $start);
    } catch (Throwable $failure) {
        $kernel->log()->error("cron: $name", ['exception' => $failure]);
        echo "$name: failed\n";
    }
    ftruncate($lock, 0);
    rewind($lock);
    fwrite($lock, (string) time());
    fclose($lock);
}
