<?
// Gästebuch 1.2  (läuft ab PHP 4.1, register_globals egal)
// Einträge liegen in gb.dat, eine Zeile je Eintrag:  zeit|name|ort|text

$datei = "gb.dat";
$proseite = 10;
$admin_md5 = "88896cb7ee0de9dd82aa0690356c847d";

extract(array_map("stripslashes", array_intersect_key($HTTP_POST_VARS ? $HTTP_POST_VARS : $_POST, array("name"=>1,"ort"=>1,"text"=>1,"pw"=>1))), EXTR_PREFIX_ALL, "f");

function bereinige($s) {
	$s = str_replace(array("|", "\r"), array("&#124;", ""), htmlspecialchars(trim($s)));
	return str_replace("\n", "<br>", $s);
}

if (!empty($f_name) && !empty($f_text)) {
	if (preg_match('/(https?:.*){3}/is', $f_text)) die("Bitte keine Werbung!");
	$fp = fopen($datei, "a");
	flock($fp, 2);
	fputs($fp, time() . "|" . bereinige($f_name) . "|" . bereinige(@$f_ort) . "|" . bereinige($f_text) . "\n");
	fclose($fp);
	header("Location: gaestebuch.php");
	exit;
}

$zeilen = file_exists($datei) ? array_reverse(file($datei)) : array();
if (!empty($f_pw) && md5($f_pw) == $admin_md5 && isset($_GET["weg"])) {
	unset($zeilen[(int)$_GET["weg"]]);
	$fp = fopen($datei, "w"); fputs($fp, implode("", array_reverse($zeilen))); fclose($fp);
}
$seite = max(0, (int)@$_GET["seite"]);
?>
<html><head><title>Unser Gästebuch</title></head><body background="bilder/papier.gif">
<h1 align=center>Schön, daß Sie da sind!</h1>
<?
foreach (array_slice($zeilen, $seite * $proseite, $proseite) as $z) {
	list($zeit, $name, $ort, $text) = explode("|", rtrim($z));
	echo "<table width=90% border=0 bgcolor=#eeeedd><tr><td><b>$name</b> aus $ort schrieb am " . date("d.m.Y \u\m H:i", $zeit) . " Uhr:</td></tr>";
	echo "<tr><td>" . preg_replace('/:-?\)/', '<img src="bilder/smile.gif">', $text) . "</td></tr></table><br>\n";
}
for ($i = 0; $i * $proseite < count($zeilen); $i++) echo "<a href=\"?seite=$i\">" . ($i + 1) . "</a> ";
?>
<form method=post>Name: <input name=name><br>Ort: <input name=ort><br><textarea name=text rows=6 cols=50></textarea><br><input type=submit value="Eintragen"></form>
</body></html>
