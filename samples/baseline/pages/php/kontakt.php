<?php
# Kontaktformular, Stand März 2011
# geändert: Müller (Umlaute in der Betreffzeile), Köhler (Spam-Falle)

$empfaenger = array('info' => 'info@example.com', 'verkauf' => 'verkauf@example.com', 'technik' => 'technik@example.com');
$fehler = '';

if (isset($_POST['senden']))
{
    $name    = trim(stripslashes($_POST['name']));
    $mail    = trim($_POST['mail']);
    $text    = trim(stripslashes($_POST['text']));
    $wohin   = isset($empfaenger[$_POST['abteilung']]) ? $empfaenger[$_POST['abteilung']] : $empfaenger['info'];

    // Zeilenumbrüche in Kopfzeilen: niemals
    if (preg_match('/[\r\n]/', $name . $mail))
        die('Ungültige Eingabe');
    if ($_POST['homepage'] != '')      // für Menschen unsichtbar
        die('Danke!');
    if ($name == '' || $text == '')
        $fehler = 'Bitte füllen Sie alle Felder aus.';
    elseif (!preg_match('/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i', $mail))
        $fehler = 'Die E-Mail-Adresse ist ungültig.';

    if ($fehler == '')
    {
        $kopf  = "From: Webformular <webmaster@example.com>\n";
        $kopf .= "Reply-To: $mail\n";
        $kopf .= "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n";
        $betreff = '=?iso-8859-1?B?' . base64_encode('Anfrage über die Website von ' . $name) . '?=';
        if (mail($wohin, $betreff, wordwrap($text, 76), $kopf, '-fwebmaster@example.com'))
        {
            header('Location: danke.html');
            exit;
        }
        $fehler = 'Die Nachricht konnte nicht verschickt werden.';
    }
}
?>
<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head><title>Kontakt</title><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>
<body bgcolor="#ffffff">
<h1>So erreichen Sie uns</h1>
<?php if ($fehler) echo "<p><font color=red>$fehler</font></p>"; ?>
<form action="<?php echo htmlspecialchars($_SERVER['PHP_SELF']); ?>" method="post">
<p>Abteilung: <select name="abteilung"><option value="info">Auskünfte<option value="verkauf">Verkauf<option value="technik">Technik</select></p>
<p>Ihr Name: <input name="name" size=40></p>
<p>E-Mail: <input name="mail" size=40></p>
<p style="display:none"><input name="homepage"></p>
<p><textarea name="text" cols=60 rows=10></textarea></p>
<p><input type="submit" name="senden" value="Abschicken"></p>
</form></body></html>
