<?php
// Tiny test runner: every function test_*() of every *_test.php is called, assertions are counted.
// Text on the command line, a table in the browser (development hosts only).

assert_options(ASSERT_ACTIVE, 1);
assert_options(ASSERT_WARNING, 0);
assert_options(ASSERT_CALLBACK, 'note_failure');

$GLOBALS['failures'] = array();
$browser = (php_sapi_name() !== 'cli');

if ($browser && getenv('APP_ENV') !== 'development') {
    header('HTTP/1.1 404 Not Found');
    die();
}

function note_failure($file, $line, $code, $desc = null)
{
    $GLOBALS['failures'][] = basename($file) . ':' . $line . ' ' . ($desc ? $desc : $code);
}

function same($expected, $actual)
{
    if ($expected !== $actual) {
        $bt = debug_backtrace();
        note_failure($bt[0]['file'], $bt[0]['line'], '', 'expected ' . var_export($expected, true) . ', got ' . var_export($actual, true));
    }
}

$filter = $browser ? (isset($_GET['only']) ? preg_replace('/\W/', '', $_GET['only']) : '') : (isset($argv[1]) ? $argv[1] : '');
$total = 0;
$report = array();

foreach (glob(__DIR__ . '/tests/*_test.php') as $file) {
    $before = get_defined_functions();
    require_once $file;
    $after = get_defined_functions();
    foreach (array_diff($after['user'], $before['user']) as $function) {
        if (strpos($function, 'test_') !== 0 || ($filter && strpos($function, $filter) === false)) {
            continue;
        }
        $GLOBALS['failures'] = array();
        ob_start();
        try {
            $function();
        } catch (Exception $e) {
            $GLOBALS['failures'][] = get_class($e) . ': ' . $e->getMessage();
        }
        $noise = ob_get_clean();
        $report[$function] = $GLOBALS['failures'];
        if ($noise !== '') {
            $report[$function][] = 'printed: ' . substr($noise, 0, 80);
        }
        $total++;
    }
}

$bad = array_filter($report);
if ($browser) {
    echo '<table border="1"><caption>' . $total . ' tests, ' . count($bad) . ' failed</caption>';
    foreach ($report as $name => $lines) {
        echo '<tr bgcolor="' . ($lines ? '#fcc' : '#cfc') . '"><td>' . $name . '</td><td>' . nl2br(htmlspecialchars(implode("\n", $lines))) . '</td></tr>';
    }
    echo '</table>';
} else {
    foreach ($bad as $name => $lines) {
        echo "FAIL $name\n    " . implode("\n    ", $lines) . "\n";
    }
    echo "$total tests, " . count($bad) . " failed\n";
    exit($bad ? 1 : 0);
}
