<?php
function by_name($a, $b) { return strnatcasecmp($a['name'], $b['name']); }
function by_size($a, $b) { return $a['size'] - $b['size']; }
function by_date($a, $b) { return $b['date'] - $a['date']; }

$views = array('table' => 'view_table', 'plain' => 'view_plain');
$langs = array('en', 'nl', 'pl');

if (isset($_COOKIE['lang']) && in_array($_COOKIE['lang'], $langs, true)) {
	include 'lang/' . $_COOKIE['lang'] . '.php';
} else {
	include 'lang/en.php';
}

$files = array();
foreach (glob('pub/*.{zip,tgz,iso}', GLOB_BRACE) as $f) {
	$files[] = array('name' => basename($f), 'size' => filesize($f), 'date' => filemtime($f));
}

$sort = isset($_GET['sort']) && function_exists('by_' . $_GET['sort']) && in_array($_GET['sort'], array('name', 'size', 'date')) ? $_GET['sort'] : 'name';
usort($files, 'by_' . $sort);
if (!empty($_GET['desc'])) $files = array_reverse($files);
if (!empty($_GET['q'])) {
	$q = $_GET['q'];
	$files = array_filter($files, function ($f) use ($q) { return stripos($f['name'], $q) !== false; });
}

function view_table($files)
{
	global $L;
	echo '<table><tr><th><a href="?sort=name">' . $L['name'] . '</a></th><th><a href="?sort=size">' . $L['size'] . '</a></th></tr>';
	foreach ($files as $f) echo '<tr><td><a href="pub/' . rawurlencode($f['name']) . '">' . htmlspecialchars($f['name']) . '</a></td><td>' . $f['size'] . '</td></tr>';
	echo '</table>';
}

function view_plain($files)
{
	header('Content-Type: text/plain');
	echo implode("\n", array_map('implode', array_fill(0, count($files), "\t"), $files));
}

call_user_func($views[isset($_GET['view'], $views[$_GET['view']]) ? $_GET['view'] : 'table'], $files);
