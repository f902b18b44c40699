<?php
/*
 * OPcache at a glance. Basic authentication against a hash in the server's environment.
 */
if (!isset($_SERVER['PHP_AUTH_PW']) || !password_verify($_SERVER['PHP_AUTH_PW'], (string) getenv('OPCACHE_HASH'))) {
    header('WWW-Authenticate: Basic realm="opcache"');
    header('HTTP/1.0 401 Unauthorized');
    exit;
}
if (!function_exists('opcache_get_status')) {
    exit('OPcache is not loaded.');
}
if (isset($_POST['reset'])) {
    opcache_reset();
    header('Location: ' . $_SERVER['SCRIPT_NAME']);
    exit;
}
$status = opcache_get_status(true);
$config = opcache_get_configuration();
$mem = $status['memory_usage'];
$sum = array_sum($mem);

function bytes($n) { foreach (['B', 'K', 'M', 'G'] as $u) { if ($n < 1024) return round($n, 1) . $u; $n /= 1024; } return $n . 'T'; }
?><html><head><title>OPcache on <?php echo php_uname('n') ?></title>
<link rel="icon" href="data:image/gif;base64,R0lGODlhEAAQALMAAKvw6QzmGnOjF1pSbBbvMytDqsBG3saWbzfP3LYHbA8BTTTSdqQJw/xPBIrrck3NNCrVRfDzZQ3JPAmUah353ZaUTtb3T3qfnbTl5hdYBext2EnIw3QEuwex5H6a1aisGR1GfG7WtHRC/com6cuIE3RLSFAgEbwQiwoF3qEmgl0YI/IEqo7wp/y5ycTGOY5HNMss8SaDIMbHiRmvacN2roPkfSQbj4nzcxl+NLKg7ra2AefmHfhPaTVlmiLM93ev0AzyChw2MBeJNpQDFVywadtddg+5jynFlMGZD5HlJpkm9SVY5deb6ndLRZ0/mYsXbA2pQqQS3Tyz9GMkSlxIVABCQO98ggHfwb21HDIlD3M3OC738KRRhbmxwCwvpyKz+L1OLGoFmeHSeEMNg3N2wt48O2syOg2I3p7F6VO6JF0Yrr/YQo57msMvacUA0ZhSDQJvvr73Ocub6A0wg++rxwhLF3nV0J9cVj1+htpEqzlmzyIV8P/MTz0Evz3QuKVPrOFOZ5yxQwG19fuyPG0ePtgII6AyZ2hPL1iSwiTEWxOmrX7SBTs=">
</head><body>
<h3>PHP <?php echo phpversion() ?>, <?php echo php_sapi_name() ?>, <?php echo PHP_OS ?></h3>
<ul>
<li>used <?php echo bytes($mem['used_memory']) ?>, free <?php echo bytes($mem['free_memory']) ?>, wasted <?php printf('%.1f%%', $mem['current_wasted_percentage']) ?></li>
<li>hits <?php printf('%.2f%%', $status['opcache_statistics']['opcache_hit_rate']) ?></li>
<li>restarts <?php echo $status['opcache_statistics']['oom_restarts'], ' / ', $status['opcache_statistics']['hash_restarts'] ?></li>
</ul>
<form method="post"><input type="submit" name="reset" value="Reset"></form>
<table><?php
uasort($status['scripts'], function ($a, $b) { return $b['hits'] - $a['hits']; });
foreach (array_slice($status['scripts'], 0, 200) as $file => $s) {
    echo '<tr><td>', $s['hits'], '<td>', bytes($s['memory_consumption']), '<td>', htmlspecialchars($file), "\n";
}
?></table>
<h3>Directives</h3>
<pre><?php foreach ($config['directives'] as $k => $v) echo $k, ' = ', var_export($v, true), "\n"; ?></pre>
<p>disable_functions = <?php echo ini_get('disable_functions') ?: '<i>none</i>' ?></p>
</body></html>
