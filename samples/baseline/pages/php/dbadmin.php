<?php
/** Datenbank-Verwaltung "Tafel" - eine Datei, fuer MySQL. Anmeldung mit den Zugangsdaten der Datenbank. */
session_start();
function h($s) { return htmlspecialchars($s === null ? 'NULL' : (string)$s, ENT_QUOTES); }
function q($name) { return '`' . str_replace('`', '``', $name) . '`'; }

if (isset($_GET['logout'])) { session_destroy(); header('Location: ?'); exit; }
if (isset($_POST['server'])) {
	$_SESSION['db'] = array($_POST['server'], $_POST['user'], $_POST['pass']);
	session_regenerate_id(true);
	header('Location: ?'); exit;
}
if (empty($_SESSION['db'])) {
	echo '<form method="post"><input name="server" value="localhost"><input name="user"><input name="pass" type="password"><input type="submit" value="Login"></form>';
	exit;
}
mysqli_report(MYSQLI_REPORT_OFF);
$db = @new mysqli($_SESSION['db'][0], $_SESSION['db'][1], $_SESSION['db'][2]);
if ($db->connect_error) { unset($_SESSION['db']); die(h($db->connect_error)); }
$base = isset($_GET['db']) ? $_GET['db'] : '';
if ($base !== '') { $db->select_db($base); }
$db->set_charset('utf8mb4');

echo '<!doctype html><title>Tafel</title><style>body{font:13px sans-serif}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 5px}textarea{width:80%;height:8em}</style>';
echo '<p>', h($db->server_info), ' | PHP ', PHP_VERSION, ' | <a href="?logout=1">Logout</a></p>';

// databases and tables
foreach ($db->query('SHOW DATABASES') as $r) { $n = current($r); echo '<a href="?db=', urlencode($n), '">', h($n), '</a> '; }
if ($base !== '') {
	echo '<hr>';
	foreach ($db->query('SHOW TABLE STATUS') as $r) {
		echo '<a href="?db=', urlencode($base), '&amp;t=', urlencode($r['Name']), '">', h($r['Name']), '</a> (', (int)$r['Rows'], ') ';
	}
}

$sql = isset($_POST['sql']) ? $_POST['sql'] : (isset($_GET['t']) ? 'SELECT * FROM ' . q($_GET['t']) . ' LIMIT 50' : '');
$token = isset($_SESSION['tok']) ? $_SESSION['tok'] : ($_SESSION['tok'] = md5(uniqid('', true)));
echo '<form method="post"><textarea name="sql">', h($sql), '</textarea><input type="hidden" name="tok" value="', $token, '"><br><input type="submit" value="Execute">',
	' <label><input type="checkbox" name="export" value="1"> as file</label></form>';

if ($sql !== '' && (!isset($_POST['sql']) || (isset($_POST['tok']) && $_POST['tok'] === $token))) {
	$start = microtime(true);
	if ($db->multi_query($sql)) {
		do {
			if ($res = $db->store_result()) {
				echo '<table><tr>';
				foreach ($res->fetch_fields() as $f) { echo '<th>', h($f->name), '</th>'; }
				echo '</tr>';
				while ($row = $res->fetch_row()) {
					echo '<tr>';
					foreach ($row as $v) { echo '<td>', strlen($v) > 100 ? h(substr($v, 0, 100)) . '&hellip;' : h($v), '</td>'; }
					echo '</tr>';
				}
				echo '</table>';
				$res->free();
			} else {
				echo '<p>', $db->affected_rows, ' rows</p>';
			}
		} while ($db->more_results() && $db->next_result());
	}
	if ($db->error) { echo '<p style="color:red">', h($db->error), '</p>'; }
	printf('<p><small>%.3f s</small></p>', microtime(true) - $start);
}
