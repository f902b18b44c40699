<?php
// Profilbild: zuschneiden und auf 128x128 verkleinern.
// Aufruf: avatar.php?u=<Nummer>  - das Ergebnis wird im Cache abgelegt.

include_once('inc/common.inc.php');

$uid = isset($_GET['u']) ? intval($_GET['u']) : 0;
if ($uid < 1) {
	header('Location: /img/nobody.png');
	exit;
}

$cache = CACHE_DIR . '/avatar/' . $uid . '.png';
$quelle = UPLOAD_DIR . '/profile/' . $uid . '.orig';

if (!file_exists($quelle)) {
	header('Location: /img/nobody.png');
	exit;
}

if (!file_exists($cache) || filemtime($cache) < filemtime($quelle)) {
	$breite = 128;
	$befehl = '/usr/bin/convert ' . escapeshellarg($quelle . '[0]')
		. ' -auto-orient -thumbnail ' . escapeshellarg($breite . 'x' . $breite . '^')
		. ' -gravity center -extent ' . escapeshellarg($breite . 'x' . $breite)
		. ' -strip ' . escapeshellarg('png:' . $cache) . ' 2>&1';
	$ausgabe = array();
	exec($befehl, $ausgabe, $status);
	if ($status !== 0) {
		// meist ein kaputtes JPEG vom Handy
		error_log('avatar.php: convert ' . $status . ': ' . implode(' | ', $ausgabe));
		header('Location: /img/nobody.png');
		exit;
	}
}

$etag = '"' . md5($uid . filemtime($cache)) . '"';
if (isset($_SERVER['HTTP_IF_NONE_MATCH']) && trim($_SERVER['HTTP_IF_NONE_MATCH']) == $etag) {
	header('HTTP/1.1 304 Not Modified');
	exit;
}
header('Content-Type: image/png');
header('Content-Length: ' . filesize($cache));
header('Cache-Control: private, max-age=86400');
header('ETag: ' . $etag);
readfile($cache);
