<?php
// ID3-Tags der Hörbeispiele pflegen (nur Redaktion)
require 'inc/redaktion.php';
$id = (int) ($_REQUEST['id'] ?? 0);
$stueck = $db->query('SELECT datei, titel, interpret, jahr FROM hoerprobe WHERE id = ' . $id)->fetch();
if (!$stueck) {
    http_response_code(404);
    exit('Kein solches Stück.');
}
$datei = '/srv/audio/' . $stueck['datei'];

if (isset($_POST['titel'])) {
    pruefe_formular($_POST['siegel']);
    exec('/usr/bin/id3v2 --song ' . escapeshellarg($_POST['titel'])
        . ' --artist ' . escapeshellarg($_POST['interpret'])
        . ' --year ' . (int) $_POST['jahr'] . ' ' . escapeshellarg($datei), $zeilen, $code);
    if ($code === 0) {
        $db->prepare('UPDATE hoerprobe SET titel = ?, interpret = ?, jahr = ? WHERE id = ?')
           ->execute([$_POST['titel'], $_POST['interpret'], (int) $_POST['jahr'], $id]);
        header("Location: tagger.php?id=$id");
        exit;
    }
    $meldung = 'id3v2 sagt: ' . implode(' ', $zeilen);
}
$laenge = trim(shell_exec('soxi -D ' . escapeshellarg($datei)));
?>
<h1><?= htmlspecialchars($stueck['titel']) ?> (<?= round((float) $laenge) ?> s)</h1>
<?php if (isset($meldung)) echo '<p class="fehler">', htmlspecialchars($meldung), '</p>'; ?>
<form method="post">
    <input type="hidden" name="siegel" value="<?= siegel() ?>">
    <input name="titel" value="<?= htmlspecialchars($stueck['titel']) ?>">
    <input name="interpret" value="<?= htmlspecialchars($stueck['interpret']) ?>">
    <input name="jahr" size="4" value="<?= (int) $stueck['jahr'] ?>">
    <button>Speichern</button>
</form>
<audio controls src="hoeren.php?id=<?= $id ?>"></audio>
